import type { ConnectionMeta, HTTPVersion, WireRequest } from '../backends/contract.ts';
import type { Tracer } from '../models/trace.ts';
import type { WireLayer } from './exchange-step.ts';

/** The head of a request is about to be sent. */
export function traceRequest(
  tracer: Tracer,
  { method, target, fields }: WireRequest,
  layer: WireLayer = 'http11',
): void {
  const { redaction } = tracer;
  const info = { method, target: redaction.url(target), headers: redaction.fields(fields) };
  tracer.emit(`${layer}.send_request_headers.started`, info);
}

/** The head of an interim response has come. */
export function traceInformational(
  tracer: Tracer,
  status: number,
  reason: string,
  fields: string[],
  layer: WireLayer = 'http11',
): void {
  const headers = tracer.redaction.fields(fields);
  tracer.emit(`${layer}.informational`, { status, reason, headers });
}

/** The head of the response has come; its body follows unless the connection has left HTTP. */
export function traceResponse(
  tracer: Tracer,
  status: number,
  reason: string,
  fields: string[],
  version: HTTPVersion,
  hasBody: boolean,
  layer: WireLayer = 'http11',
): void {
  const headers = tracer.redaction.fields(fields);
  tracer.emit(`${layer}.receive_response_headers.complete`, { status, reason, version, headers });
  if (hasBody) tracer.emit(`${layer}.receive_response_body.started`);
}

/** The exchange is over; its connection too, unless it can be used again or carries others. */
export function traceRelease(
  tracer: Tracer,
  { id: connection }: ConnectionMeta,
  keepsConnection: boolean,
  layer: WireLayer = 'http11',
): void {
  tracer.emit(`${layer}.response_closed.started`, { connection });
  tracer.emit(`${layer}.response_closed.complete`, { connection });
  if (!keepsConnection) tracer.emit('connection.close', { connection });
}
