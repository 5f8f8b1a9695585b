import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { Request } from '../message/request.ts';
import { AppFailure } from './app-failure.ts';
import { exactFields, failResponse } from './app-engine.ts';
import { toTransportError } from './to-error.ts';

test('a response without a connection in memory is left alone', () => {
  const gone = { socket: null } as ServerResponse;
  expect(() => failResponse(gone, new Error('x'))).not.toThrow();
  expect(() => exactFields(gone, [])).not.toThrow();
});

test('what an app throws goes through as it is', () => {
  const request = new Request('GET', 'http://app.test/');
  for (const thrown of [new RangeError('x'), 'text', undefined])
    expect(toTransportError(new AppFailure(thrown), request)).toBe(thrown);
});
