import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { octets } from './parse-response.ts';

const root =
  process.env['TERN_VECTORS'] ?? fileURLToPath(new URL('../../../../shared/vectors', import.meta.url));

/** Longer messages make mutations rare where they matter. */
const LONGEST = 2000;

/** Messages of our own, so that there is something to begin with where the third-party sets are absent. */
const OWN = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a="b"\r\n world\r\n0\r\nX-T: 1\r\nX-U: 2\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\nuntil the end',
  '\r\n\nHTTP/1.0 200 OK\nConnection: keep-alive\nContent-Length: 3, 3\nX-Fold: a\n\tb\n c\n\nabc',
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\nanything at all',
  'HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n',
];

/** Responses to begin a mutation with: our own, and those of the third-party sets that are present. */
export function responseCorpus(): Buffer[] {
  const texts = new Set(OWN);
  const lengths = read<readonly { input: string }[]>('http1-parsing/wpt-content-lengths.json') ?? [];
  for (const { input } of lengths) texts.add(`HTTP/1.1 200 OK\r\n${input}\r\n\r\n${'x'.repeat(42)}`);
  const browser = read<{
    status_line: { cases: readonly { input: string }[] };
    lone_cr_must_fail: readonly string[];
  }>('http1-parsing/wpt-h1.json');
  for (const { input } of browser?.status_line.cases ?? []) texts.add(`HTTP/1.1 ${input}\r\nA: b\r\n\r\n`);
  for (const text of browser?.lone_cr_must_fail ?? []) texts.add(text);
  const go = read<Record<'response_errors' | 'responses', readonly { raw: string }[]>>(
    'http1-parsing/go-response.json',
  );
  for (const { raw } of [...(go?.responses ?? []), ...(go?.response_errors ?? [])]) texts.add(raw);
  const hyper = read<{ cases: readonly { reply: string }[] }>('http1-parsing/hyper-client.json');
  for (const { reply } of hyper?.cases ?? []) texts.add(reply);
  const curl = read<{ cases: readonly { reply: Record<string, unknown> }[] }>('curl/curl-share.json');
  for (const { reply } of curl?.cases ?? []) {
    for (const part of Object.values(reply)) texts.add(textOf(part));
  }
  return Array.from(texts, octets).filter(({ length }) => length > 0 && length <= LONGEST);
}

function textOf(part: unknown): string {
  const { text, base64 } = part as { readonly text?: string; readonly base64?: string };
  return base64 === undefined ? (text ?? '') : Buffer.from(base64, 'base64').toString('latin1');
}

function read<T>(file: string): T | null {
  const path = `${root}/${file}`;
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : null;
}
