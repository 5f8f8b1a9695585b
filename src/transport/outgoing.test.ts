import { describe, expect, test } from 'vitest';
import { routeTo } from '../../fixtures/wire-setup.ts';
import { Request, type RequestInit } from '../message/request.ts';
import { framingOf } from './framing.ts';
import { wireRequestOf } from './outgoing.ts';

async function* stream(): AsyncGenerator<string, void, undefined> {
  yield 'x';
}

function outgoing(
  method: string,
  init: RequestInit = {},
  url = 'http://user:pass@h.test:81/a%20b?q#fragment',
) {
  const request = new Request(method, url, init);
  return wireRequestOf(request, framingOf(request), routeTo(81, { hostname: '::1' }), 'stream', 7);
}

test('what the wire is given', () => {
  expect(outgoing('GET', { headers: { 'X-MiXeD': '1' } })).toEqual({
    method: 'GET',
    target: '/a%20b?q',
    fields: ['Host', 'h.test:81', 'X-MiXeD', '1'],
    body: null,
    framing: 'none',
    announcesTrailers: false,
    upgrade: false,
    delivery: 'stream',
    credit: 7,
  });
});

test('targets', () => {
  expect(outgoing('CONNECT').target).toBe('[::1]:81');
  expect(outgoing('OPTIONS', { extensions: { target: '*' } }).target).toBe('*');
  expect(outgoing('CONNECT', { extensions: { target: 'other:1' } }).target).toBe('other:1');
});

describe('a body goes with the head', () => {
  test('if it is small and in memory', () => {
    expect(outgoing('POST', { content: 'abc' }).body).toEqual(new TextEncoder().encode('abc'));
    expect(outgoing('POST', { content: new Uint8Array(65_536) }).body).toHaveLength(65_536);
    expect(outgoing('GET', { headers: { 'Transfer-Encoding': 'chunked' } })).toMatchObject({
      body: null,
      framing: 'chunked',
    });
  });

  test.each([
    ['large', { content: new Uint8Array(65_537) }],
    ['a stream', { content: stream() }],
    ['chunked', { content: 'abc', headers: { 'Transfer-Encoding': 'chunked' } }],
    ['held back', { content: 'abc', headers: { Expect: '100-continue' } }],
  ] as const)('not if it is %s', (_what, init) => {
    expect(outgoing('POST', init).body).toBe('stream');
  });
});
