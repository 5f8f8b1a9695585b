import { AbortError } from '../errors/abort-error.ts';
import { ConnectTimeout } from '../errors/connect-timeout.ts';
import { DecodingError } from '../errors/decoding-error.ts';
import { FirstByteTimeout } from '../errors/first-byte-timeout.ts';
import type { HTTPErrorInit } from '../errors/http-error.ts';
import { PoolTimeout } from '../errors/pool-timeout.ts';
import { ReadTimeout } from '../errors/read-timeout.ts';
import { RemoteProtocolError } from '../errors/remote-protocol-error.ts';
import { StreamClosed } from '../errors/stream-closed.ts';
import type { TimeoutException } from '../errors/timeout-exception.ts';
import { TotalTimeout } from '../errors/total-timeout.ts';
import { WriteTimeout } from '../errors/write-timeout.ts';
import type { Request } from '../message/request.ts';
import type { Timeout } from '../models/timeout.ts';
import { phaseOf, type Step } from './exchange-step.ts';

/** Where a request stands when something goes wrong. */
export interface Situation {
  readonly request: Request;
  readonly step: Step;
  readonly timeout: Timeout;
  readonly peer: string | undefined;
  /** Octets of body received. */
  readonly received: number;
}

/** The limit of the step at hand has run out. */
export function stepTimeout(situation: Situation): TimeoutException {
  const { step, timeout, received } = situation;
  switch (step) {
    case 'pool':
      return new PoolTimeout(
        init(
          situation,
          timeout.pool === 0
            ? 'no connection is free (timeout.pool is 0)'
            : `no connection came free within ${timeout.pool} ms`,
        ),
      );
    case 'connecting':
      return new ConnectTimeout(init(situation, `no connection within ${timeout.connect} ms`));
    case 'sending':
      return new WriteTimeout(init(situation, `the peer took no data for ${timeout.write} ms`));
    case 'continue':
    case 'firstByte':
      return timeout.firstByte === null
        ? new ReadTimeout(init(situation, `no response within ${timeout.read} ms`))
        : new FirstByteTimeout(init(situation, `no response within ${timeout.firstByte} ms`));
    case 'head':
      return new ReadTimeout(init(situation, `no data for ${timeout.read} ms, in the head of the response`));
    default:
      return new ReadTimeout(
        init(situation, `no data for ${timeout.read} ms, after ${received} bytes of the body`),
      );
  }
}

/** The limit over everything has run out. */
export function totalTimeout(situation: Situation): TotalTimeout {
  const { step, timeout } = situation;
  const reason = `not finished within ${timeout.total} ms; the phase ${phaseOf(step)} was under way`;
  return new TotalTimeout({ ...init(situation, reason), phase: 'total' });
}

/** The signal was aborted, for this reason. */
export function abortedBy(cause: unknown, situation: Situation): AbortError {
  return new AbortError({ ...init(situation, abortReason(cause)), cause });
}

/** What an error says about the reason of a signal. */
export function abortReason(cause: unknown): string {
  const isTimer = cause instanceof Error && cause.name === 'TimeoutError';
  return isTimer ? 'the signal timed out' : 'the request was aborted';
}

/** The body is too large to be kept whole. */
export function tooLarge(maxBytes: number, situation: Situation): DecodingError {
  const reason = `the body is larger than ${maxBytes} bytes (decode.maxBytes)`;
  return new DecodingError({ ...init(situation, reason), code: 'ERR_CONTENT_LIMIT' });
}

/** The name in a redirect has turned out to lead to a private address. */
export function refusedAddress(situation: Situation): RemoteProtocolError {
  const reason = 'refused to be redirected to a private address (redirect.allowPrivate)';
  return new RemoteProtocolError({ ...init(situation, reason), phase: 'redirect' });
}

/** The caller has no more use for the response. */
export function givenUp({ request }: Situation): StreamClosed {
  return new StreamClosed(`The response to ${request.method} ${request.redactedURL} has been closed.`);
}

function init({ request, step, peer }: Situation, reason: string): HTTPErrorInit {
  return { reason, request, phase: phaseOf(step), peer };
}
