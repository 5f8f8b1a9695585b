import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, type ClientOptions, type TernError } from '../../src/index.ts';

/*
 * mockttp, a server and intercepting proxy of others. It brings some 200 packages along, so it is none of the project's:
 * `npm ci --prefix conformance/peers/npm` installs it, which .ci/run does. Where it is absent this is told, and a failure
 * under CI=true.
 */
interface Rule {
  always(): Rule;
  thenReply(status: number, body: string, headers?: Record<string, string | string[]>): Promise<unknown>;
  thenCallback(answer: (request: SeenRequest) => Promise<object>): Promise<unknown>;
  thenCloseConnection(): Promise<unknown>;
  thenResetConnection(): Promise<unknown>;
  thenTimeout(): Promise<unknown>;
}

interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly body: { getText(): Promise<string> };
}

interface Mockttp {
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  forGet(path: string): Rule;
  forPut(path: string): Rule;
  forAnyRequest(): Rule;
}

interface MockttpModule {
  getLocal(options?: object): Mockttp;
  generateCACertificate(): Promise<{ readonly key: string; readonly cert: string }>;
}

const NAME = 'mockttp';
const mockttp = await load();

async function load(): Promise<MockttpModule | null> {
  const folder = new URL('npm/', import.meta.url);
  if (!existsSync(new URL(`node_modules/${NAME}`, folder))) {
    const absent = `${NAME} is not installed: npm ci --prefix conformance/peers/npm --ignore-scripts`;
    if (process.env['CI'] === 'true') throw new Error(absent);
    console.warn(`NOT RUN: ${absent}`);
    return null;
  }
  return createRequire(new URL('package.json', folder))(NAME) as MockttpModule;
}

let server: Mockttp | null = null;
let authority = '';

beforeAll(async () => {
  if (mockttp === null) return;
  const https = await mockttp.generateCACertificate();
  authority = https.cert;
  server = mockttp.getLocal({ https, http2: true });
  await server.start();
});

afterAll(async () => {
  await server?.stop();
});

async function using<T>(
  options: ClientOptions,
  work: (client: Client, base: string) => Promise<T>,
): Promise<T> {
  const client = new Client({ tls: { ca: authority }, ...options });
  try {
    return await work(client, `localhost:${server!.port}`);
  } finally {
    await client.close();
  }
}

test('plain, TLS and HTTP/2 on one port: fields, cookies, bodies', async () => {
  if (server === null) return;
  await server
    .forGet('/fields')
    .always()
    .thenReply(200, 'ok', { 'set-cookie': ['a=1', 'b=2'], 'x-own': 'yes' });
  await server
    .forPut('/echo')
    .always()
    .thenCallback(async ({ method, httpVersion, body }) => ({
      statusCode: 200,
      body: `${method} ${httpVersion} ${await body.getText()}`,
    }));
  for (const [scheme, http2, version] of [
    ['http', false, '1.1'],
    ['https', false, '1.1'],
    ['https', true, '2.0'],
  ] as const) {
    await using({ http2 }, async (client, base) => {
      const fields = await client.get(`${scheme}://${base}/fields`);
      expect([fields.text, fields.headers.getSetCookie(), client.cookies.size]).toEqual([
        'ok',
        ['a=1', 'b=2'],
        2,
      ]);
      const posted = await client.put(`${scheme}://${base}/echo`, { content: ['some ', 'pieces'] });
      expect(posted.text).toBe(`PUT ${version} some pieces`);
    });
  }
});

test('as a proxy: requests that it reads, and TLS that it opens', async () => {
  if (server === null) return;
  await server
    .forAnyRequest()
    .thenCallback(({ url }) => Promise.resolve({ statusCode: 200, body: `answer to ${url}` }));
  await using({ proxy: `http://localhost:${server.port}` }, async (client) => {
    for (const url of ['http://origin.test/a?b=c', 'https://origin.test/a?b=c'])
      expect((await client.get(url)).text).toBe(`answer to ${url}`);
    expect((await client.get('https://origin.test/again')).connection?.proxy?.isTunnel).toBe(true);
  });
});

test('connections that are closed, reset, or stay silent', async () => {
  if (server === null) return;
  await server.forGet('/closed').thenCloseConnection();
  await server.forGet('/reset').thenResetConnection();
  await server.forGet('/silent').thenTimeout();
  await using({ timeout: { read: 2_000 } }, async (client, base) => {
    const names: string[] = [];
    for (const path of ['closed', 'reset', 'silent'])
      await client.get(`http://${base}/${path}`).catch((error: TernError) => void names.push(error.name));
    expect(names).toEqual(['RemoteProtocolError', 'ReadError', 'ReadTimeout']);
    expect(client.stats.active).toBe(0);
  });
});
