import { finished } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../backends/contract.ts';
import { ResponseBody } from './response-body.ts';
import { Tunnel } from './tunnel.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(room = Infinity) {
  const log: string[] = [];
  const granted: number[] = [];
  let queued = 0;
  let sent = 0;
  const wire: Exchange = {
    grant() {},
    abort() {},
    write(chunk) {
      log.push(`write ${Buffer.from(chunk).toString()}`);
      queued += chunk.length;
      return queued - sent < room;
    },
    finish: () => void log.push('finish'),
  };
  const received = new ResponseBody({ onTaken: (bytes) => granted.push(bytes), onGivenUp() {} }, 100);
  const tunnel = new Tunnel(received, wire, (isClean) => log.push(isClean ? 'left' : 'dropped'));
  const send = (): void => {
    sent = queued;
    tunnel.onSent(sent);
  };
  return { tunnel, received, log, granted, send };
}

describe('as the body of a response', () => {
  test('it is empty, and reading it lets go of the connection', async () => {
    for (const read of [(tunnel: Tunnel) => tunnel.next(), (tunnel: Tunnel) => tunnel.all()]) {
      const { tunnel, received, log } = setUp();
      received.push(Buffer.from('not content'));
      const content = await read(tunnel);
      expect([content === null || content.length === 0, log]).toEqual([true, ['dropped']]);
    }
  });

  test('cancelling it too', () => {
    const { tunnel, log } = setUp();
    tunnel.cancel();
    expect([log, tunnel.bytesReceived, tunnel.trailers]).toEqual([['dropped'], 0, null]);
  });
});

describe('as a stream', () => {
  test('what the peer says, and its end', async () => {
    const { tunnel, received, granted } = setUp();
    received.push(Buffer.from('right behind the head, '));
    const duplex = tunnel.upgrade();
    setImmediate(() => {
      received.push(Buffer.from('later'));
      received.end(null);
    });
    let text = '';
    for await (const chunk of duplex as AsyncIterable<Buffer>) text += chunk.toString();
    expect([text, granted]).toEqual(['right behind the head, later', [23, 5]]);
  });

  test('what is said to the peer waits for the wire, and the end for what is on its way', async () => {
    const { tunnel, log, send } = setUp(2);
    const duplex = tunnel.upgrade();
    duplex.write('ab');
    duplex.write('c');
    duplex.end('d');
    await turn();
    expect(log).toEqual(['write ab']);
    send();
    await turn();
    expect(log).toEqual(['write ab', 'write c', 'write d']);
    send();
    await turn();
    expect(log.at(-1)).toBe('finish');
  });

  test('it leaves when both have ended', async () => {
    const { tunnel, received, log, send } = setUp();
    const duplex = tunnel.upgrade().resume();
    duplex.end('last');
    await turn();
    send();
    received.end(null);
    await finished(duplex);
    await turn();
    expect(log).toEqual(['write last', 'finish', 'left']);
  });

  test('destroyed before that, it drops the connection', async () => {
    const { tunnel, log } = setUp();
    tunnel.upgrade().destroy();
    await turn();
    expect(log).toEqual(['dropped']);
  });

  test('cancelling the response destroys it, without an error', async () => {
    const { tunnel, log } = setUp();
    const duplex = tunnel.upgrade();
    tunnel.cancel();
    await turn();
    expect([duplex.destroyed, duplex.errored, log]).toEqual([true, null, ['dropped']]);
  });

  test('a loss reaches it, before and after it is asked for', async () => {
    const failure = new Error('lost');
    for (const isEarly of [true, false]) {
      const { tunnel, received } = setUp(1);
      const lose = (): void => {
        received.fail(failure);
        tunnel.fail(failure);
      };
      if (isEarly) lose();
      const duplex = tunnel.upgrade();
      duplex.write('never taken');
      if (!isEarly) lose();
      await expect(finished(duplex)).rejects.toBe(failure);
    }
  });
});
