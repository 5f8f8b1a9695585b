import type { Phase } from '../errors/phase.ts';
import type { TraceStep } from '../models/trace.ts';

/**
 * How far a request has come: waiting for room, for a connection; it has one, and its head goes out; waiting for
 * 100 (Continue), for its body to be taken, for the first octet of the response, for the rest of its head, for its
 * body. `upgraded`: the connection has left HTTP.
 */
export type Step =
  | 'acquired'
  | 'body'
  | 'connecting'
  | 'continue'
  | 'done'
  | 'firstByte'
  | 'head'
  | 'headers'
  | 'pool'
  | 'sending'
  | 'upgraded';

const PHASES: Readonly<Record<Step, Phase>> = {
  pool: 'pool',
  connecting: 'connect',
  acquired: 'write',
  headers: 'write',
  sending: 'write',
  continue: 'firstByte',
  firstByte: 'firstByte',
  head: 'read',
  body: 'read',
  upgraded: 'read',
  done: 'read',
};

/** The phase that errors name for a step. */
export function phaseOf(step: Step): Phase {
  return PHASES[step];
}

/** The group of trace events that a connection belongs to. */
export type WireLayer = 'http11' | 'http2';

/** The traced step that fails when a request fails; null if none is under way. */
export function tracedStepOf(step: Step, layer: WireLayer = 'http11'): TraceStep | null {
  switch (step) {
    case 'pool':
    case 'connecting':
      return 'pool.acquire';
    case 'headers':
      return `${layer}.send_request_headers`;
    case 'sending':
    case 'continue':
      return `${layer}.send_request_body`;
    case 'firstByte':
    case 'head':
      return `${layer}.receive_response_headers`;
    case 'body':
      return `${layer}.receive_response_body`;
    default:
      return null;
  }
}
