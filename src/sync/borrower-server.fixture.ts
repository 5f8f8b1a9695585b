import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTLSServer, TLSSocket } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { createRandom } from '../../fixtures/random.ts';

/** What the server in a thread of its own is told. */
export interface StormServerData {
  readonly storm: true;
  readonly seed: number;
  readonly certificate: string;
  readonly key: string;
  /** Path of a socket; empty: none. */
  readonly path: string;
}

/** Where it can be found. */
export interface StormAddresses {
  readonly plain: string;
  readonly secure: string;
}

/** Octets that tell by themselves to which response, and to which place in it, they belong. */
export function octetsOf(id: number, size: number): Buffer {
  const octets = Buffer.allocUnsafe(size);
  for (let i = 0; i < size; i++) octets[i] = (id * 31 + i * 7 + (i >>> 8)) & 255;
  return octets;
}

/**
 * A server that misbehaves. `/<what>/<size>/<id>` is answered with {@link octetsOf}, and `what` says how: with a length,
 * chunked, until the end of the connection, after dropping the connection, cut, or not at all.
 */
class StormServer {
  readonly #random: ReturnType<typeof createRandom>;
  readonly #dropped = new Set<string>();
  readonly open: Set<Socket> = new Set();

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  readonly serve = (socket: Socket): void => {
    let received = Buffer.alloc(0);
    let uses = 0;
    socket.setNoDelay(true);
    let farewell: NodeJS.Timeout | undefined;
    this.open.add(socket);
    socket.on('close', () => {
      clearTimeout(farewell);
      this.open.delete(socket);
    });
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      received = Buffer.concat([received, piece]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = received.toString('latin1', 0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      const body = received.subarray(end + 4, end + 4 + length);
      received = Buffer.alloc(0);
      clearTimeout(farewell);
      const [method = '', target = ''] = head.split(' ', 2);
      const keeps = this.#answer(socket, method, target, body, ++uses);
      // Now and then it closes what is idle, with and without a word.
      if (!keeps || /^\/(?:calm|dropOnce)/.test(target) || !this.#random.chance(0.2)) return;
      // A reset takes back what has not reached the peer yet.
      const isSmall = Number(target.split('/', 3)[2]) <= 3000;
      const mayReset = isSmall && !(socket instanceof TLSSocket) && this.#random.chance();
      farewell = setTimeout(
        () => (mayReset ? socket.resetAndDestroy() : socket.end()),
        this.#random.int(mayReset ? 2 : 0, 8),
      );
    });
  };

  #answer(socket: Socket, method: string, target: string, body: Buffer, uses: number): boolean {
    const [what = '', sizeText = '', id = ''] = target.slice(1).split('/');
    const size = Number(sizeText);
    const head = `HTTP/1.1 200 OK\r\nX-Uses: ${uses}\r\nX-Body: ${body.toString('latin1')}\r\n`;
    const content = method === 'HEAD' ? Buffer.alloc(0) : octetsOf(Number(id), size);
    switch (what) {
      case 'chunked':
        socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
        if (method === 'HEAD') return true;
        for (const piece of this.#random.splits(content, 60_000))
          socket.write(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, LINE]));
        socket.write('0\r\n\r\n');
        return true;
      case 'close':
        socket.end(Buffer.concat([Buffer.from(`${head}Connection: close\r\n\r\n`), content]));
        return false;
      case 'slow':
        socket.write(`${head}Content-Length: ${size}\r\n\r\n`);
        setTimeout(() => socket.write(content.subarray(0, size >> 1)), 150);
        setTimeout(() => socket.write(content.subarray(size >> 1)), 300);
        return false;
      case 'cut':
        socket.end(Buffer.concat([Buffer.from(`${head}Content-Length: ${size + 1}\r\n\r\n`), content]));
        return false;
      case 'flood':
        socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
        flood(socket);
        return false;
      case 'drop':
        socket.destroy();
        return false;
      case 'dropOnce':
        if (!this.#dropped.has(id)) {
          this.#dropped.add(id);
          socket.destroy();
          return false;
        }
        break;
      case 'stall':
        return false;
      default:
    }
    socket.write(Buffer.concat([Buffer.from(`${head}Content-Length: ${size}\r\n\r\n`), content]));
    return true;
  }
}

const LINE = Buffer.from('\r\n');

/** Chunks without an end, as fast as they are taken. */
function flood(socket: Socket): void {
  const chunks = Buffer.from('10\r\n0123456789abcdef\r\n'.repeat(20_000));
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunks));
  };
  socket.on('drain', more);
  more();
}

function listen(server: Server, place: object): Promise<number> {
  return new Promise((resolve) =>
    server.listen(place, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    }),
  );
}

async function run({ seed, certificate, key, path }: StormServerData): Promise<void> {
  const storm = new StormServer(seed);
  const port = await listen(createServer(storm.serve), { port: 0, host: '127.0.0.1' });
  const secure = createTLSServer({ cert: certificate, key }, storm.serve);
  secure.on('tlsClientError', () => {});
  const securePort = await listen(secure, { port: 0, host: '127.0.0.1' });
  if (path !== '') await listen(createServer(storm.serve), { path });
  parentPort!.on('message', () => parentPort!.postMessage(storm.open.size, []));
  const addresses: StormAddresses = {
    plain: `http://127.0.0.1:${port}`,
    secure: `https://127.0.0.1:${securePort}`,
  };
  parentPort!.postMessage(addresses, []);
}

const data = workerData as Partial<StormServerData> | null;
if (parentPort !== null && data?.storm === true) void run(data as StormServerData);
