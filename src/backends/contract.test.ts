import { expect, test } from 'vitest';
import { DEFAULT_PARSER_LIMITS, WireError } from './contract.ts';

test('a failure crosses the boundary as fields', () => {
  const cause = new Error('root');
  const error = new WireError({
    kind: 'read',
    phase: 'read',
    reason: 'gone',
    code: 'EIO',
    cause,
    reused: true,
  });
  expect(error).toBeInstanceOf(Error);
  expect(Object.fromEntries(Object.entries(error))).toEqual({
    name: 'WireError',
    kind: 'read',
    phase: 'read',
    code: 'EIO',
    peer: undefined,
    bytesWritten: 0,
    headReceived: false,
    reused: true,
    retrySafe: false,
    unprocessed: false,
  });
  expect([error.message, error.cause]).toEqual(['gone', cause]);
  expect('cause' in new WireError({ kind: 'read', phase: 'read', reason: '' })).toBe(false);
});

test('the limits of the parser cannot be changed for everybody', () => {
  expect(Object.isFrozen(DEFAULT_PARSER_LIMITS)).toBe(true);
});
