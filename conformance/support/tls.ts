import type { IssueOptions } from '../../fixtures/certificates.ts';
import type { HTTPServer } from '../../fixtures/http-server.ts';
import type { Client, ClientOptions, RequestOptions, TLSInfo, TLSOptions } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

/** A server with a certificate of its own. Not a scripted one: those do not notice who leaves during a handshake. */
export async function serverWith(
  t: CaseContext,
  issue: Partial<IssueOptions>,
  more: object = {},
): Promise<HTTPServer> {
  const { certificate, key } = t.ca.issue({ commonName: 'server', ipAddresses: ['127.0.0.1'], ...issue });
  return t.httpServer({ tls: { cert: certificate, key, ...more } });
}

export function trusting(t: CaseContext, tls: TLSOptions = {}, options: ClientOptions = {}): Client {
  return t.client({ tls: { ca: t.ca.certificate, ...tls }, ...options });
}

interface Failure {
  readonly name: string;
  readonly code: string;
  readonly phase: string;
  readonly message: string;
  readonly peer?: string;
  readonly cause?: { readonly code?: string };
}

export async function refused(t: CaseContext, work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    return error as Failure;
  }
  return t.assert.fail('there is no failure');
}

/** The handshake fails, says why, and leaves nothing open. */
export async function expectRefusal(
  t: CaseContext,
  client: Client,
  server: HTTPServer,
  expected: { readonly code?: RegExp; readonly message?: RegExp },
  options: RequestOptions = {},
): Promise<void> {
  const before = server.open;
  const error = await refused(t, client.request('GET', server.url('/get'), options));
  t.assert.deepEqual([error.name, error.code], ['ConnectError', 'ERR_TLS'], error.message);
  t.assert.equal(error.peer, `127.0.0.1:${server.port}`);
  if (expected.code !== undefined) t.assert.match(String(error.cause?.code), expected.code);
  if (expected.message !== undefined) t.assert.match(error.message, expected.message);
  t.assert.deepEqual([client.stats.connections, client.stats.connecting], [0, 0]);
  await server.untilOpen(before);
}

export async function status(
  client: Client,
  url: string,
  options: RequestOptions = {},
): Promise<[number, TLSInfo | null]> {
  const response = await client.request('GET', url, options);
  return [response.status, response.connection?.tls ?? null];
}
