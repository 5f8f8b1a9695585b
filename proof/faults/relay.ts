import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { endingFrame, FrameCutter, isLast } from './frames.ts';
import { Progress, RecordCounter, type Step } from './progress.ts';
import type { Fault, Switchboard } from './switchboard.ts';

/** The way between a client and a server, on one connection. What has begun to go wrong there does not get better. */
interface Lane {
  readonly client: Socket;
  readonly server: Socket;
  /** What the server sends goes nowhere. */
  isDeaf: boolean;
  /** What the client sends goes nowhere. */
  isMute: boolean;
  /** What a slow server has still to send. */
  slow: Buffer[] | null;
  readonly frames: FrameCutter | null;
  readonly progress: Progress | null;
  /** Begun with the first request that can be sent. */
  records: RecordCounter | null;
}

/** What a relay has to know of what it passes. */
export interface RelayPlan {
  /** What passes is HTTP/2 that can be read. */
  readonly hasFrames: boolean;
  /** Null where the way lies within TLS, so that the proxy has to tell how far the client is. */
  readonly way: readonly Step[] | null;
  /** Length of the longest record that carries no content; 0 without TLS. */
  readonly smallest: number;
}

/** Passes octets between a client and a server, and does something to them at one exact place. */
export class Relay {
  readonly #server: Server;
  readonly #board: Switchboard;
  readonly #plan: RelayPlan;

  private constructor(target: number, board: Switchboard, plan: RelayPlan) {
    this.#board = board;
    this.#plan = plan;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) =>
      this.#join(client, connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })),
    );
  }

  static async start(target: number, board: Switchboard, plan: RelayPlan): Promise<Relay> {
    const relay = new Relay(target, board, plan);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #join(client: Socket, server: Socket): void {
    const { hasFrames, way } = this.#plan;
    const frames = hasFrames ? new FrameCutter() : null;
    if (way === null) this.#board.enter('proxy');
    const progress =
      way === null ? null : new Progress(way, (stage, begun) => this.#board.enter(stage, begun));
    const lane: Lane = {
      client,
      server,
      isDeaf: false,
      isMute: false,
      slow: null,
      frames,
      progress,
      records: null,
    };
    this.#board.count('open', 1);
    client.on('close', () => {
      this.#board.count('open', -1);
      server.destroy();
    });
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
    // A client that hears nothing any more has to hang up by itself.
    server.on('close', () => lane.isDeaf || client.end());
    // A client that ends has left; servers may wait for the rest of a handshake for minutes.
    client.on('end', () => {
      client.end();
      server.destroy();
    });
    server.on('end', () => lane.isDeaf || client.end());
    client.on('data', (chunk: Buffer) => this.#passUp(chunk, lane));
    server.on('data', (chunk: Buffer) =>
      frames === null ? this.#pass(chunk, lane) : this.#passFrames(chunk, lane),
    );
  }

  #passUp(chunk: Buffer, lane: Lane): void {
    const { client, server } = lane;
    const before = this.#board.count('up', chunk.length);
    lane.progress?.push(chunk);
    if (lane.isMute) return;
    const fault = this.#board.fault;
    if (fault === null || !fault.kind.endsWith('Up') || before + chunk.length <= fault.at) {
      server.write(chunk);
      return;
    }
    lane.isMute = true;
    this.#board.count('struck', 1);
    if (fault.kind === 'resetUp') lane.isDeaf = true;
    server.write(chunk.subarray(0, Math.max(fault.at - before, 0)));
    if (fault.kind === 'resetUp') reset(client);
    else if (fault.kind === 'cutUp') hangUp(lane, Buffer.alloc(0));
  }

  /** Frames go whole, so that another one can be put between two of them. */
  #passFrames(chunk: Buffer, lane: Lane): void {
    const fault = this.#board.fault;
    if (fault === null || (fault.kind !== 'rst' && fault.kind !== 'goAway')) {
      this.#pass(chunk, lane);
      return;
    }
    for (const frame of lane.frames!.push(chunk)) {
      const before = this.#board.count('frames', 1);
      if (lane.isDeaf) return;
      if (before < fault.at) {
        if (isLast(frame)) this.#board.count('content', 1);
        lane.client.write(frame);
        continue;
      }
      lane.isDeaf = true;
      this.#board.count('struck', 1);
      const ending = endingFrame(fault.kind, fault.variant ?? 0);
      if (fault.kind === 'rst') lane.client.write(ending);
      else hangUp(lane, ending);
    }
  }

  #pass(chunk: Buffer, lane: Lane): void {
    const { client } = lane;
    const before = this.#board.count('down', chunk.length);
    if (lane.isDeaf) return;
    if (lane.slow !== null) {
      lane.slow.push(chunk);
      return;
    }
    const fault = this.#board.fault;
    if (fault === null || fault.kind.endsWith('Up') || before + chunk.length <= fault.at) {
      this.#notice(chunk, lane);
      client.write(chunk);
      return;
    }
    const at = Math.max(fault.at - before, 0);
    this.#notice(chunk.subarray(0, at), lane);
    this.#board.count('struck', 1);
    befall(fault, lane, chunk.subarray(0, at), chunk.subarray(at), before <= fault.at);
  }

  /** Counts what passes unharmed. */
  #notice(chunk: Buffer, lane: Lane): void {
    const { smallest } = this.#plan;
    if (lane.frames !== null) {
      const frames = lane.frames.push(chunk);
      this.#board.count('frames', frames.length);
      this.#board.count('content', frames.filter(isLast).length);
    } else if (smallest > 0 && this.#board.stage === 'http') {
      lane.records ??= new RecordCounter(smallest);
      this.#board.count('content', lane.records.push(chunk));
    }
  }
}

/** @param isFirst the octet with which it begins is the first of `rest` */
function befall(
  { kind, variant = 1 }: Fault,
  lane: Lane,
  whole: Buffer,
  rest: Buffer,
  isFirst: boolean,
): void {
  const { client } = lane;
  switch (kind) {
    case 'reset':
      lane.isDeaf = true;
      // The octets before it must be read, so they go first.
      if (whole.length === 0) reset(client);
      else client.write(whole, () => setTimeout(() => reset(client), 1));
      break;
    case 'halfClose':
      lane.isDeaf = true;
      client.end(whole);
      break;
    case 'cut':
      hangUp(lane, whole);
      break;
    case 'stall':
      lane.isDeaf = true;
      client.write(whole);
      break;
    case 'flip': {
      const flipped = Buffer.from(rest);
      if (isFirst) flipped[0]! ^= 0x85;
      client.write(Buffer.concat([whole, flipped]));
      break;
    }
    case 'garbage':
      // Not a constant, and never the octet itself: 0x55 to 0x5f is changed in each.
      client.write(Buffer.concat([whole, rest.map((octet, index) => octet ^ (0x55 + (index % 11)))]));
      break;
    case 'loris':
      client.write(whole);
      void trickle(lane, rest, variant);
      break;
    default:
      throw new Error(`${kind} befalls something else`);
  }
}

/** `resetAndDestroy()` would end the connection in good order first, and a client could notice that alone. */
function reset(client: Socket): void {
  Object.assign(client, { resetAndClosing: true }).destroy();
}

/** Ends the connection in good order, for both directions. */
function hangUp(lane: Lane, last: Buffer): void {
  lane.isDeaf = true;
  lane.isMute = true;
  lane.client.end(last, () => setTimeout(() => lane.client.destroy(), 1));
}

/** @param pace milliseconds between two octets */
async function trickle(lane: Lane, first: Buffer, pace: number): Promise<void> {
  const queue = [first];
  lane.slow = queue;
  for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
    for (const octet of chunk) {
      await new Promise((resolve) => setTimeout(resolve, pace));
      if (lane.client.destroyed) return;
      lane.client.write(Buffer.of(octet));
    }
  }
  lane.slow = null;
}
