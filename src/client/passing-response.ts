import type { Response } from '../message/response.ts';
import type { Streamed } from './send-mode.ts';

/** Octets of content that a response may have which is not the answer: a redirect that is followed, an auth round. */
const MAX_PASSING = 16 * 1024 * 1024;

/** Reads a response that is on the way to the answer. Nobody has asked for its content, so it has a bound. */
export function readPassing(response: Streamed): Promise<Response> | Response {
  const { context } = response;
  context.decode = { ...context.decode, maxBytes: Math.min(context.decode.maxBytes, MAX_PASSING) };
  return response.read();
}
