import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What befalls the octets that a server sends. */
export type FaultKind = 'end' | 'flip' | 'loris' | 'reset' | 'stall';

/** A fault at one place: `at` octets from the server pass unharmed. */
export interface Fault {
  readonly kind: FaultKind;
  readonly at: number;
}

/** Milliseconds between two octets of a slow server. */
const LORIS_MS = 15;

/** The way from the server to a client, on one connection. What has begun to go wrong there does not get better. */
interface Lane {
  readonly client: Socket;
  isSilent: boolean;
  /** What a slow server has still to send. */
  slow: Buffer[] | null;
}

/**
 * Passes octets between a client and a server, and does something to those from the server at one exact place:
 * resets the connection, ends it, falls silent, changes an octet, or goes on octet by octet.
 */
export class Relay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #fault: Fault | null = null;
  /** Octets from the server since the fault was set. */
  #passed = 0;

  private constructor(target: number) {
    this.#server = createServer((client) => this.#join(client, connect(target, '127.0.0.1')));
  }

  static async start(target: number): Promise<Relay> {
    const relay = new Relay(target);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Octets from the server since the fault was set, those that it swallowed included. */
  get passed(): number {
    return this.#passed;
  }

  /** Sets the fault for the octets that come from now on; null lets all pass. */
  set(fault: Fault | null): void {
    this.#fault = fault;
    this.#passed = 0;
  }

  /** Drops every connection. */
  clear(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.clear();
    this.#server.close();
  }

  #join(client: Socket, server: Socket): void {
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (chunk) => server.write(chunk));
    client.on('end', () => server.end());
    server.on('end', () => client.end());
    const lane: Lane = { client, isSilent: false, slow: null };
    server.on('data', (chunk: Buffer) => this.#pass(chunk, lane));
  }

  #pass(chunk: Buffer, lane: Lane): void {
    const { client } = lane;
    const fault = this.#fault;
    const before = this.#passed;
    this.#passed += chunk.length;
    if (lane.isSilent) return;
    if (lane.slow !== null) {
      lane.slow.push(chunk);
      return;
    }
    if (fault === null || before + chunk.length <= fault.at) {
      client.write(chunk);
      return;
    }
    const at = Math.max(fault.at - before, 0);
    const whole = chunk.subarray(0, at);
    switch (fault.kind) {
      case 'reset':
        lane.isSilent = true;
        // The octets before it must be read, so they go first.
        if (whole.length === 0) client.resetAndDestroy();
        else client.write(whole, () => setTimeout(() => client.resetAndDestroy(), 1));
        break;
      case 'end':
        lane.isSilent = true;
        client.end(whole);
        break;
      case 'stall':
        lane.isSilent = true;
        client.write(whole);
        break;
      case 'flip': {
        const flipped = Buffer.from(chunk);
        if (before <= fault.at) flipped[at]! ^= 0x85;
        client.write(flipped);
        break;
      }
      case 'loris':
        client.write(whole);
        void trickle(lane, chunk.subarray(at));
        break;
    }
  }
}

async function trickle(lane: Lane, first: Buffer): Promise<void> {
  const queue = [first];
  lane.slow = queue;
  for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
    for (const octet of chunk) {
      await new Promise((resolve) => setTimeout(resolve, LORIS_MS));
      if (lane.client.destroyed) return;
      lane.client.write(Buffer.of(octet));
    }
  }
  lane.slow = null;
}
