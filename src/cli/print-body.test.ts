import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ContentInit } from '../body/content.ts';
import type { HeadersInit } from '../models/headers.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { palette } from './colours.ts';
import type { Output } from './io.ts';
import { printBody, printExact } from './print-body.ts';
import type { Style } from './style.ts';
import { harmless } from './terminal-text.ts';

const PLAIN: Style = { palette: palette(false), isForEyes: false, clean: String };
const EYES: Style = { palette: palette(false), isForEyes: true, clean: harmless };

function collector(): Output & { readonly chunks: (string | Uint8Array)[]; readonly text: string } {
  const chunks: (string | Uint8Array)[] = [];
  return {
    isTTY: false,
    columns: 80,
    isClosed: false,
    chunks,
    write: (data) => Promise.resolve(void chunks.push(data)),
    get text() {
      return Buffer.concat(chunks.map((chunk) => Buffer.from(chunk as string))).toString();
    },
  };
}

async function print(
  type: string | null,
  body: ContentInit,
  style = PLAIN,
  more: HeadersInit = {},
): Promise<string> {
  const output = collector();
  const headers = [...Object.entries(more), ...(type === null ? [] : [['Content-Type', type]])];
  await printBody(new StreamResponse(200, { headers: headers as [string, string][], body }), output, style);
  return output.text;
}

describe('printBody', () => {
  test.each<[string | null, ContentInit, string]>([
    ['application/json', '{"a":[1]}', '{\n    "a": [\n        1\n    ]\n}\n'],
    ['application/problem+json', '{}', '{}\n'],
    ['application/json', Buffer.from('\uFEFF"ü"', 'utf16le'), '"ü"\n'],
    ['application/json', '{"a":', '{"a":'],
    ['text/plain', 'no line end', 'no line end'],
    ['text/plain; charset=iso-8859-1', Buffer.from('caf\u00e9', 'latin1'), 'café'],
    ['image/png', Buffer.from('abc'), '<3 bytes of binary data>\n'],
    ['application/x-unknown', Buffer.from([1, 2]), '<2 bytes of binary data>\n'],
    ['application/x-unknown', 'text', 'text'],
    [null, '{"a":1}', '{"a":1}'],
    [null, Buffer.from([0]), '<1 bytes of binary data>\n'],
    ['application/json', '', ''],
    ['image/png', '', ''],
  ])('%s, %j: %j', async (type, body, expected) => {
    expect(await print(type, body)).toBe(expected);
  });

  test('undoes content codings', async () => {
    const body = gzipSync('{"a":1}');
    expect(await print('application/json', body, PLAIN, { 'Content-Encoding': 'gzip' })).toBe(
      '{\n    "a": 1\n}\n',
    );
    const size = await print('image/png', gzipSync(Buffer.alloc(1000)), PLAIN, {
      'Content-Encoding': 'gzip',
    });
    expect(size).toBe('<1000 bytes of binary data>\n');
  });

  test('joins characters that are split between pieces', async () => {
    const [first, second] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)];
    expect(await print('text/plain', [first, second])).toBe('é');
  });

  test('prints text as it comes', async () => {
    const output = collector();
    let printed = 0;
    async function* body(): AsyncGenerator<string> {
      yield 'one\n';
      printed = output.chunks.length;
      yield 'two\n';
    }
    const response = new StreamResponse(200, {
      headers: { 'Content-Type': 'text/event-stream' },
      body: body(),
    });
    await printBody(response, output, PLAIN);
    expect(printed).toBe(1);
    expect(output.text).toBe('one\ntwo\n');
  });

  test('on a screen ends the line and lets no control character through', async () => {
    expect(await print('text/plain', 'a\u001B[2J', EYES)).toBe('a␛[2J\n');
    expect(await print('text/plain', ['a\r', '\nb\r'], EYES)).toBe('a\r\nb␍\n');
    expect(await print('text/plain', 'a\n', EYES)).toBe('a\n');
    expect(await print('application/json', '["\u009B"]', EYES)).toBe('[\n    "<U+009B>"\n]\n');
    expect(await print('application/json', '{\u001B', EYES)).toBe('{␛\n');
  });

  test('elsewhere leaves the text as it is', async () => {
    expect(await print('text/plain', 'a\u001B[2J\r')).toBe('a\u001B[2J\r');
  });
});

describe('printExact', () => {
  test('writes the octets of the content', async () => {
    const output = collector();
    const content = Buffer.from([0, 255, 13, 27]);
    const headers = { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain; charset=utf-16' };
    await printExact(new StreamResponse(200, { headers, body: gzipSync(content) }), output);
    expect(Buffer.concat(output.chunks as Uint8Array[])).toEqual(content);
  });
});
