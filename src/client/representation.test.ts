import { expect, test } from 'vitest';
import { Request } from '../message/request.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { continuationOf, isDownload, type Representation, representationOf } from './representation.ts';

const TAGGED = { ETag: '"a"' };
const MODIFIED = { Date: 'Tue, 03 Feb 2015 10:00:00 GMT', 'Last-Modified': 'Tue, 03 Feb 2015 09:59:59 GMT' };
const WHOLE: Representation = { validator: '"a"', start: 0, end: 99, total: 100 };

test('GET with 200 or 206 is a download', () => {
  const is = (method: string, status: number): boolean =>
    isDownload(new Request(method, 'http://h/'), new StreamResponse(status));
  expect([is('GET', 200), is('GET', 206), is('GET', 404), is('HEAD', 200), is('POST', 200)]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test.each([
  [200, { ...TAGGED, 'Content-Length': '100' }, WHOLE],
  [200, TAGGED, { ...WHOLE, end: null, total: null }],
  [200, { ...TAGGED, 'Content-Encoding': 'Identity' }, { ...WHOLE, end: null, total: null }],
  [200, MODIFIED, { validator: MODIFIED['Last-Modified'], start: 0, end: null, total: null }],
  [206, { ...TAGGED, 'Content-Range': 'bytes 5-9/100' }, { validator: '"a"', start: 5, end: 9, total: 100 }],
  [206, TAGGED, /not a single part/],
  [200, {}, /no strong ETag/],
  [200, { ETag: 'W/"a"', ...MODIFIED }, /no strong ETag/],
  [200, { ETag: 'a', ...MODIFIED }, /no strong ETag/],
  [200, { ...MODIFIED, Date: MODIFIED['Last-Modified'] }, /Last-Modified/],
  [200, { 'Last-Modified': MODIFIED['Last-Modified'] }, /Last-Modified/],
  [200, { ...TAGGED, 'Content-Encoding': 'gzip' }, /coded \(gzip\)/],
  [200, { ...TAGGED, 'Accept-Ranges': 'none' }, /Accept-Ranges: none/],
])('%d with %j', (status, headers, expected) => {
  const found = representationOf(new StreamResponse(status, { headers: headers as Record<string, string> }));
  if (expected instanceof RegExp) expect(found).toMatch(expected);
  else expect(found).toEqual(expected);
});

test.each([
  [206, { 'Content-Range': 'bytes 10-99/100' }, 'part'],
  [206, { ...TAGGED, 'Content-Range': 'bytes 10-50/*' }, 'part'],
  [206, { ETag: '"b"', 'Content-Range': 'bytes 10-99/100' }, /another representation/],
  [206, { 'Content-Range': 'bytes 9-99/100' }, /begins at octet 9, and not at 10/],
  [206, { 'Content-Range': 'bytes 10-98/99' }, /99 octets now, and not 100/],
  [206, { 'Content-Range': 'bytes 10-100/*' }, /ends at octet 100, behind 99/],
  [206, { 'Content-Type': 'multipart/byteranges; boundary=x' }, /no Content-Range/],
  [206, { 'Content-Range': 'bytes 10-99/100', 'Content-Encoding': 'br' }, /coded now/],
  [200, TAGGED, 'whole'],
  [200, { ETag: 'W/"a"' }, /has changed/],
  [200, {}, /has changed/],
  [412, {}, /status 412/],
  [416, {}, /status 416/],
  [403, {}, /answers with status 403/],
])('from octet 10: %d with %j', (status, headers, expected) => {
  const response = new StreamResponse(status, { headers: headers as Record<string, string> });
  const found = continuationOf(response, WHOLE, 10);
  if (expected instanceof RegExp)
    expect(found).toMatchObject({ kind: 'other', reason: expect.stringMatching(expected) });
  else expect(found.kind).toBe(expected);
});

test('a date identifies as long as there is no tag', () => {
  const dated = { ...WHOLE, validator: MODIFIED['Last-Modified'] };
  const kind = (headers: Record<string, string>): string =>
    continuationOf(new StreamResponse(200, { headers }), dated, 10).kind;
  expect([kind(MODIFIED), kind({ ...MODIFIED, ETag: '"new"' }), kind({})]).toEqual([
    'whole',
    'other',
    'other',
  ]);
});
