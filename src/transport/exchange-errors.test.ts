import { describe, expect, test } from 'vitest';
import { Request } from '../message/request.ts';
import { DEFAULT_TIMEOUT, type Timeout } from '../models/timeout.ts';
import {
  abortedBy,
  givenUp,
  type Situation,
  stepTimeout,
  tooLarge,
  totalTimeout,
} from './exchange-errors.ts';
import type { Step } from './exchange-step.ts';

const request = new Request('GET', 'http://h.test/');

function situation(step: Step, timeout: Partial<Timeout> = {}): Situation {
  return { request, step, timeout: { ...DEFAULT_TIMEOUT, total: 9, ...timeout }, peer: 'p', received: 3 };
}

describe('limits', () => {
  test.each([
    ['pool', {}, 'PoolTimeout', 'pool', 'no connection came free within 5000 ms'],
    ['pool', { pool: 0 }, 'PoolTimeout', 'pool', 'no connection is free (timeout.pool is 0)'],
    ['connecting', { connect: 6 }, 'ConnectTimeout', 'connect', 'no connection within 6 ms'],
    ['sending', { write: 7 }, 'WriteTimeout', 'write', 'the peer took no data for 7 ms'],
    ['continue', {}, 'ReadTimeout', 'firstByte', 'no response within 5000 ms'],
    ['firstByte', {}, 'ReadTimeout', 'firstByte', 'no response within 5000 ms'],
    ['firstByte', { firstByte: 4 }, 'FirstByteTimeout', 'firstByte', 'no response within 4 ms'],
    ['head', { firstByte: 4 }, 'ReadTimeout', 'read', 'no data for 5000 ms, in the head of the response'],
    ['body', {}, 'ReadTimeout', 'read', 'no data for 5000 ms, after 3 bytes of the body'],
  ] as const)('of %s %j', (step, timeout, name, phase, reason) => {
    expect(stepTimeout(situation(step, timeout))).toMatchObject({
      name,
      phase,
      peer: 'p',
      request,
      message: `GET http://h.test/: ${reason} [phase ${phase}, peer p]`,
    });
  });

  test('over everything', () => {
    expect(totalTimeout(situation('connecting'))).toMatchObject({
      name: 'TotalTimeout',
      code: 'ERR_TOTAL_TIMEOUT',
      phase: 'total',
      message: expect.stringContaining('not finished within 9 ms; the phase connect was under way'),
    });
  });
});

test('aborted, by hand or by a timer', () => {
  const reason = new Error('mine');
  expect(abortedBy(reason, situation('sending'))).toMatchObject({
    name: 'AbortError',
    code: 'ERR_ABORTED',
    phase: 'write',
    cause: reason,
    message: expect.stringContaining('the request was aborted'),
  });
  expect(abortedBy(new DOMException('late', 'TimeoutError'), situation('body')).message).toContain(
    'the signal timed out',
  );
  expect(abortedBy('text', situation('pool'))).toMatchObject({ phase: 'pool', cause: 'text' });
});

test('too large, and given up', () => {
  expect(tooLarge(2, situation('body'))).toMatchObject({ name: 'DecodingError', code: 'ERR_CONTENT_LIMIT' });
  expect(givenUp(situation('body'))).toMatchObject({ name: 'StreamClosed', code: 'ERR_STREAM_CLOSED' });
});
