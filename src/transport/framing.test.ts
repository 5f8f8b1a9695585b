import { describe, expect, test } from 'vitest';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { Request, type RequestInit } from '../message/request.ts';
import { Headers } from '../models/headers.ts';
import { framingOf, lengthOf } from './framing.ts';

async function* stream(): AsyncGenerator<string, void, undefined> {
  yield 'x';
}

function framing(method: string, init: RequestInit = {}): ReturnType<typeof framingOf> {
  return framingOf(new Request(method, 'http://h.test/', init));
}

describe('how a request is framed', () => {
  test.each([
    ['GET', {}, 'none', -1],
    ['POST', {}, 'length', 0],
    ['GET', { content: 'abc' }, 'length', 3],
    ['POST', { content: stream() }, 'chunked', -1],
    ['POST', { content: stream(), headers: { 'Content-Length': '7' } }, 'length', 7],
    ['POST', { content: 'abc', headers: { 'Transfer-Encoding': 'gzip, Chunked' } }, 'chunked', -1],
    ['GET', { headers: { 'Transfer-Encoding': 'chunked' } }, 'chunked', -1],
    ['HEAD', { headers: { 'Content-Length': '5' } }, 'length', 5],
    [
      'GET',
      {
        headers: [
          ['content-length', '0'],
          ['Content-Length', '0'],
        ],
      },
      'length',
      0,
    ],
  ] as const)('%s %j', (method, init, kind, length) => {
    expect(framing(method, init)).toEqual({ kind, length, expectsContinue: false, asksUpgrade: false });
  });

  test('expectations that a body can wait for', () => {
    const headers = { Expect: '100-Continue' };
    expect(framing('POST', { headers, content: 'a' }).expectsContinue).toBe(true);
    expect(framing('POST', { headers, content: stream() }).expectsContinue).toBe(true);
    expect(framing('POST', { headers }).expectsContinue).toBe(false);
    expect(framing('GET', { headers }).expectsContinue).toBe(false);
    expect(framing('POST', { headers: { Expect: 'something' }, content: 'a' }).expectsContinue).toBe(false);
  });

  test('another protocol', () => {
    expect(framing('GET', { headers: { upgrade: 'websocket' } })).toMatchObject({
      kind: 'none',
      asksUpgrade: true,
    });
  });
});

describe('what contradicts itself is not sent', () => {
  test.each([
    ['both framings', { content: 'a', headers: { 'Content-Length': '1', 'Transfer-Encoding': 'chunked' } }],
    ['a coding that is not chunked', { content: 'a', headers: { 'Transfer-Encoding': 'gzip' } }],
    ['chunked, but not last', { content: 'a', headers: { 'Transfer-Encoding': 'chunked, gzip' } }],
    ['a length that is too small', { content: 'abc', headers: { 'Content-Length': '2' } }],
    ['a length that is too large', { content: 'abc', headers: { 'Content-Length': '4' } }],
    ['a length without a body', { headers: { 'Content-Length': '4' } }],
    ['no length', { content: 'abc', headers: { 'Content-Length': 'three' } }],
    ['a negative length', { content: 'abc', headers: { 'Content-Length': '-3' } }],
    [
      'two lengths',
      {
        content: 'abc',
        headers: [
          ['Content-Length', '3'],
          ['content-length', '4'],
        ],
      },
    ],
    [
      'two hosts',
      {
        headers: [
          ['Host', 'a'],
          ['host', 'b'],
        ],
      },
    ],
  ] as const)('%s', (_what, init) => {
    expect(() => framing('POST', init)).toThrow(LocalProtocolError);
    expect(() => framing('POST', init)).toThrow('[phase build]');
  });
});

test('the length that the fields of a response give', () => {
  const fields = new Headers({ 'Content-Length': '12' });
  expect(lengthOf(fields, 'GET', 200)).toBe(12);
  expect([lengthOf(fields, 'HEAD', 200), lengthOf(fields, 'GET', 304), lengthOf(fields, 'GET', 204)]).toEqual(
    [0, 0, 0],
  );
  expect(lengthOf(new Headers(), 'GET', 200)).toBeNull();
  expect(lengthOf(new Headers({ 'Content-Length': '1, 1' }), 'GET', 200)).toBeNull();
});
