import { describe, expect, test } from 'vitest';
import { WireError, type WireErrorInit } from '../backends/contract.ts';
import { Request, type RequestInit } from '../message/request.ts';
import { maxRepeats, mayRepeat } from './repeating.ts';

async function* stream(): AsyncGenerator<string, void, undefined> {
  yield 'x';
}

const error = (init: Partial<WireErrorInit>): WireError =>
  new WireError({
    kind: 'closed',
    phase: 'firstByte',
    reason: '',
    retrySafe: true,
    bytesWritten: 10,
    ...init,
  });

describe('sending again', () => {
  const may = (method: string, init: RequestInit, wire: Partial<WireErrorInit>, hasOpened = false): boolean =>
    mayRepeat(new Request(method, 'http://h.test/', init), error(wire), hasOpened);

  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'QUERY'])(
    '%s does nothing twice',
    (method) => {
      expect(may(method, {}, {})).toBe(true);
      expect(may(method, {}, { retrySafe: false })).toBe(false);
    },
  );

  test.each(['POST', 'PATCH', 'CONNECT', 'LOCK'])('%s only if nothing has left', (method) => {
    expect(may(method, {}, {})).toBe(false);
    expect(may(method, {}, { bytesWritten: 0 })).toBe(true);
  });

  test('a body that can be read once, only if nothing of it was read', () => {
    expect(may('PUT', { content: stream() }, {}, true)).toBe(false);
    expect(may('PUT', { content: stream() }, {}, false)).toBe(true);
    expect(may('PUT', { content: () => stream() }, {}, true)).toBe(true);
    expect(may('PUT', { content: 'abc' }, {}, true)).toBe(true);
  });
});

test.each([
  [true, 0, 5],
  [true, 1, 1],
  [false, 0, 1],
])('unprocessed: %s, with room for %s more on its connection: %s times', (unprocessed, capacity, times) => {
  expect(maxRepeats(error({ unprocessed }), { capacity })).toBe(times);
});
