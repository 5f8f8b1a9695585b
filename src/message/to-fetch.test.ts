import { describe, expect, test, vi } from 'vitest';
import { Request } from './request.ts';
import { Response } from './response.ts';
import { StreamResponse } from './stream-response.ts';

const request = new Request('GET', 'http://h/a?b=c#d');
const HEADERS: [string, string][] = [
  ['Set-Cookie', 'a=1'],
  ['Set-Cookie', 'b=2'],
  ['X-Latin', 'é'],
];

const forms: readonly (readonly [string, (status: number) => Response | StreamResponse])[] = [
  ['read', (status) => new Response(status, { request, headers: HEADERS, content: 'text' })],
  ['streamed', (status) => new StreamResponse(status, { request, headers: HEADERS, body: ['te', 'xt'] })],
];

describe.each(forms)('a %s response', (_name, make) => {
  test('keeps status, reason, fields, content and URL', async () => {
    const converted = make(299).toFetch();
    expect(converted).toBeInstanceOf(globalThis.Response);
    expect([converted.status, converted.statusText, converted.ok]).toEqual([299, '', true]);
    expect([converted.url, converted.redirected]).toEqual(['http://h/a?b=c', false]);
    expect([converted.headers.getSetCookie(), converted.headers.get('x-latin')]).toEqual([
      ['a=1', 'b=2'],
      'é',
    ]);
    expect(await converted.text()).toBe('text');
  });

  test('so do its clones', async () => {
    const converted = make(200).toFetch();
    const clone = converted.clone().clone();
    expect([clone.url, clone.redirected]).toEqual(['http://h/a?b=c', false]);
    expect([await clone.text(), await converted.text()]).toEqual(['text', 'text']);
  });

  test.each([204, 205, 304])('has no body with the status %i, and holds nothing back', async (status) => {
    const response = make(status);
    const converted = response.toFetch();
    expect([converted.status, converted.body]).toEqual([status, null]);
    if (response instanceof StreamResponse) expect(response.isClosed).toBe(true);
  });

  test.each([100, 101, 199, 600, 999])(
    'is refused with the status %i, and its content left alone',
    async (status) => {
      const response = make(status);
      expect(() => response.toFetch()).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }));
      if (response instanceof StreamResponse) expect((await response.read()).text).toBe('text');
    },
  );

  test('was redirected if there is a redirect in its history', () => {
    for (const [statuses, expected] of [
      [[401], false],
      [[401, 302], true],
    ] as const) {
      const response = make(200);
      response.context.history = statuses.map((status) => new Response(status));
      expect(response.toFetch().redirected).toBe(expected);
    }
  });
});

test('a response that no client returned has no URL', () => {
  expect(new Response(200).toFetch().url).toBe('');
});

test('cancelling the body of the converted one cancels the response', async () => {
  const closed = vi.fn<() => void>();
  const response = new StreamResponse(200, { body: ['a', 'b'] });
  response.onceClosed(closed);
  await response.toFetch().body!.cancel();
  expect(closed).toHaveBeenCalledTimes(1);
});

test('formData() reads both kinds of forms', async () => {
  const encoded = new Response(200, {
    content: 'a=1&b=2',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  expect([...(await encoded.formData())]).toEqual([
    ['a', '1'],
    ['b', '2'],
  ]);
  const content = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n';
  const multipart = new Response(200, {
    content,
    headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
  });
  expect([...(await multipart.formData())]).toEqual([['a', '1']]);
});
