import type { Duplex } from 'node:stream';

/** What a socket knows about its ends. */
export interface SocketAddresses {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly remoteFamily: 'IPv4' | 'IPv6';
  /** The app sees a connection with TLS; there is none in memory. */
  readonly encrypted: boolean;
}

/** One end of a connection in memory, with what of a socket a server or client asks for. */
export type PairedSocket = Duplex & SocketAddresses;

/**
 * Two ends of a connection that does not leave the process. What one end writes, the other one reads in a later tick, as
 * from a network: copied, in order, and no faster than it wants. An end that is destroyed ends the stream of the
 * other one; `resets` destroys it as well, which is how a client that gives up looks to a server.
 */
export function socketPair(client: SocketAddresses): {
  readonly client: PairedSocket;
  readonly server: PairedSocket;
} {
  const { localAddress, localPort, remoteAddress, remotePort } = client;
  const addresses = {
    ...client,
    localAddress: remoteAddress,
    localPort: remotePort,
    remoteAddress: localAddress,
    remotePort: localPort,
    remoteFamily: localAddress.includes(':') ? 'IPv6' : 'IPv4',
  } as const;
  const ends: End[] = [];
  const near = createEnd(() => ends[1]!, true);
  const far = createEnd(() => ends[0]!, false);
  ends.push(near, far);
  return {
    client: Object.assign(near.duplex, client, SOCKET_METHODS),
    server: Object.assign(far.duplex, addresses, SOCKET_METHODS),
  };
}

interface End {
  readonly duplex: Duplex;
  /** Takes octets, or null for the end; `done` says that it wants more. */
  deliver(chunk: Buffer | null, done: (error?: Error) => void): void;
}

function createEnd(other: () => End, resets: boolean): End {
  const { Duplex } = process.getBuiltinModule('node:stream');
  let wantsMore: (() => void) | null = null;
  let hasEnded = false;
  const duplex = new Duplex({
    allowHalfOpen: true,
    read() {
      const done = wantsMore;
      wantsMore = null;
      done?.();
    },
    write(chunk: Buffer, _encoding, done) {
      // The memory is the writer's, who may use it again.
      const copy = Buffer.from(chunk);
      process.nextTick(() => other().deliver(copy, done));
    },
    final(done) {
      process.nextTick(() => other().deliver(null, done));
    },
    destroy(error, done) {
      const waiting = wantsMore;
      wantsMore = null;
      process.nextTick(() => {
        waiting?.();
        const end = other();
        if (resets) end.duplex.destroy();
        else end.deliver(null, () => {});
      });
      done(error);
    },
  });
  return {
    duplex,
    deliver(chunk, done) {
      if (duplex.destroyed) {
        done(chunk === null ? undefined : brokenPipe());
        return;
      }
      // The end comes once: a socket that has ended its side may be destroyed later.
      const isRoom = hasEnded || duplex.push(chunk);
      hasEnded ||= chunk === null;
      if (isRoom || hasEnded) done();
      else wantsMore = done;
    },
  };
}

function brokenPipe(): NodeJS.ErrnoException {
  return Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' });
}

/** Nothing here keeps the process alive, is delayed, or idles. */
const SOCKET_METHODS = {
  ref<T>(this: T): T {
    return this;
  },
  unref<T>(this: T): T {
    return this;
  },
  setKeepAlive<T>(this: T): T {
    return this;
  },
  setNoDelay<T>(this: T): T {
    return this;
  },
  setTimeout<T>(this: T): T {
    return this;
  },
};
