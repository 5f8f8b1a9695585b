import { type AuthFlow, type AuthResponse, openFlow } from '../auth/auth.ts';
import { proxyTarget } from '../auth/auth-target.ts';
import { bytesBody, type RequestBody } from '../body/request-body.ts';
import { TernError } from '../errors/tern-error.ts';
import { Request } from '../message/request.ts';
import { newContext } from '../message/response-head.ts';
import { Response } from '../message/response.ts';
import { Headers } from '../models/headers.ts';
import { Redaction } from '../models/redaction.ts';
import { parseURL } from '../models/url.ts';
import { checkedRequest } from '../transport/proxy-auth.ts';
import { authWithKey } from './portable-proxy.ts';
import type { Call, FlowReply, FlowResponse, FlowStart } from './protocol.ts';
import { refusePromise } from './refuse-promise.ts';
import { PROXY_FLOWS } from './remote-auth.ts';
import { RemoteExchange } from './remote-exchange.ts';
import { BytesSource } from './sync-source.ts';
import { SyncStreamResponse } from './sync-stream-response.ts';
import { keepThrown } from './thrown-errors.ts';
import type { Service, WorkerThread } from './worker-thread.ts';

/** A flow that waits for the response to what it yielded. */
interface RunningFlow {
  readonly flow: AuthFlow;
  sent: Request;
}

const served = new WeakSet<WorkerThread>();

/** Has a thread run the flows by which its worker answers proxies. */
export function serveProxyFlows(thread: WorkerThread): void {
  if (served.has(thread)) return;
  served.add(thread);
  thread.listen(PROXY_FLOWS, new ProxyFlows(thread));
}

/** The flows for proxies, which run in the thread that blocks while its worker speaks with the proxy. */
class ProxyFlows implements Service {
  readonly #thread: WorkerThread;
  readonly #running = new Map<number, RunningFlow>();

  constructor(thread: WorkerThread) {
    this.#thread = thread;
  }

  serve({ name, values }: Pick<Call, 'name' | 'values'>): FlowReply {
    const [flow, start, response] = values as [number, FlowStart | null, FlowResponse | null];
    try {
      if (name === 'authEnd') return { fields: this.#end(flow), thrown: null };
      return {
        fields: start === null ? this.#goOn(flow, response!) : this.#begin(flow, start),
        thrown: null,
      };
    } catch (error) {
      this.#running.delete(flow);
      const message = error instanceof Error ? error.message : String(error);
      return {
        fields: null,
        thrown: { key: keepThrown(error), message, isOurs: error instanceof TernError },
      };
    } finally {
      this.#thread.heedAborts();
    }
  }

  onServeError(): void {
    // What goes wrong is in the reply.
  }

  #begin(id: number, start: FlowStart): readonly string[] | null {
    const { key, proxy, method, url, fields, target, redact } = start;
    const sent = new Request(method, '', null, {
      url: parseURL(url),
      fields,
      body: this.#body(start),
      extensions: { target },
      redaction: new Redaction(redact),
    });
    const flow = openFlow(authWithKey(key), sent, proxyTarget(proxy), true);
    return this.#take(id, { flow, sent }, flow.next());
  }

  #goOn(id: number, response: FlowResponse): readonly string[] | null {
    const running = this.#running.get(id)!;
    this.#running.delete(id);
    // A flow of a client that blocks sees responses that block.
    const seen = responseOf(response, running.sent) as AuthResponse;
    return this.#take(id, running, running.flow.next(seen));
  }

  #take(id: number, running: RunningFlow, given: unknown): readonly string[] | null {
    refusePromise('proxy.auth', given);
    const step = given as IteratorResult<unknown, void>;
    if (step.done === true) return null;
    running.sent = checkedRequest(step.value);
    this.#running.set(id, running);
    return running.sent.fields;
  }

  /** The flow is not wanted any more. */
  #end(id: number): null {
    const running = this.#running.get(id);
    this.#running.delete(id);
    if (running !== undefined) refusePromise('proxy.auth', (running.flow as Generator).return(undefined));
    return null;
  }

  #body({ body, bodyOf }: FlowStart): RequestBody | null {
    if (body !== null) return bytesBody(body);
    const exchange = bodyOf === null ? null : this.#thread.serviceOf(bodyOf);
    return exchange instanceof RemoteExchange ? exchange.payload : null;
  }
}

function responseOf(
  { status, statusText, httpVersion, fields, bytes }: FlowResponse,
  request: Request,
): Response | SyncStreamResponse {
  const context = newContext(
    status,
    statusText,
    httpVersion,
    Headers.fromWire(fields, false, request.redaction),
  );
  context.request = request;
  return bytes === null
    ? new SyncStreamResponse(status, null, { context, source: new BytesSource(new Uint8Array(0), null) })
    : new Response(status, null, { context, bytes, bytesReceived: bytes.length, trailers: null });
}
