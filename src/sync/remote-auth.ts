import type { Auth, AuthResponse } from '../auth/auth.ts';
import { type AuthTarget, ORIGIN_TARGET } from '../auth/auth-target.ts';
import { Request } from '../message/request.ts';
import { Response } from '../message/response.ts';
import type { Caller } from './caller.ts';
import { standInFor } from './portable-error.ts';
import type { FlowReply, FlowResponse, FlowStart, PortableAuth } from './protocol.ts';
import { RemoteBody } from './remote-body.ts';

/** Stands for all flows, whose steps are not part of one exchange: a connection may be opened for several. */
export const PROXY_FLOWS = 0;

let lastFlow = 0;

/** The credentials for a proxy as the worker sees them: the flow is one of the thread that blocks, and is asked step by step. */
export function remoteAuth(caller: Caller, { key, needsRequestBody, needsResponseBody }: PortableAuth): Auth {
  return {
    needsRequestBody,
    needsResponseBody,
    flow: (request, target = ORIGIN_TARGET) => remoteFlow(caller, key, request, target),
  };
}

async function* remoteFlow(
  caller: Caller,
  key: number,
  request: Request,
  target: AuthTarget,
): AsyncGenerator<Request, void, AuthResponse> {
  const flow = ++lastFlow;
  let fields = await ask(caller, 'authStep', flow, startOf(key, request, target), null);
  while (fields !== null) {
    let isLeft = true;
    let response: AuthResponse;
    try {
      response = yield withFields(request, fields);
      isLeft = false;
    } finally {
      if (isLeft) await ask(caller, 'authEnd', flow);
    }
    fields = await ask(caller, 'authStep', flow, null, packResponse(response));
  }
}

async function ask(
  caller: Caller,
  name: 'authEnd' | 'authStep',
  ...values: unknown[]
): Promise<readonly string[] | null> {
  const { fields, thrown } = (await caller.ask(PROXY_FLOWS, name, ...values)) as FlowReply;
  if (thrown !== null) throw standInFor(thrown);
  return fields;
}

function startOf(key: number, request: Request, target: AuthTarget): FlowStart {
  const { method, parsedURL, fields, extensions, payload, redaction } = request;
  const isRemote = payload instanceof RemoteBody && payload.bytes === null;
  return {
    key,
    proxy: target.proxy!,
    method,
    url: parsedURL.href,
    fields,
    target: extensions.target!,
    // A view would take the memory around it along.
    body: payload?.bytes == null ? null : new Uint8Array(payload.bytes),
    bodyOf: isRemote ? payload.from : null,
    redact: redaction.options,
  };
}

function withFields(
  { method, parsedURL, payload, extensions, redaction }: Request,
  fields: readonly string[],
): Request {
  return new Request(method, '', null, { url: parsedURL, fields, body: payload, extensions, redaction });
}

function packResponse(response: AuthResponse): FlowResponse {
  const { status, statusText, httpVersion, headers } = response;
  const bytes = response instanceof Response ? new Uint8Array(response.bytes) : null;
  return { status, statusText, httpVersion, fields: headers.wire, bytes };
}
