import { type Auth, type AuthFlow, type AuthResponse, openFlow } from '../auth/auth.ts';
import { proxyTarget } from '../auth/auth-target.ts';
import type { ProxyReply, TunnelNegotiation } from '../backends/contract.ts';
import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import { newContext } from '../message/response-head.ts';
import { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { sameName } from '../models/field-syntax.ts';
import { Headers } from '../models/headers.ts';
import { DEFAULT_REDACTION } from '../models/redaction.ts';
import { parseURL } from '../models/url.ts';
import { abortedBy, type Situation, totalTimeout } from './exchange-errors.ts';
import type { ProxyServer } from './proxy.ts';
import type { TransportContext } from './transport.ts';

/** By these an origin asks and answers, which is nothing to a flow that speaks to the proxy. */
const NAMES_OF_ORIGIN = new Set(['www-authenticate', 'authentication-info']);

/** The dialogue by which a flow gets a tunnel. */
export function negotiateTunnel(
  auth: Auth,
  server: ProxyServer,
  target: string,
  fields: readonly string[],
): TunnelNegotiation {
  let sent = viewOf(server, 'CONNECT', target, fields, null);
  const flow = openFlow(auth, sent, proxyTarget(server.url));
  return {
    async next(reply) {
      const step = reply === null ? await flow.next() : await flow.next(replyView(reply, sent));
      if (step.done !== true) {
        sent = checkedRequest(step.value);
        return fieldsOf(sent);
      }
      if (reply === null) throw yieldsNothing();
      return null;
    },
    close: () => closeFlow(flow),
  };
}

/**
 * Sends a request that a proxy is to answer itself, as often as the flow wants.
 *
 * @param send sends it with these fields for the proxy
 */
export async function sendWithProxyAuth(
  auth: Auth,
  server: ProxyServer,
  request: Request,
  target: string,
  context: TransportContext,
  send: (fields: readonly string[]) => Promise<StreamResponse>,
): Promise<StreamResponse> {
  const wait = <T>(work: Promise<T> | T): Promise<T> => unlessOver(work, request, context);
  if (auth.needsRequestBody === true) await wait(request.read());
  const own = withoutCredentials(request.fields);
  const flow = openFlow(auth, viewOf(server, request.method, target, own, request), proxyTarget(server.url));
  try {
    let step = await wait(flow.next());
    if (step.done === true) throw yieldsNothing();
    for (;;) {
      const sent = checkedRequest(step.value);
      const response = await send([...addedFields(fieldsOf(sent), own), ...server.fields]);
      try {
        step = await wait(flow.next(await responseView(response, sent, auth.needsResponseBody === true)));
        if (step.done === true) return response;
        // Its end makes the connection free for the next one.
        await response.read();
      } catch (error) {
        await response.cancel(error);
        throw error;
      }
    }
  } finally {
    await wait(closeFlow(flow));
  }
}

/** The request as the proxy sees it: its URL names the proxy, and the target is what the request line says. */
function viewOf(
  server: ProxyServer,
  method: string,
  target: string,
  fields: readonly string[],
  request: Request | null,
): Request {
  const scheme = server.scheme === 'https' ? 'https' : 'http';
  return new Request(method, '', null, {
    url: parseURL(`${scheme}${server.url.slice(server.scheme.length)}/`),
    fields,
    body: request?.payload ?? null,
    extensions: { target },
    redaction: request?.redaction ?? DEFAULT_REDACTION,
  });
}

/**
 * What a flow, or function, has made.
 *
 * @throws InvalidArgument if it is no request
 */
export function checkedRequest(made: unknown): Request {
  if (made instanceof Request) return made;
  throw new InvalidArgument(
    `An auth flow, or auth function, must give a Request, not ${describeValue(made)}.`,
  );
}

/** The fields of a request that a flow has made. One that knows of no proxies writes its credentials as if for an origin. */
function fieldsOf({ fields }: Request): string[] {
  return fields.map((text, index) =>
    index % 2 === 0 && sameName(text, 'authorization') ? 'Proxy-Authorization' : text,
  );
}

/** The fields that were not there before. */
function addedFields(fields: readonly string[], before: readonly string[]): string[] {
  const added: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const isOld = before.some(
      (text, at) => at % 2 === 0 && sameName(text, fields[i]!) && before[at + 1] === fields[i + 1],
    );
    if (!isOld) added.push(fields[i]!, fields[i + 1]!);
  }
  return added;
}

function withoutCredentials(fields: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (!sameName(fields[i]!, 'authorization')) kept.push(fields[i]!, fields[i + 1]!);
  }
  return kept;
}

function replyView({ status, reason, version, fields, body }: ProxyReply, sent: Request): Response {
  const context = newContext(status, reason, version, Headers.fromWire(fields));
  context.request = sent;
  return new Response(status, null, { context, bytes: body, bytesReceived: body.length, trailers: null });
}

/**
 * What the proxy passes on may be of the origin, whose challenges are not for the credentials of the proxy: a flow that
 * knows of no proxies would answer them.
 */
async function responseView(
  response: StreamResponse,
  sent: Request,
  needsBody: boolean,
): Promise<AuthResponse> {
  const { status, statusText, httpVersion, headers } = response;
  const own: string[] = [];
  for (let i = 0; i < headers.wire.length; i += 2) {
    if (!NAMES_OF_ORIGIN.has(headers.wire[i]!.toLowerCase()))
      own.push(headers.wire[i]!, headers.wire[i + 1]!);
  }
  const context = newContext(status === 401 ? 200 : status, statusText, httpVersion, Headers.fromWire(own));
  context.request = sent;
  if (!needsBody) return new StreamResponse(context.status, { headers: context.headers, request: sent });
  const { bytes, bytesReceived } = await response.read();
  return new Response(context.status, null, { context, bytes, bytesReceived, trailers: null });
}

async function closeFlow(flow: AuthFlow): Promise<void> {
  await flow.return();
}

function yieldsNothing(): InvalidArgument {
  return new InvalidArgument('An auth flow must yield at least one request.');
}

/** A flow is a part of the program that may take its time, but not longer than the request may. */
function unlessOver<T>(work: Promise<T> | T, request: Request, context: TransportContext): Promise<T> {
  const { signal, totalDeadline, timeout } = context;
  if (signal === null && totalDeadline === null) return Promise.resolve(work);
  const situation: Situation = { request, step: 'pool', timeout, peer: undefined, received: 0 };
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const giveUp = (): void => reject(abortedBy(signal!.reason, situation));
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
    if (signal?.aborted === true) giveUp();
    else signal?.addEventListener('abort', giveUp, { once: true });
    if (totalDeadline !== null) {
      const left = Math.min(Math.max(0, totalDeadline - performance.now()), 0x7fffffff);
      timer = setTimeout(() => reject(totalTimeout(situation)), left);
    }
    void Promise.resolve(work).then(resolve, reject).finally(release);
  });
}
