import type { Client, ClientOptions, Middleware, Request, Response } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

/** A client without a network. */
export function mocked(
  t: CaseContext,
  options: ClientOptions = {},
  answer: (request: Request) => Response = () => new t.tern.Response(200),
): Client {
  const client = new t.tern.Client({ ...options, transport: new t.tern.MockTransport(answer) });
  t.defer(() => client.close());
  return client;
}

/** A client without a network, with middleware. */
export function layered(
  t: CaseContext,
  middleware: readonly Middleware[],
  options: ClientOptions = {},
  answer: (request: Request) => Response = () => new t.tern.Response(200),
): Client {
  const client = new t.tern.Client({ ...options, middleware, transport: new t.tern.MockTransport(answer) });
  t.defer(() => client.close());
  return client;
}

/** A client without a network, and what reaches the end of it. */
export function recorded(
  t: CaseContext,
  options: ClientOptions = {},
  status: (index: number) => number = () => 200,
): { readonly client: Client; readonly requests: readonly Request[] } {
  const requests: Request[] = [];
  const transport = new t.tern.MockTransport(
    (request) => new t.tern.Response(status(requests.push(request) - 1)),
  );
  const client = new t.tern.Client({ ...options, transport });
  t.defer(() => client.close());
  return { client, requests };
}
