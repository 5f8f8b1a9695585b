import { expect, test } from 'vitest';
import { phaseOf, type Step, tracedStepOf } from './exchange-step.ts';

test.each([
  ['pool', 'pool', 'pool.acquire'],
  ['connecting', 'connect', 'pool.acquire'],
  ['acquired', 'write', null],
  ['headers', 'write', 'http11.send_request_headers'],
  ['sending', 'write', 'http11.send_request_body'],
  ['continue', 'firstByte', 'http11.send_request_body'],
  ['firstByte', 'firstByte', 'http11.receive_response_headers'],
  ['head', 'read', 'http11.receive_response_headers'],
  ['body', 'read', 'http11.receive_response_body'],
  ['upgraded', 'read', null],
  ['done', 'read', null],
] as const satisfies [Step, unknown, unknown][])('%s', (step, phase, traced) => {
  expect([phaseOf(step), tracedStepOf(step)]).toEqual([phase, traced]);
});
