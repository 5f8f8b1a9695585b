import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { ExchangeSink, WireRequest } from '../../contract.ts';
import { HTTP1Exchange, saysClose } from './exchange.ts';

const REQUEST: WireRequest = {
  method: 'PUT',
  target: '/',
  fields: ['Host', 'h'],
  body: null,
  framing: 'none',
  announcesTrailers: false,
  upgrade: false,
  delivery: 'whole',
  credit: 10,
};
const HEAD = 'PUT / HTTP/1.1\r\nHost: h\r\n\r\n';

function begin(request: Partial<WireRequest>): {
  exchange: HTTP1Exchange;
  segments: string[];
  sent: number[];
  unblocked: number;
} {
  const segments: string[] = [];
  const join = (chunks: readonly { chunk: unknown }[]): string =>
    chunks.map(({ chunk }) => (chunk as Buffer).toString('latin1')).join('');
  const socket = new Writable({
    highWaterMark: 65_536,
    write(chunk: Buffer, _encoding, callback) {
      segments.push(chunk.toString('latin1'));
      callback();
    },
    writev(chunks, callback) {
      segments.push(join(chunks));
      callback();
    },
  }) as unknown as Socket;
  const state = { segments, sent: [] as number[], unblocked: 0 };
  const sink = { sent: (bytes: number) => state.sent.push(bytes) } as Partial<ExchangeSink> as ExchangeSink;
  const owner = { abandon() {}, unblock: () => void state.unblocked++ };
  const exchange = new HTTP1Exchange(owner, socket, { ...REQUEST, ...request }, sink, false);
  return Object.assign(state, { exchange });
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what goes out', () => {
  test('a head alone', () => {
    const { exchange, segments } = begin({});
    exchange.start();
    expect(segments).toEqual([HEAD]);
    expect([exchange.isSent, exchange.bytesWritten]).toEqual([true, HEAD.length]);
  });

  test('head and small body in one segment', () => {
    const { exchange, segments } = begin({ body: Buffer.from('caf\u00e9'), framing: 'length' });
    exchange.start();
    expect(segments).toEqual([`${HEAD}caf\u00c3\u00a9`]);
    expect(exchange.bytesWritten).toBe(HEAD.length + 5);
  });

  test('a larger body is not copied, but goes out with the head', () => {
    const body = Buffer.alloc(20_000, 'x');
    const { exchange, segments } = begin({ body, framing: 'length' });
    exchange.start();
    expect(segments).toEqual([HEAD + body.toString()]);
    expect(exchange.bytesWritten).toBe(HEAD.length + 20_000);
  });

  test('an empty chunked body has its end', () => {
    const { exchange, segments } = begin({ framing: 'chunked' });
    exchange.start();
    expect(segments).toEqual([`${HEAD}0\r\n\r\n`]);
  });

  test('chunks, small and large, and trailers', async () => {
    const { exchange, segments, sent } = begin({ body: 'stream', framing: 'chunked' });
    exchange.start();
    expect([exchange.isSent, exchange.bytesWritten]).toEqual([false, HEAD.length]);
    expect(exchange.write(Buffer.from('hello'))).toBe(true);
    expect(exchange.write(Buffer.alloc(17_000, 'y'))).toBe(true);
    exchange.finish(['X-Sum', '1']);
    await turn();
    const expected = [`5\r\nhello\r\n`, `4268\r\n${'y'.repeat(17_000)}\r\n`, '0\r\nX-Sum: 1\r\n\r\n'];
    expect(segments.join('')).toBe(HEAD + expected.join(''));
    expect(sent).toEqual([5, 17_005]);
    // The framing may have reached the peer as well.
    expect(exchange.bytesWritten).toBe(HEAD.length + expected[0]!.length + expected[1]!.length);
    expect(exchange.isSent).toBe(true);
  });

  test('a body of known length, as it is', async () => {
    const { exchange, segments, sent } = begin({ body: 'stream', framing: 'length' });
    exchange.start();
    exchange.write(Buffer.from('ab'));
    exchange.write(Buffer.from('c'));
    exchange.finish();
    await turn();
    expect([segments.join(''), sent]).toEqual([`${HEAD}abc`, [2, 3]]);
  });

  test('in a tunnel everything goes out as it is, and the end is the end', async () => {
    const { exchange, segments } = begin({ framing: 'chunked' });
    exchange.start();
    exchange.isTunnel = true;
    exchange.write(Buffer.from('raw'));
    exchange.finish();
    await turn();
    expect(segments).toEqual([`${HEAD}0\r\n\r\n`, 'raw']);
    expect(exchange.write(Buffer.from('late'))).toBe(false);
  });

  test('nothing is told once it is over', async () => {
    const { exchange, sent } = begin({ body: 'stream', framing: 'length' });
    exchange.start();
    exchange.write(Buffer.from('ab'));
    exchange.isOver = true;
    await turn();
    expect(sent).toEqual([]);
  });
});

test('credit that comes back unblocks once', () => {
  const state = begin({ credit: 10 });
  const { exchange } = state;
  exchange.credit -= 12;
  exchange.grant(2);
  expect(state.unblocked).toBe(0);
  exchange.grant(5);
  exchange.grant(5);
  expect([state.unblocked, exchange.credit]).toEqual([1, 10]);
});

test('a request that says that it is the last', () => {
  const says = (...fields: string[]): boolean => saysClose(fields);
  expect(says('Connection', 'close')).toBe(true);
  expect(says('Host', 'h', 'connection', 'Upgrade, Close')).toBe(true);
  expect(says('Connection', 'keep-alive')).toBe(false);
  expect(says('Connection', 'closed')).toBe(false);
  expect(says('X-Closed', 'close')).toBe(false);
});
