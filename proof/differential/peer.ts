import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { listen, stopListening } from '../../fixtures/listening.ts';
import type { Pace, Script } from './script.ts';

const NEXT = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext';
const LAST = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nlast';

/** A request as it came. */
interface Received {
  /** The number of its connection. */
  readonly connection: number;
  readonly octets: string;
}

/** A server that plays scripts: `/script/N` is answered by the script N, anything else in good order. */
export class Peer {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #scripts = new Map<string, { readonly script: Script; readonly pace: Pace }>();
  readonly #received = new Map<string, Received[]>();
  readonly #playing = new Map<string, Promise<void>>();
  #connections = 0;
  port = 0;

  private constructor() {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  static async start(): Promise<Peer> {
    const peer = new Peer();
    peer.port = await listen(peer.#server);
    return peer;
  }

  expect(path: string, script: Script, pace: Pace): void {
    this.#scripts.set(path, { script, pace });
  }

  /** Resolves when everything has been said to the last request for a path. */
  async said(path: string): Promise<void> {
    await this.#playing.get(path);
    this.#playing.delete(path);
    this.#scripts.delete(path);
  }

  /** The requests for a path, which are forgotten. */
  take(path: string): Received[] {
    const received = this.#received.get(path) ?? [];
    this.#received.delete(path);
    return received;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await stopListening(this.#server);
  }

  #accept(socket: Socket): void {
    const connection = this.#connections++;
    this.#open.add(socket);
    let waiting = '';
    socket.on('data', (chunk: Buffer) => {
      waiting += chunk.toString('latin1');
      for (let length = lengthOf(waiting); length !== -1; length = lengthOf(waiting)) {
        const octets = waiting.slice(0, length);
        waiting = waiting.slice(length);
        this.#answer(socket, { connection, octets });
      }
    });
    // A client that ends has left.
    socket.on('end', () => socket.end());
    socket.on('close', () => this.#open.delete(socket));
    // One that resets, too; scripts see that by themselves.
    socket.on('error', () => socket.destroy());
  }

  #answer(socket: Socket, received: Received): void {
    const path = keyOf(received.octets);
    const list = this.#received.get(path);
    if (list === undefined) this.#received.set(path, [received]);
    else list.push(received);
    const entry = this.#scripts.get(path);
    if (entry !== undefined) this.#playing.set(path, play(socket, entry.script, entry.pace));
    else if (received.octets.startsWith('HEAD '))
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n');
    else socket.write(path.endsWith('/last') ? LAST : NEXT);
  }
}

async function play(socket: Socket, { pieces, pauses, ending }: Script, pace: Pace): Promise<void> {
  for (const [index, piece] of pieces.entries()) {
    const pause = pauses[index]! * pace;
    if (index > 0) await (pause === 0 ? turn() : sleep(pause));
    if (socket.destroyed) return;
    if (piece.length > 0) await new Promise((resolve) => socket.write(piece, resolve));
  }
  if (socket.destroyed) return;
  if (ending === 'end') socket.end();
  else if (ending === 'hangUp') socket.destroySoon();
  else if (ending === 'reset') {
    // What was said must have been read: it may be lost with the connection, and Node takes a reset that comes in one
    // moment with octets for an end.
    await sleep(3 * pace);
    // `resetAndDestroy()` would end the connection in good order first.
    Object.assign(socket, { resetAndClosing: true }).destroy();
  }
}

/** `case N` for a request that names its number, else the path. */
function keyOf(octets: string): string {
  const number = /\r\nx-case: (\d+)/i.exec(octets.slice(0, 10_000))?.[1];
  return number === undefined ? octets.split(' ', 2)[1]! : `case ${number}`;
}

/** Length of the request at the beginning of a text; -1 if it is not whole. */
function lengthOf(text: string): number {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return -1;
  const head = text.slice(0, end);
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    if (text.startsWith('0\r\n', end + 4)) return text.indexOf('\r\n\r\n', end + 4) + 4 || -1;
    const last = text.indexOf('\r\n0\r\n', end + 4);
    const stop = last === -1 ? -1 : text.indexOf('\r\n\r\n', last + 2);
    return stop === -1 ? -1 : stop + 4;
  }
  const length = end + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  return text.length >= length ? length : -1;
}
