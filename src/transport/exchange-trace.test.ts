import { expect, test } from 'vitest';
import { wireRequest } from '../../fixtures/recording-sink.ts';
import type { ConnectionMeta } from '../backends/contract.ts';
import { DEFAULT_REDACTION } from '../models/redaction.ts';
import { type TraceEvent, Tracer } from '../models/trace.ts';
import { traceInformational, traceRelease, traceRequest, traceResponse } from './exchange-trace.ts';

function traced(act: (tracer: Tracer) => void): [string, unknown][] {
  const events: TraceEvent[] = [];
  act(new Tracer(1, DEFAULT_REDACTION, [(event) => events.push(event)]));
  return events.map(({ name, info }) => [name, info]);
}

test('heads, with their secrets masked', () => {
  const fields = ['Authorization', 'Bearer x', 'Set-Cookie', 'a=b', 'X', '1'];
  const headers = [
    ['Authorization', '[secure]'],
    ['Set-Cookie', '[secure]'],
    ['X', '1'],
  ];
  expect(traced((tracer) => traceRequest(tracer, wireRequest({ target: '/a?token=x&b=1', fields })))).toEqual(
    [['http11.send_request_headers.started', { method: 'GET', target: '/a?token=[secure]&b=1', headers }]],
  );
  expect(traced((tracer) => traceInformational(tracer, 103, 'Early', fields))).toEqual([
    ['http11.informational', { status: 103, reason: 'Early', headers }],
  ]);
  const complete = { status: 200, reason: 'OK', version: '1.1', headers };
  expect(traced((tracer) => traceResponse(tracer, 200, 'OK', fields, '1.1', true))).toEqual([
    ['http11.receive_response_headers.complete', complete],
    ['http11.receive_response_body.started', {}],
  ]);
  expect(traced((tracer) => traceResponse(tracer, 200, 'OK', fields, '1.1', false))).toEqual([
    ['http11.receive_response_headers.complete', complete],
  ]);
});

test('the end of an exchange, and of its connection', () => {
  const meta = { id: 7 } as ConnectionMeta;
  const closed = [
    ['http11.response_closed.started', { connection: 7 }],
    ['http11.response_closed.complete', { connection: 7 }],
  ];
  expect(traced((tracer) => traceRelease(tracer, meta, true))).toEqual(closed);
  expect(traced((tracer) => traceRelease(tracer, meta, false))).toEqual([
    ...closed,
    ['connection.close', { connection: 7 }],
  ]);
});
