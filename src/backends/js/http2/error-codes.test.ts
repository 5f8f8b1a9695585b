import { expect, test } from 'vitest';
import { errorCodeName, NO_ERROR, REFUSED_STREAM } from './error-codes.ts';

test('names of error codes', () => {
  expect([NO_ERROR, REFUSED_STREAM, 0x8, 0xd, 0xe, -1].map(errorCodeName)).toEqual([
    'NO_ERROR',
    'REFUSED_STREAM',
    'CANCEL',
    'HTTP_1_1_REQUIRED',
    '0xe',
    '0xffffffff',
  ]);
});
