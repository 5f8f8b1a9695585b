import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Exchange } from '../backends/contract.ts';
import { encodeContent } from '../body/content.ts';
import type { RequestBody } from '../body/request-body.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { Request } from '../message/request.ts';
import { RequestPump } from './request-pump.ts';

const request = new Request('POST', 'http://h.test/');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Options {
  readonly length?: number;
  /** Octets that the wire takes before it asks to wait. */
  readonly room?: number;
}

function setUp(body: RequestBody, { length = -1, room = Infinity }: Options = {}) {
  const log: string[] = [];
  const written: Buffer[] = [];
  let queued = 0;
  let sent = 0;
  const wire: Exchange = {
    grant() {},
    abort() {},
    write(chunk) {
      written.push(Buffer.from(chunk));
      queued += chunk.length;
      return queued - sent < room;
    },
    finish: () => void log.push('finish'),
  };
  const framing = { kind: 'chunked', length, expectsContinue: false, asksUpgrade: false } as const;
  const errors: unknown[] = [];
  const pump = new RequestPump(body, wire, framing, request, {
    onWaiting: (isBlocked) => log.push(isBlocked ? 'blocked' : 'reading'),
    onDone: (bytes) => log.push(`done ${bytes}`),
    onError: (error) => errors.push(error),
  });
  /** The wire has passed on so many octets. */
  const send = (bytes = queued - sent): void => {
    sent += bytes;
    pump.onSent(sent);
  };
  return { pump, log, written, errors, send, text: () => Buffer.concat(written).toString() };
}

async function* pieces(...list: readonly string[]): AsyncGenerator<string, void, undefined> {
  yield* list;
}

describe('the way of a body', () => {
  test('is done when the peer has taken everything, not when the last piece was handed over', async () => {
    const { pump, log, send, text, errors } = setUp(encodeContent(pieces('ab', 'cd')));
    pump.start(null);
    await turn();
    expect([text(), log, pump.isBlocked]).toEqual([
      'abcd',
      ['reading', 'reading', 'reading', 'finish', 'blocked'],
      true,
    ]);
    send(2);
    expect(log.at(-1)).toBe('blocked');
    send(2);
    expect([log.at(-1), pump.bytes, errors]).toEqual(['done 4', 4, []]);
  });

  test('an empty one is done at once', async () => {
    const { pump, log } = setUp(encodeContent(pieces()));
    pump.start(null);
    await turn();
    expect(log).toEqual(['reading', 'finish', 'done 0']);
  });

  test('a large chunk goes in pieces, and waits for the wire', async () => {
    const { pump, log, send, written } = setUp(encodeContent([Buffer.alloc(150_000, 'x')]), { room: 60_000 });
    pump.start(null);
    await turn();
    expect([written.map(({ length }) => length), pump.isBlocked]).toEqual([[65_536], true]);
    send();
    await turn();
    expect([written.map(({ length }) => length), log]).toEqual([
      [65_536, 65_536],
      ['reading', 'blocked', 'blocked'],
    ]);
    send();
    await turn();
    send();
    await turn();
    expect(log.slice(3)).toEqual(['reading', 'finish', 'blocked', 'done 150000']);
  });

  test('it does not blame the peer while the source takes its time', async () => {
    let give!: () => void;
    const slow = (async function* () {
      yield 'first';
      await new Promise<void>((resolve) => {
        give = resolve;
      });
      yield 'second';
    })();
    const { pump, log, send } = setUp(encodeContent(slow));
    pump.start(null);
    await turn();
    send();
    expect([log, pump.isBlocked]).toEqual([['reading', 'reading'], false]);
    give();
    await turn();
    send();
    expect(log.at(-1)).toBe('done 11');
  });
});

test('the event loop has its turns even if nobody has to be waited for', async () => {
  for (const size of [1, 100_000]) {
    const endless = (function* () {
      for (;;) yield Buffer.alloc(size);
    })();
    const { pump } = setUp(encodeContent(endless));
    pump.start(null);
    await turn();
    const before = pump.bytes;
    await turn();
    expect(pump.bytes).toBeGreaterThan(before);
    pump.stop();
  }
});

describe('what goes wrong', () => {
  test('the source fails', async () => {
    const failure = new Error('no more');
    const failing = (async function* () {
      yield 'ab';
      throw failure;
    })();
    const { pump, errors, log } = setUp(encodeContent(failing));
    pump.start(null);
    await turn();
    expect([errors, log.includes('finish')]).toEqual([[failure], false]);
  });

  test.each([
    ['too much', 3, 'too much data for declared Content-Length: more than 3 bytes', 'abc'.slice(0, 2)],
    ['too little', 9, 'too little data for declared Content-Length: 4 of 9 bytes', 'abcd'],
  ])('it gives %s', async (_what, length, reason, expected) => {
    const { pump, errors, text, log } = setUp(encodeContent(pieces('ab', 'cd')), { length });
    pump.start(null);
    await turn();
    expect(errors).toEqual([expect.any(LocalProtocolError)]);
    expect((errors[0] as Error).message).toContain(reason);
    expect([text(), log.includes('finish')]).toEqual([expected, false]);
  });
});

describe('stopping', () => {
  test('closes the source, once, and says nothing any more', async () => {
    const ends: string[] = [];
    const source = (async function* () {
      try {
        for (;;) yield 'x'.repeat(10);
      } finally {
        ends.push('closed');
      }
    })();
    const { pump, log, written, errors } = setUp(encodeContent(source), { room: 10 });
    pump.start(null);
    await turn();
    pump.stop();
    pump.stop();
    await turn();
    expect([ends, written.length, errors, log.at(-1)]).toEqual([['closed'], 1, [], 'blocked']);
  });

  test('a source that objects is its own affair, said at once or later', async () => {
    const objecting = (isSync: boolean): RequestBody => ({
      bytes: null,
      length: null,
      replayable: false,
      description: 'objecting',
      open: () => ({
        next: () => new Promise(() => {}),
        return: () => {
          if (isSync) throw new Error('no');
          return Promise.reject(new Error('no'));
        },
      }),
    });
    for (const isSync of [true, false]) {
      const { pump, errors } = setUp(objecting(isSync));
      pump.start(null);
      expect(() => pump.stop()).not.toThrow();
      await turn();
      expect(errors).toEqual([]);
    }
  });

  test('after the end there is nothing to stop', async () => {
    const { pump, log, send } = setUp(encodeContent(pieces('ab')));
    pump.start(null);
    await turn();
    send();
    pump.stop();
    send(0);
    expect(log.filter((entry) => entry.startsWith('done'))).toEqual(['done 2']);
  });
});

describe('100 (Continue)', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('holds the body back until it comes', async () => {
    const { pump, text } = setUp(encodeContent(pieces('ab')));
    pump.start(1000);
    await turn();
    expect([text(), pump.hasStarted, vi.getTimerCount()]).toEqual(['', false, 1]);
    pump.proceed();
    pump.proceed();
    await turn();
    expect([text(), pump.hasStarted, vi.getTimerCount()]).toEqual(['ab', true, 0]);
  });

  test('is not waited for without end, unless that is asked for', async () => {
    const first = setUp(encodeContent(pieces('ab')));
    first.pump.start(1000);
    vi.advanceTimersByTime(1001);
    await turn();
    expect(first.text()).toBe('ab');
    const second = setUp(encodeContent(pieces('ab')));
    second.pump.start(Infinity);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1e12);
    second.pump.proceed();
    await turn();
    expect(second.text()).toBe('ab');
  });

  test('a response instead: the source is never opened', async () => {
    const { pump, text, log } = setUp(encodeContent(pieces('ab')));
    pump.start(1000);
    pump.onResponse();
    pump.proceed();
    await turn();
    expect([text(), pump.hasStarted, vi.getTimerCount(), log]).toEqual(['', false, 0, []]);
  });

  test('a response to a body under way does not stop it', async () => {
    const { pump, text } = setUp(encodeContent(pieces('ab', 'cd')));
    pump.start(null);
    pump.onResponse();
    await turn();
    expect(text()).toBe('abcd');
  });
});
