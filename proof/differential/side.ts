import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import {
  type BackendName,
  Client,
  type ClientOptions,
  type Headers,
  isRequestError,
  Response,
  TernError,
} from '../../src/index.ts';
import { ParseError } from '../../src/backends/js/http1/parse-error.ts';
import type { Peer } from './peer.ts';
import type { Pace, Script } from './script.ts';

/** Out of the way of everything that does not wait for it. */
const FAR = 30_000;

/** A client on one backend with its server; one script at a time. */
export class Side {
  readonly client: Client;
  readonly #peer: Peer;

  constructor(backend: BackendName, peer: Peer, options: ClientOptions) {
    this.#peer = peer;
    this.client = new Client({
      ...options,
      backend,
      // An accelerator adds codings that Node lacks; what is compared here are the engines.
      headers: { 'Accept-Encoding': 'gzip, deflate, br' },
      cookies: null,
      trustEnv: false,
      timeout: FAR,
      limits: { maxConnections: 1, maxKeepAlive: 1, keepAliveMs: null },
    });
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.#peer.port}${path}`;
  }

  /** Everything that can be told of a script: what came, what went wrong, on which connection what follows goes. */
  async record(script: Script, pace: Pace): Promise<string> {
    const path = `/script/${script.number}`;
    // What was late of the first time must not count for the second.
    const next = `/${script.number}${pace === 1 ? '' : `/again/${pace}`}/${script.endsConnection ? 'last' : 'next'}`;
    const lines: string[] = [];
    this.#peer.expect(path, script, pace);
    await this.#exchange(script, path, pace, lines);
    await this.#peer.said(path);
    // What comes behind a reply, or its end, has to reach the engine before the next request leaves.
    // Timers that are late come before sockets: only after a turn of the loop has everything been read.
    const rounds = pace > 1 ? 6 : script.isRacing || script.ending !== 'keep' ? 1 : 0;
    for (let round = 0; round < rounds; round++) {
      await sleep(pace > 1 ? pace : 5);
      await turn();
    }
    await turn();
    const { active, connecting, waiting } = this.client.stats;
    lines.push(`busy ${active + connecting + waiting}`);
    try {
      const response = await this.client.get(this.url(next));
      lines.push(`next ${response.status} ${response.text}`);
    } catch (error) {
      lines.push('next failed');
      describeError(error, this.#peer.port, lines);
    }
    const asked = this.#peer.take(path);
    const followed = this.#peer.take(next);
    const isSame = followed.at(-1)?.connection === asked.at(-1)?.connection;
    lines.push(
      `asked ${asked.length}, followed ${followed.length}, ${isSame ? 'the same' : 'another'} connection`,
    );
    for (const { octets } of asked)
      lines.push(JSON.stringify(octets.replaceAll(`:${this.#peer.port}`, ':PORT')));
    return lines.join('\n');
  }

  async #exchange(script: Script, path: string, pace: Pace, lines: string[]): Promise<void> {
    const { method, content, isUpload, isStreamed, ending } = script;
    const options = {
      ...(content !== null && { content: isUpload ? pieces(content) : content }),
      ...(ending === 'silence' && {
        timeout: { pool: FAR, connect: FAR, write: FAR, read: pace > 1 ? 50 * pace : 120 },
      }),
      onInformational({
        status,
        statusText,
        headers,
      }: {
        status: number;
        statusText: string;
        headers: Headers;
      }) {
        lines.push(`interim ${status} ${JSON.stringify(statusText)}`);
        describeFields('interim field', headers, lines);
      },
    };
    const chunks: Uint8Array[] = [];
    try {
      const response = await (isStreamed
        ? this.client.stream(method, this.url(path), options)
        : this.client.request(method, this.url(path), options));
      const { status, statusText, httpVersion, headers } = response;
      lines.push(`response ${status} HTTP/${httpVersion} ${JSON.stringify(statusText)}`);
      describeFields('field', headers, lines);
      if (response instanceof Response) chunks.push(response.bytes);
      else for await (const chunk of response.iterRaw()) chunks.push(chunk);
      lines.push(`received ${response.bytesReceived}`);
      describeFields('trailer', response.trailers, lines);
    } catch (error) {
      if (!isRequestError(error)) throw error;
      describeError(error, this.#peer.port, lines);
    }
    const body = Buffer.concat(chunks);
    lines.push(`body ${body.length} ${JSON.stringify(body.toString('latin1'))}`);
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 50) yield text.slice(at, at + 50);
}

function describeFields(kind: string, headers: Headers, lines: string[]): void {
  for (const [name, value] of headers.raw) lines.push(`${kind} ${JSON.stringify([name, value])}`);
}

/** Class, code, phase, words, and what the cause says, without the port, which is not the same on both sides. */
export function describeError(error: unknown, port: number, lines: string[]): void {
  if (!(error instanceof TernError)) throw error;
  const phase = isRequestError(error) ? error.phase : '-';
  lines.push(`error ${error.name} ${error.code} ${phase} ${error.message.replaceAll(`:${port}`, ':PORT')}`);
  const { cause } = error;
  if (cause instanceof ParseError) lines.push(`cause ${cause.code} at ${cause.offset}: ${cause.message}`);
  else if (cause instanceof Error)
    lines.push(
      `cause ${cause.name} ${String((cause as NodeJS.ErrnoException).code)}: ${cause.message.replaceAll(`:${port}`, ':PORT')}`,
    );
}
