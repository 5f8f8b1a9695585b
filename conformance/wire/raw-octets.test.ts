import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Driver } from '../../src/backends/native/driver.ts';
import { NativeSocket } from '../../src/backends/native/native-socket.ts';
import type { WireHost } from '../../src/backends/native/wire-host.ts';
import { builtAccelerators } from '../kernels/accelerators.ts';

/* Octets that come before HTTP begins, as those of a proxy do, while the connection changes hands. */

const { built } = await builtAccelerators();
const host = built.find(({ name }) => name === 'native')?.host as unknown as WireHost | undefined;

test.runIf(host !== undefined)(
  'what crosses with the end of listening is there for who listens next',
  async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const driver = new Driver(host!);
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const socket = new NativeSocket(driver, { host: '127.0.0.1', port, limits: [1000, 10, 10, 100, 1] });
    await once(socket, 'connect');
    const [peer] = await accepted;
    try {
      const answered = new Promise<string>((resolve) => {
        socket.receiver = (bytes, length) => resolve(bytes.toString('latin1', 0, length));
      });
      peer.write('answer');
      expect(await answered).toBe('answer');
      // The next piece is asked for, and lies in the queue of events when that is taken back.
      await setImmediate();
      peer.write('settings');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      socket.receiver = null;
      socket.unshift(Buffer.from('rest and '));
      await setTimeout(20);
      let seen = '';
      await new Promise<void>((resolve) => {
        socket.receiver = (bytes, length) => {
          seen += bytes.toString('latin1', 0, length);
          if (seen.length >= 'rest and settings'.length) resolve();
        };
      });
      expect(seen).toBe('rest and settings');
    } finally {
      socket.destroy();
      peer.destroy();
      server.close();
      driver.close();
    }
  },
);
