import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useLendingAddon, countBorrowed } from '../../fixtures/borrowing.ts';
import { SyncClient } from './sync-client.ts';

/*
 * Requests on connections that the thread borrows from its worker. They need the addon, which CI builds.
 */
const isThere = useLendingAddon();

let server: Worker;
let base = '';

beforeAll(async () => {
  server = new Worker(PROGRAM, { eval: true });
  base = await new Promise<string>((resolve) => server.once('message', resolve));
});

afterAll(async () => {
  await server.terminate();
});

function clientWith(options: ConstructorParameters<typeof SyncClient>[0] = {}): SyncClient {
  return new SyncClient({ backend: 'native', baseURL: base, ...options });
}

test('the addon is built where CI is to test it', () => {
  expect(isThere || process.env['CI'] !== 'true' || process.platform === 'win32').toBe(true);
});

test.runIf(isThere)('one connection carries the requests of worker and thread in turn', () => {
  const count = countBorrowed();
  using client = clientWith({ limits: { maxConnections: 1 } });
  const ids = new Set<number>();
  for (let i = 0; i < 5; i++) {
    const { text, connection } = client.get('/echo', { params: { i } });
    expect(text).toBe(`/echo?i=${i}`);
    ids.add(connection!.id);
    expect(client.stream('GET', '/echo').read().text).toBe('/echo');
    expect(client.post('/body', { content: `n${i}` }).text).toBe(`n${i}`);
    expect(client.post('/body', { content: `m${i}` }).text).toBe(`m${i}`);
  }
  count.end();
  expect(ids.size).toBe(1);
  expect(count.alone).toBeGreaterThanOrEqual(5);
  expect(client.stats).toMatchObject({ connections: 1, idle: 1, active: 0, opened: 1, reused: 19 });
});

test.runIf(isThere)('what a response looks like does not depend on who carried it', () => {
  using client = clientWith();
  client.get('/echo');
  for (const path of ['/large', '/chunks', '/trailers', '/empty', '/204']) {
    const [own, other] = [client.get(path), client.stream('GET', path).read()];
    expect([path, own.status, own.bytes.length, [...own.headers]]).toEqual([
      path,
      other.status,
      other.bytes.length,
      [...other.headers],
    ]);
    expect([path, Buffer.compare(own.bytes, other.bytes)]).toEqual([path, 0]);
    expect([path, ...own.trailers]).toEqual([path, ...other.trailers]);
  }
  expect(client.head('/large').bytes.length).toBe(0);
});

test.runIf(isThere)('limits of time and size hold, and cost the connection', () => {
  using client = clientWith();
  client.get('/echo');
  const count = countBorrowed();
  expect(() => client.get('/never', { timeout: { read: 50 } })).toThrow(
    expect.objectContaining({ code: 'ERR_READ_TIMEOUT', phase: 'firstByte' }),
  );
  client.get('/echo');
  expect(() => client.get('/stuck', { timeout: { read: 50 } })).toThrow(
    expect.objectContaining({ code: 'ERR_READ_TIMEOUT', phase: 'read' }),
  );
  client.get('/echo');
  expect(() => client.get('/never', { timeout: { total: 50 } })).toThrow(
    expect.objectContaining({ code: 'ERR_TOTAL_TIMEOUT' }),
  );
  count.end();
  expect(client.stats).toMatchObject({ connections: 0, opened: 3 });
});

test.runIf(isThere)('a server that has closed an idle connection is noticed, and no request is lost', () => {
  using client = clientWith({ limits: { maxConnections: 1 } });
  for (let i = 0; i < 5; i++) {
    expect(client.get('/last').text).toBe('bye');
    expect(client.get('/echo').text).toBe('/echo');
    // It closes after its answer, without having said so.
    expect(client.get('/hangup').text).toBe('closing');
    expect(client.get('/echo').text).toBe('/echo');
  }
  expect(client.stats.connections).toBeLessThanOrEqual(1);
});

test.runIf(isThere)('a connection that dies with the request is replaced if the method allows it', () => {
  using client = clientWith();
  client.get('/echo');
  const { text } = client.get('/drop-first');
  expect(text).toBe('second');
  client.get('/echo');
  expect(() => client.post('/drop', { content: 'x' })).toThrow(
    expect.objectContaining({ name: 'RemoteProtocolError' }),
  );
});

test.runIf(isThere)('an idle connection on loan is closed when its time is over', async () => {
  using client = clientWith({ limits: { keepAliveMs: 100 } });
  client.get('/echo');
  client.get('/echo');
  for (let i = 0; i < 200 && client.stats.connections > 0; i++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(client.stats.connections).toBe(0);
});

const PROGRAM = `
const { createServer } = require('node:http');
const { parentPort } = require('node:worker_threads');
let drops = 0;
const server = createServer((request, response) => {
  // The second in which a response was sent is no difference.
  response.sendDate = false;
  const [path] = request.url.split('?');
  switch (path) {
    case '/body': {
      const pieces = [];
      request.on('data', (piece) => pieces.push(piece));
      request.on('end', () => response.end(Buffer.concat(pieces)));
      break;
    }
    case '/large': response.end(Buffer.from(Array.from({ length: 2_000_000 }, (_, i) => i % 251))); break;
    case '/chunks':
      response.write('a'.repeat(70_000));
      setTimeout(() => response.write('b'.repeat(10)), 5);
      setTimeout(() => response.end('c'), 10);
      break;
    case '/trailers':
      response.writeHead(200, { Trailer: 'X-Sum' });
      response.write('x');
      response.addTrailers({ 'X-Sum': '1' });
      response.end();
      break;
    case '/empty': response.end(); break;
    case '/204': response.writeHead(204).end(); break;
    case '/never': break;
    case '/stuck': response.writeHead(200, { 'Content-Length': 10 }); response.write('half'); break;
    case '/last': response.writeHead(200, { Connection: 'close' }).end('bye'); break;
    case '/hangup': response.end('closing', () => request.socket.destroySoon()); break;
    case '/drop-first':
      if (drops++ === 0) request.socket.destroy();
      else response.end('second');
      break;
    case '/drop': request.socket.destroy(); break;
    case '/open': server.getConnections((error, count) => response.end(String(count))); break;
    default: response.end(request.url);
  }
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => parentPort.postMessage('http://127.0.0.1:' + server.address().port));
`;
