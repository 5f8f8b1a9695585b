import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTLSServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { createRandom, seedFromEnvironment } from '../../fixtures/random.ts';
import { Client, type ClientOptions } from '../../src/index.ts';
import { builtAccelerators } from '../kernels/accelerators.ts';

/*
 * Bodies that the native engine puts into their final place, or reads past its parser, and those around the sizes from which
 * it does so; the engine in TypeScript is judged by the same. The path says what is sent: framing, length, octets after
 * which the connection ends, and the pieces that it is cut into.
 */

const PLACED = 262_144;
const LENGTHS = [PLACED - 1, PLACED, PLACED + 1, 1_000_003, 3_000_017];
const SURPLUS = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL';
const content = randomBytes(3_100_000);
const random = createRandom(seedFromEnvironment());
const { built } = await builtAccelerators();
const engines = built.some(({ name }) => name === 'native') ? (['js', 'native'] as const) : (['js'] as const);
const ca = createCertificateAuthority();
const issued = ca.issue({ commonName: 'h', ipAddresses: ['127.0.0.1'] });
const sockets = new Set<Socket>();
const clients: Client[] = [];
let connections = 0;
let plain: Server;
let secure: Server;

beforeAll(async () => {
  plain = await listen(createServer(serve));
  secure = await listen(createTLSServer({ cert: issued.certificate, key: issued.key }, serve));
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  vi.unstubAllEnvs();
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all([plain, secure].map((server) => new Promise((resolve) => server.close(resolve))));
});

function listen<T extends Server>(server: T): Promise<T> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function serve(socket: Socket): void {
  connections++;
  sockets.add(socket);
  let pending = '';
  socket.on('error', () => socket.destroy());
  socket.on('close', () => sockets.delete(socket));
  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1');
    if (!pending.includes('\r\n\r\n')) return;
    const [, framing = '', length = '', cut = ''] = pending.split(' ', 2)[1]!.split('/');
    pending = '';
    void answer(socket, framing, Number(length), cut === '' ? Infinity : Number(cut));
  });
}

async function answer(socket: Socket, framing: string, length: number, cut: number): Promise<void> {
  const body = content.subarray(0, length);
  let message =
    framing === 'chunked'
      ? Buffer.concat([
          Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
          ...random
            .splits(body, 700_000)
            .flatMap((piece) => [
              Buffer.from(`${piece.length.toString(16)}\r\n`),
              piece,
              Buffer.from('\r\n'),
            ]),
          Buffer.from('0\r\n\r\n'),
        ])
      : Buffer.concat([
          Buffer.from(
            framing === 'close'
              ? 'HTTP/1.1 200 OK\r\n\r\n'
              : `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`,
          ),
          body,
        ]);
  // What comes behind the content must come with its end, or it may well be the answer to the next request.
  const late = framing === 'surplus' ? Buffer.concat([message.subarray(-100), Buffer.from(SURPLUS)]) : null;
  if (late !== null) message = message.subarray(0, -100);
  for (const piece of random.splits(
    message.subarray(0, Math.min(cut, message.length)),
    random.pick([9000, 70_000, 900_000]),
  )) {
    if (socket.destroyed) return;
    if (!socket.write(piece)) await new Promise<void>((resolve) => void socket.once('drain', resolve));
    else if (random.chance(0.2)) await new Promise((resolve) => setImmediate(resolve));
  }
  if (late !== null) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.write(late);
  }
  if (framing === 'close' || cut !== Infinity) socket.end();
}

describe.each(engines)('%s', (backend) => {
  function open(options: ClientOptions = {}): Client {
    vi.stubEnv('TERN_ACCELERATORS', fileURLToPath(new URL('../../accel/npm', import.meta.url)));
    const client = new Client({ backend, tls: { ca: ca.certificate }, timeout: 20_000, ...options });
    clients.push(client);
    return client;
  }

  const url = (server: Server, path: string): string =>
    `${server === secure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  function expectContent(bytes: Uint8Array, length: number): void {
    expect(bytes.length).toBe(length);
    expect(Buffer.compare(bytes, content.subarray(0, length))).toBe(0);
  }

  describe.each(['plain', 'TLS'])('%s', (kind) => {
    const server = (): Server => (kind === 'TLS' ? secure : plain);

    test.each(['length', 'chunked', 'close'])('content framed by %s, whole and streamed', async (framing) => {
      const client = open();
      const before = connections;
      for (const length of LENGTHS) {
        const response = await client.get(url(server(), `/${framing}/${length}`));
        expectContent(response.bytes, length);
        const pieces: Uint8Array[] = [];
        const streamed = await client.stream('GET', url(server(), `/${framing}/${length}`));
        for await (const piece of streamed) {
          pieces.push(piece);
          if (random.chance(0.2)) await new Promise((resolve) => setTimeout(resolve, 1));
        }
        expectContent(Buffer.concat(pieces), length);
      }
      expect(connections - before).toBe(framing === 'close' ? 2 * LENGTHS.length : 1);
    });

    test('many at a time, each in a place of its own', async () => {
      const client = open({ limits: { maxConnections: 6 } });
      const lengths = Array.from({ length: 30 }, () => random.pick(LENGTHS));
      const responses = await Promise.all(
        lengths.map((length) => client.get(url(server(), `/length/${length}`))),
      );
      expect(responses.map(({ bytes }) => bytes.length)).toEqual(lengths);
      for (const [index, { bytes }] of responses.entries()) expectContent(bytes, lengths[index]!);
    });

    test('a hook may transfer the pieces that it reads, while the rest is received', async () => {
      const lengths: number[] = [];
      const client = open({
        hooks: {
          response: [
            async (response) => {
              const pieces: Uint8Array[] = [];
              for await (const piece of response.iterBytes()) {
                pieces.push(structuredClone(piece, { transfer: [piece.buffer as ArrayBuffer] }));
                if (random.chance(0.2)) await new Promise((resolve) => setTimeout(resolve, 1));
              }
              const received = Buffer.concat(pieces);
              expectContent(received, received.length);
              lengths.push(received.length);
            },
          ],
        },
      });
      for (const length of LENGTHS)
        await expect(client.get(url(server(), `/length/${length}`))).rejects.toMatchObject({
          name: 'StreamConsumed',
        });
      expect(lengths).toEqual(LENGTHS);
    });

    test('what a server says behind the content is not taken for the answer to the next request', async () => {
      const client = open();
      for (const length of [...LENGTHS, 20_000, PLACED + 131_072]) {
        expectContent((await client.get(url(server(), `/surplus/${length}`))).bytes, length);
        const next = await client.get(url(server(), '/length/9'));
        expect(Buffer.compare(next.bytes, content.subarray(0, 9))).toBe(0);
      }
    });

    test('content that is cut is not taken for whole, and the next request succeeds', async () => {
      const client = open();
      for (const framing of ['length', 'chunked']) {
        for (const cut of [PLACED - 100, PLACED + 5000, 1_000_000, 3_000_000]) {
          const refused = client.get(url(server(), `/${framing}/3000017/${cut}`));
          await expect(refused).rejects.toMatchObject({ code: 'ERR_REMOTE_PROTOCOL' });
          expectContent((await client.get(url(server(), '/length/300000'))).bytes, 300_000);
        }
      }
    });

    test('what is given up in the middle leaves nothing, and the next request succeeds', async () => {
      const client = open();
      for (let round = 0; round < 20; round++) {
        const controller = new AbortController();
        const given = client.get(url(server(), '/length/3000017'), { signal: controller.signal });
        setTimeout(() => controller.abort(), random.int(0, 12));
        await given.then(
          ({ bytes }) => expectContent(bytes, 3_000_017),
          (error: unknown) => expect(error).toMatchObject({ name: 'AbortError' }),
        );
        expectContent((await client.get(url(server(), '/length/500000'))).bytes, 500_000);
      }
      expect(client.stats).toMatchObject({ active: 0, waiting: 0 });
    });
  });
});
