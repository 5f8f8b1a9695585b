import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { Request } from '../index.ts';
import { SocketSource } from './socket-source.ts';

const request = new Request('CONNECT', 'http://example.com/');

function socketOf(...chunks: string[]): Duplex {
  const left = chunks.map((text) => Buffer.from(text));
  return new Duplex({
    read() {
      this.push(left.shift() ?? null);
    },
    write(_chunk, _encoding, callback) {
      callback();
    },
  });
}

test('a connection that switched protocols has no content; who reads does not want it', async () => {
  for (const read of ['next', 'all'] as const) {
    const socket = socketOf('ab', 'cd');
    const found = await new SocketSource(socket, null, request)[read]();
    expect([found?.length ?? 0, socket.destroyed]).toEqual([0, true]);
  }
});

test('gives so many octets and closes', async () => {
  const socket = socketOf('ab', 'cd', 'ef');
  const source = new SocketSource(socket, 3, request);
  expect(Buffer.from(await source.all()).toString()).toBe('abc');
  expect([source.bytesReceived, socket.destroyed]).toEqual([3, true]);
});

test('none at all', async () => {
  const socket = socketOf('ab');
  expect(await new SocketSource(socket, 0, request).next()).toBeNull();
  expect(socket.destroyed).toBe(true);
});

test('is the socket itself', () => {
  const socket = socketOf('ab');
  const source = new SocketSource(socket, null, request);
  expect(source.upgrade()).toBe(socket);
  expect([socket.destroyed, source.trailers]).toEqual([false, []]);
  source.cancel();
  expect(socket.destroyed).toBe(true);
});

test('less than announced is an error', async () => {
  const source = new SocketSource(socketOf('ab'), 3, request);
  expect(await source.next()).toEqual(new Uint8Array(Buffer.from('ab')));
  await expect(source.next()).rejects.toThrow('after 2 of 3 bytes');
});
