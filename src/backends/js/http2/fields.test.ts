import { expect, test } from 'vitest';
import { wireRequest } from '../../../../fixtures/recording-sink.ts';
import { receivedFields, requestFields, requestHeaders, sizeOf, trailerHeaders } from './fields.ts';

function headersOf(fields: readonly string[], method = 'GET', target = '/'): [string, unknown][] {
  return Object.entries(requestHeaders(wireRequest({ method, target, fields }), 'https', 'fallback:1'));
}

test('pseudo-fields come first, with the authority of Host, or of the route without one', () => {
  expect(headersOf(['X-A', 'b', 'Host', 'a.test'], 'POST', '/x?y')).toEqual([
    [':method', 'POST'],
    [':scheme', 'https'],
    [':authority', 'a.test'],
    [':path', '/x?y'],
    ['x-a', 'b'],
  ]);
  expect(headersOf([])[2]).toEqual([':authority', 'fallback:1']);
});

test('as a list they keep their order, one beside the other', () => {
  const fields = [
    'B',
    '1',
    'Host',
    'a.test',
    'A',
    '2',
    'b',
    '3',
    'TE',
    'trailers',
    'X',
    'te',
    'TE',
    'trailers',
  ];
  const found = requestFields(wireRequest({ fields }), 'http', 'fallback:1');
  expect(found.slice(8)).toEqual(['b', '1', 'a', '2', 'b', '3', 'x', 'te', 'te', 'trailers']);
});

test('names that look like members of objects are only names', () => {
  const own = headersOf(['__proto__', 'a', 'constructor', 'b', 'Constructor', 'c']).slice(4);
  expect(own).toEqual([
    ['__proto__', 'a'],
    ['constructor', ['b', 'c']],
  ]);
});

test.each<[string, readonly string[]]>([
  ['keep-alive', ['connection']],
  ['close, X-Hop', ['connection', 'x-hop']],
  [' , x-hop ,', ['connection', 'x-hop']],
  ['te', ['connection']],
])('Connection: %s takes fields away', (value, gone) => {
  const names = headersOf(['Connection', value, 'X-Hop', '1', 'TE', 'trailers'])
    .slice(4)
    .map(([name]) => name);
  expect(names).toEqual(['connection', 'x-hop', 'te'].filter((name) => !gone.includes(name)));
});

test('fields that come lose pseudo-fields only', () => {
  expect(receivedFields([':status', '200', 'a', '1', 'a', '2'])).toEqual(['a', '1', 'a', '2']);
  expect(sizeOf(['ab', 'cde'])).toBe(2 + 3 + 32);
});

test('trailers', () => {
  expect({ ...trailerHeaders(['X-A', '1', 'x-a', '2', 'X-B', '3']) }).toEqual({
    'x-a': ['1', '2'],
    'x-b': '3',
  });
});
