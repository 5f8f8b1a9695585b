import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { BackendName } from '../backends/contract.ts';
import { Client } from '../client/client.ts';
import { describeError } from './describe-error.ts';

/** What became of one round against a server in this process. */
export interface SelfTestResult {
  /** `TCP` or `Unix domain socket`. */
  readonly name: string;
  readonly backend: BackendName;
  readonly isOK: boolean;
  /** What was seen, or what went wrong. */
  readonly detail: string;
}

/** Sends requests to a server in this process: over TCP, and over a Unix domain socket where there are such. */
export async function selfTest(backend: BackendName): Promise<SelfTestResult[]> {
  const results = [await testOver('TCP', backend, null)];
  if (process.platform === 'win32') return results;
  const { mkdtemp, rm } = process.getBuiltinModule('node:fs/promises');
  const { tmpdir } = process.getBuiltinModule('node:os');
  const path = process.getBuiltinModule('node:path');
  const folder = await mkdtemp(path.join(tmpdir(), 'ternhttp-'));
  try {
    results.push(await testOver('Unix domain socket', backend, path.join(folder, 'doctor.sock')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return results;
}

async function testOver(name: string, backend: BackendName, path: string | null): Promise<SelfTestResult> {
  const server = process.getBuiltinModule('node:http').createServer(answer);
  try {
    const url = await listen(server, path);
    const client = new Client({ backend, trustEnv: false, ...(path === null ? {} : { socket: { path } }) });
    try {
      return { name, backend, isOK: true, detail: await exchange(client, url) };
    } finally {
      await client.close();
    }
  } catch (error) {
    return { name, backend, isOK: false, detail: describeError(error) };
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
}

/** A compressed answer, an upload, and both on one connection: enough to touch every part of the way. */
async function exchange(client: Client, url: string): Promise<string> {
  const started = performance.now();
  const greeting = await client.get(url);
  expect('the decoded body', greeting.text, GREETING);
  const upload = new Uint8Array(100_000).fill(7);
  const echoed = await client.post(url, { content: upload });
  expect('the length of the echoed body', echoed.bytes.length, upload.length);
  expect('the number of connections', client.stats.opened, 1);
  const { remoteAddress, remotePort } = echoed.connection!;
  const where = remotePort === null ? remoteAddress! : `${remoteAddress}:${remotePort}`;
  return `2 requests on one connection to ${where} in ${Math.round(performance.now() - started)} ms`;
}

const GREETING = 'The tern has landed.';

function answer(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'POST') {
    request.pipe(response);
    return;
  }
  const body = process.getBuiltinModule('node:zlib').gzipSync(GREETING);
  response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': body.length }).end(body);
}

function listen(server: Server, path: string | null): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const ready = (): void => {
      const address = server.address();
      resolve(
        typeof address === 'object' && address !== null
          ? `http://127.0.0.1:${address.port}/`
          : 'http://localhost/',
      );
    };
    if (path === null) server.listen(0, '127.0.0.1', ready);
    else server.listen(path, ready);
  });
}

function expect(what: string, actual: number | string, expected: number | string): void {
  if (actual !== expected) throw new Error(`${what} is ${actual}, not ${expected}`);
}
