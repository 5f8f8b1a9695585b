import { expect, test } from 'vitest';
import { DecodingError } from '../errors/decoding-error.ts';
import { failWithoutRequest } from './fail.ts';

test('an error without a request is a DecodingError with code, phase and cause', () => {
  const cause = new Error('inner');
  const error = failWithoutRequest('the content is corrupt', 'ERR_CONTENT_CODING', cause);
  expect(error).toBeInstanceOf(DecodingError);
  expect(error).toMatchObject({ code: 'ERR_CONTENT_CODING', phase: 'decode', cause });
  expect(error.message).toBe('the content is corrupt [phase decode]');
});
