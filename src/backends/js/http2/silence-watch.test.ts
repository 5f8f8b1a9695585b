import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SilenceWatch } from './silence-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

interface Bench {
  readonly watch: SilenceWatch;
  readonly socket: { bytesRead: number; bytesWritten: number };
  readonly watched: { isSending: boolean };
  readonly session: { destroyed: boolean };
  readonly onEnded: ReturnType<typeof vi.fn>;
  readonly pings: ((error: Error | null) => void)[];
}

/** @param writes whether a PING gets as far as the socket */
function bench(writes: boolean): Bench {
  const socket = { bytesRead: 0, bytesWritten: 100 };
  const pings: ((error: Error | null) => void)[] = [];
  const session = {
    destroyed: false,
    ping(onAnswer: (error: Error | null) => void): boolean {
      pings.push(onAnswer);
      if (writes) socket.bytesWritten += 17;
      return true;
    },
  };
  const watched = {
    socket: socket as unknown as Socket,
    session: session as unknown as ClientHttp2Session,
    isSending: false,
  };
  const onEnded = vi.fn<() => void>();
  const watch = new SilenceWatch(watched, onEnded);
  return { watch, socket, watched, session, onEnded, pings };
}

/** As long as it takes until the next look. */
function look(): void {
  vi.advanceTimersByTime(1000);
}

test('octets without an event, and a PING that does not leave: the session has ended', () => {
  const { watch, socket, onEnded, pings } = bench(false);
  watch.start();
  socket.bytesRead = 50;
  look();
  expect([pings.length, onEnded.mock.calls.length]).toEqual([1, 0]);
  look();
  expect(onEnded).toHaveBeenCalledOnce();
  watch.end();
  expect(vi.getTimerCount()).toBe(0);
});

test('a PING that leaves proves that it lives, and its answer that all is known', () => {
  const { watch, socket, onEnded, pings } = bench(true);
  watch.start();
  socket.bytesRead = 50;
  look();
  socket.bytesRead = 67;
  pings[0]!(null);
  look();
  look();
  expect([pings.length, onEnded.mock.calls.length]).toEqual([1, 0]);
  watch.end();
});

test('nothing is asked while events come, nothing was read, or data waits to be sent', () => {
  const { watch, socket, watched, pings } = bench(true);
  watch.start();
  look();
  socket.bytesRead = 50;
  watch.heard();
  look();
  watched.isSending = true;
  look();
  expect(pings).toEqual([]);
  watched.isSending = false;
  look();
  expect(pings).toHaveLength(1);
  watch.end();
});

test('it stops at rest, and goes on with the next exchange', () => {
  const { watch, socket, pings } = bench(true);
  watch.start();
  watch.rest();
  expect(vi.getTimerCount()).toBe(1);
  look();
  expect(vi.getTimerCount()).toBe(0);
  watch.start();
  socket.bytesRead = 1;
  look();
  expect(pings).toHaveLength(1);
  watch.end();
});

test('a session that was destroyed is left', () => {
  const { watch, session, onEnded } = bench(false);
  watch.start();
  session.destroyed = true;
  look();
  expect([vi.getTimerCount(), onEnded.mock.calls.length]).toEqual([0, 0]);
});
