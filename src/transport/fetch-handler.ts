import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { hasNullBody } from '../message/to-fetch.ts';
import { exactFields } from './app-engine.ts';
import type { NodeHandler } from './node-handler-transport.ts';

/** An app that speaks in Requests and Responses of the platform. */
export type FetchHandler = (
  request: globalThis.Request,
) => globalThis.Response | Promise<globalThis.Response>;

/** The same app for `node:http`. */
export function toNodeHandler(handler: FetchHandler): NodeHandler {
  return async (incoming, outgoing) => {
    const controller = new AbortController();
    outgoing.once('close', () => {
      if (!outgoing.writableFinished)
        controller.abort(new DOMException('The client has given the request up.', 'AbortError'));
    });
    const response: unknown = await handler(toRequest(incoming, controller.signal));
    await send(checkResponse(response), incoming, outgoing);
  };
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): globalThis.Request {
  const { url = '', rawHeaders, socket, method = 'GET' } = incoming;
  if (!url.startsWith('/'))
    throw new InvalidArgument(`A web Request cannot have the request target '${url}'; it must be a path.`);
  const headers = new globalThis.Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i]!, rawHeaders[i + 1]!);
  const scheme = 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http';
  const isEmpty =
    incoming.headers['transfer-encoding'] === undefined &&
    Number(incoming.headers['content-length'] ?? 0) === 0;
  try {
    return new globalThis.Request(`${scheme}://${incoming.headers.host ?? 'localhost'}${url}`, {
      method,
      headers,
      signal,
      ...(isEmpty ? {} : { body: bodyOf(incoming), duplex: 'half' }),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgument(`The request cannot be expressed as a web Request: ${reason}`, { cause });
  }
}

/** The body as it comes, no faster than it is read. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming.iterator({ destroyOnReturn: false });
  return new globalThis.ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = (await chunks.next()) as IteratorResult<Uint8Array>;
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return?.();
        // What nobody wants must not hold up the connection.
        incoming.resume();
      },
    },
    { highWaterMark: 0 },
  );
}

function checkResponse(value: unknown): globalThis.Response {
  if (value instanceof globalThis.Response) return value;
  throw new InvalidArgument(
    `The handler of a HandlerTransport must return a Response of the platform, not ${describeValue(value)}; ` +
      'a MockTransport takes Responses of this library.',
  );
}

async function send(
  response: globalThis.Response,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { status, statusText, headers, body } = response;
  const fields = [...headers].flat();
  exactFields(outgoing, fields);
  outgoing.writeHead(status, ...(statusText === '' ? [] : [statusText]), fields);
  if (body === null || incoming.method === 'HEAD' || hasNullBody(status)) {
    outgoing.end();
    await body?.cancel();
    return;
  }
  outgoing.flushHeaders();
  const reader = body.getReader();
  const onClose = (): void => {
    // Whoever makes the body is told to stop; what it has to say about that concerns nobody any more.
    reader.cancel(new Error('The client has given the response up.')).catch(() => {});
  };
  outgoing.once('close', onClose);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || outgoing.destroyed) break;
      if (!outgoing.write(value)) await drained(outgoing);
    }
  } finally {
    outgoing.off('close', onClose);
  }
  outgoing.end();
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      outgoing.off('drain', go);
      outgoing.off('close', go);
      resolve();
    };
    outgoing.on('drain', go);
    outgoing.on('close', go);
  });
}
