import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { routeTo, wireConfig } from '../../fixtures/wire-setup.ts';
import type {
  Connection,
  DialControl,
  Exchange,
  ExchangeSink,
  WireEngine,
  WireErrorInit,
  WireRequest,
} from '../backends/contract.ts';
import { WireError } from '../backends/contract.ts';
import { Request, type RequestInit } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { resolveLimits } from '../models/limits.ts';
import { DEFAULT_REDACTION } from '../models/redaction.ts';
import { NO_TIMEOUT, type Timeout } from '../models/timeout.ts';
import { type TraceEvent, Tracer } from '../models/trace.ts';
import { Deadlines } from './deadlines.ts';
import { HTTPExchange } from './exchange.ts';
import type { ExchangeHost } from './exchange-host.ts';
import { Pool } from './pool.ts';
import type { TransportContext } from './transport.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A connection that does what the test says, and an exchange that writes down what it is told. */
class FakeConnection implements Connection {
  readonly keepAliveHint = null;
  readonly meta: Connection['meta'];
  onIdleClose: (() => void) | null = null;
  isOpen = true;
  sink: ExchangeSink | null = null;
  request!: WireRequest;
  log: string[] = [];
  /** What `write` answers. */
  hasRoom = true;

  constructor(id: number) {
    this.meta = {
      protocol: 'http/1.1',
      id,
      localAddress: '127.0.0.1',
      localPort: 1,
      remoteAddress: '127.0.0.1',
      remotePort: 80,
      tls: null,
      timings: { dns: null, connect: 1, tls: null },
    };
  }

  get capacity(): number {
    return this.isOpen && this.sink === null ? 1 : 0;
  }

  exchange(request: WireRequest, sink: ExchangeSink): Exchange {
    if (this.sink !== null) throw new Error('the connection is busy');
    this.request = request;
    this.sink = sink;
    return {
      grant: (bytes) => this.log.push(`grant ${bytes}`),
      write: (chunk) => {
        this.log.push(`write ${chunk.length}`);
        return this.hasRoom;
      },
      finish: () => this.log.push('finish'),
      abort: () => {
        if (this.sink !== sink) return;
        this.sink = null;
        this.isOpen = false;
        this.log.push('abort');
      },
    };
  }

  close(): void {
    this.isOpen = false;
  }

  head(status = 200, fields: string[] = []): void {
    this.sink!.head(status, 'OK', fields, '1.1');
  }

  data(content: number | string): void {
    this.sink?.data(typeof content === 'number' ? new Uint8Array(content) : Buffer.from(content));
  }

  end(): void {
    const { sink } = this;
    this.sink = null;
    sink?.end(null);
  }

  answer(status = 200): void {
    this.head(status);
    this.end();
  }

  fail(init: Partial<WireErrorInit> = {}): void {
    const { sink } = this;
    this.sink = null;
    this.isOpen = false;
    sink!.error(
      new WireError({ kind: 'closed', phase: 'firstByte', reason: 'gone', bytesWritten: 10, ...init }),
    );
  }
}

class FakeEngine implements WireEngine {
  readonly connections: FakeConnection[] = [];
  /** Dials that were not answered; null answers all of them at once. */
  pending: ((connection: FakeConnection) => void)[] | null = null;
  /** Called within `connect`, as an engine calls listeners of the tracer. */
  onConnect: (() => void) | null = null;

  supports(): [] {
    return [];
  }

  connect(_route: unknown, _config: unknown, { signal }: DialControl): Promise<Connection> {
    this.onConnect?.();
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      if (signal.aborted) reject(signal.reason as Error);
      else if (this.pending === null) resolve(this.#open());
      else this.pending.push(resolve);
    });
  }

  #open(): FakeConnection {
    const connection = new FakeConnection(this.connections.length);
    this.connections.push(connection);
    return connection;
  }
}

interface Setup {
  readonly method?: string;
  readonly init?: RequestInit;
  readonly timeout?: Partial<Timeout>;
  readonly context?: Partial<TransportContext>;
}

function setUp(limits: Parameters<typeof resolveLimits>[0] = { maxConnections: 1 }) {
  const engine = new FakeEngine();
  const pool = new Pool(engine, wireConfig(), resolveLimits(limits));
  const host: ExchangeHost = { pool, deadlines: new Deadlines(), backend: 'js', expectContinueMs: 1000 };
  const begin = ({ method = 'GET', init = {}, timeout = {}, context = {} }: Setup = {}) => {
    const limit = timeout.total ?? null;
    const request = new Request(method, 'http://127.0.0.1/', init);
    const exchange = new HTTPExchange(host, request, routeTo(80, { key: 'a' }), {
      timeout: { ...NO_TIMEOUT, ...timeout },
      totalDeadline: limit === null ? null : performance.now() + limit,
      signal: null,
      tracer: null,
      delivery: 'whole',
      maxBytes: Infinity,
      onInformational: null,
      onUploadProgress: null,
      onDownloadProgress: null,
      onRetry: null,
      ...context,
    });
    const answer = exchange.start();
    answer.catch(() => {});
    return answer;
  };
  /** The connection of the request that has been begun. */
  const connected = async (): Promise<FakeConnection> => {
    await turn();
    return engine.connections.find(({ sink }) => sink !== null)!;
  };
  /** One more request succeeds, on the one connection that may be open. */
  const expectRoom = async (): Promise<void> => {
    await turn();
    expect(pool.stats).toMatchObject({ active: 0, connecting: 0, waiting: 0 });
    engine.onConnect = null;
    const answer = begin();
    (await connected()).answer(299);
    expect((await answer).status).toBe(299);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(2);
    pool.close();
  };
  return { engine, pool, begin, connected, expectRoom };
}

describe('a plain exchange', () => {
  test('from request to response', async () => {
    const { begin, connected, pool } = setUp();
    const answer = begin({ method: 'POST', init: { content: 'body' } });
    const connection = await connected();
    expect(connection.request).toMatchObject({ method: 'POST', framing: 'length', delivery: 'whole' });
    connection.head(201, ['X', '1']);
    const response = await answer;
    expect([response.status, response.headers.get('x'), response.connection?.reused]).toEqual([
      201,
      '1',
      false,
    ]);
    connection.data('one');
    connection.data('two');
    connection.end();
    expect((await response.read()).text).toBe('onetwo');
    expect(pool.stats).toMatchObject({ active: 0, idle: 1 });
    pool.close();
  });

  test('the peer is held up when the reader has more than enough, and let go on when it takes', async () => {
    const { begin, connected, expectRoom } = setUp();
    const answer = begin({ context: { delivery: 'stream' } });
    const connection = await connected();
    expect(connection.request.credit).toBe(262_144);
    connection.head();
    const response = await answer;
    const chunks = response.iterRaw();
    connection.data(200_000);
    await chunks.next();
    expect(connection.log).toEqual(['grant 200000']);
    await response.cancel();
    expect(connection.log.at(-1)).toBe('abort');
    await expectRoom();
  });

  test('a body that is too large to keep', async () => {
    const { begin, connected, expectRoom } = setUp();
    const answer = begin({ context: { maxBytes: 10 } });
    const connection = await connected();
    connection.head();
    const read = (await answer).read();
    connection.data(6);
    connection.data(6);
    await expect(read).rejects.toMatchObject({ code: 'ERR_CONTENT_LIMIT' });
    await expectRoom();
  });
});

describe('limits of time', () => {
  const failureOf = (pending: Promise<unknown>): Promise<unknown> =>
    pending.then(
      () => 'no failure',
      (error: unknown) => error,
    );
  const pass = async (milliseconds: number): Promise<void> => {
    vi.advanceTimersByTime(milliseconds);
    await turn();
  };

  test('pool', async () => {
    const { begin, connected, expectRoom } = setUp();
    const first = begin();
    const connection = await connected();
    const second = begin({ timeout: { pool: 100 } });
    expect(await failureOf(begin({ timeout: { pool: 0 } }))).toMatchObject({
      name: 'PoolTimeout',
      phase: 'pool',
    });
    await pass(150);
    expect(await failureOf(second)).toMatchObject({ name: 'PoolTimeout', phase: 'pool' });
    connection.answer();
    await first;
    await expectRoom();
  });

  test('a request whose wait ends in the moment in which a connection comes free has it', async () => {
    const { begin, connected, expectRoom } = setUp();
    const first = begin({ timeout: { read: 100 } });
    await connected();
    const second = begin({ timeout: { pool: 100 } });
    await pass(110);
    expect(await failureOf(first)).toMatchObject({ name: 'ReadTimeout', phase: 'firstByte' });
    (await connected()).answer(204);
    expect((await second).status).toBe(204);
    await expectRoom();
  });

  test('first byte: from the request to its first octet, then read takes over', async () => {
    const { begin, connected, expectRoom } = setUp();
    const answer = begin({ timeout: { firstByte: 100, read: 50 } });
    const connection = await connected();
    await pass(90);
    connection.sink!.received();
    await pass(40);
    connection.sink!.received();
    await pass(40);
    connection.sink!.received();
    await pass(60);
    expect(await failureOf(answer)).toMatchObject({ name: 'ReadTimeout', phase: 'read' });
    await expectRoom();
  });

  test('first byte: an interim response starts it anew', async () => {
    const { begin, connected, expectRoom } = setUp();
    const answer = begin({ timeout: { firstByte: 100, read: 10 } });
    const connection = await connected();
    await pass(90);
    connection.sink!.informational(103, '', []);
    await pass(90);
    connection.sink!.informational(103, '', []);
    await pass(110);
    expect(await failureOf(answer)).toMatchObject({ name: 'FirstByteTimeout', phase: 'firstByte' });
    await expectRoom();
  });

  test('read: the longest pause, not the sum of them; total: everything', async () => {
    const { begin, connected, expectRoom } = setUp();
    const answer = begin({ timeout: { read: 50, total: 300 } });
    const connection = await connected();
    connection.head();
    const read = (await answer).read();
    read.catch(() => {});
    for (let i = 0; i < 7; i++) {
      await pass(40);
      connection.data('x');
    }
    await pass(40);
    expect(await failureOf(read)).toMatchObject({ name: 'TotalTimeout', phase: 'total' });
    await expectRoom();
  });

  test('read: not while the reader takes its time, and again when it has taken', async () => {
    for (const total of [null, 100_000]) {
      const { begin, connected, expectRoom } = setUp();
      const answer = begin({ timeout: { read: 50, total }, context: { delivery: 'stream' } });
      const connection = await connected();
      connection.head();
      const chunks = (await answer).iterRaw();
      connection.data(300_000);
      await pass(10_000);
      expect((await chunks.next()).value).toHaveLength(300_000);
      await pass(60);
      expect(await failureOf(chunks.next())).toMatchObject({ name: 'ReadTimeout', phase: 'read' });
      await expectRoom();
    }
  });

  test('read: a slow reader that then wants everything', async () => {
    const { begin, connected, expectRoom } = setUp();
    const answer = begin({ timeout: { read: 50 }, context: { delivery: 'stream' } });
    const connection = await connected();
    connection.head();
    const response = await answer;
    connection.data(300_000);
    await pass(1000);
    const read = response.read();
    read.catch(() => {});
    await pass(60);
    expect(await failureOf(read)).toMatchObject({ name: 'ReadTimeout', phase: 'read' });
    await expectRoom();
  });

  async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) yield new Uint8Array(1000);
  }

  test('write: while the peer takes nothing', async () => {
    const { begin, connected, expectRoom, engine } = setUp();
    engine.pending = [];
    const answer = begin({ method: 'PUT', init: { content: endless() }, timeout: { write: 50 } });
    const connection = new FakeConnection(0);
    connection.hasRoom = false;
    engine.pending[0]!(connection);
    engine.pending = null;
    engine.connections.push(connection);
    await connected();
    for (let i = 1; i <= 3; i++) {
      await pass(40);
      connection.sink!.sent(i * 1000);
      await turn();
    }
    await pass(60);
    expect(await failureOf(answer)).toMatchObject({ name: 'WriteTimeout', phase: 'write' });
    await expectRoom();
  });

  test('write: not while the source gives nothing', async () => {
    const { begin, connected, expectRoom } = setUp();
    const controller = new AbortController();
    const slow = (async function* () {
      yield 'first';
      await new Promise(() => {});
    })();
    const answer = begin({
      method: 'PUT',
      init: { content: slow },
      timeout: { write: 50 },
      context: { signal: controller.signal },
    });
    const connection = await connected();
    connection.sink!.sent(5);
    connection.sink!.informational(103, '', []);
    await pass(10_000);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError', phase: 'write' });
    await expectRoom();
  });

  test('write: until the last octet has left', async () => {
    const { begin, connected, expectRoom } = setUp();
    const content = (async function* () {
      yield 'abc';
    })();
    const answer = begin({ method: 'PUT', init: { content }, timeout: { write: 50, read: 500 } });
    const connection = await connected();
    expect(connection.log).toEqual(['write 3', 'finish']);
    await pass(60);
    expect(await failureOf(answer)).toMatchObject({ name: 'WriteTimeout', phase: 'write' });
    await expectRoom();
  });

  test('an upload beside the response has no say in how long that may take', async () => {
    const { begin, connected, expectRoom } = setUp();
    const answer = begin({ method: 'PUT', init: { content: endless() }, timeout: { write: 50, read: 500 } });
    const connection = await connected();
    connection.hasRoom = false;
    await turn();
    connection.head();
    const read = (await answer).read();
    read.catch(() => {});
    await pass(400);
    connection.sink!.sent(1);
    await pass(400);
    expect(await failureOf(read)).toMatchObject({ name: 'ReadTimeout', phase: 'read' });
    await expectRoom();
  });

  test('while 100 (Continue) is waited for: first byte, or read', async () => {
    const { begin, connected, expectRoom } = setUp();
    const init = { content: 'abc', headers: { Expect: '100-continue' } };
    const answer = begin({ method: 'PUT', init, timeout: { read: 300, write: 1 } });
    const connection = await connected();
    await pass(310);
    expect(await failureOf(answer)).toMatchObject({ name: 'ReadTimeout', phase: 'firstByte' });
    expect(connection.log).toEqual(['abort']);
    await expectRoom();
  });

  test('none after the protocol was switched', async () => {
    const { begin, connected, expectRoom } = setUp();
    const answer = begin({
      init: { headers: { Upgrade: 'x' } },
      timeout: { read: 50, total: 100 },
      context: { delivery: 'stream' },
    });
    const connection = await connected();
    connection.head(101);
    const response = await answer;
    await pass(10_000);
    connection.data('still here');
    const duplex = response.upgrade();
    expect(String(await new Promise((resolve) => duplex.once('data', resolve)))).toBe('still here');
    duplex.destroy();
    await expectRoom();
  });
});

describe('listeners that end the request', () => {
  const NAMES = [
    'pool.acquire.started',
    'connect',
    'pool.acquire.complete',
    'http11.send_request_headers.started',
    'http11.send_request_headers.complete',
    'http11.send_request_body.started',
    'http11.send_request_body.complete',
    'http11.receive_response_headers.started',
    'http11.informational',
    'http11.receive_response_headers.complete',
    'http11.receive_response_body.started',
    'http11.receive_response_body.complete',
  ];

  describe.each([
    ['a body that goes with the head', 'abc'],
    ['a streamed body', () => [new Uint8Array(10)]],
  ] as const)('%s', (_what, content) => {
    test.each(NAMES)('at %s', async (name) => {
      const { begin, connected, expectRoom, engine } = setUp();
      const controller = new AbortController();
      const events: string[] = [];
      const tracer = new Tracer(1, DEFAULT_REDACTION, [
        (event: TraceEvent) => {
          events.push(event.name);
          if (event.name === name) controller.abort(new Error('enough'));
        },
      ]);
      if (name === 'connect') engine.onConnect = () => controller.abort(new Error('enough'));
      const answer = begin({
        method: 'PUT',
        init: { content },
        context: { tracer, signal: controller.signal },
      });
      const connection = await connected();
      connection?.sink?.sent(10);
      await turn();
      connection?.sink?.informational(103, '', []);
      connection?.sink?.head(200, '', [], '1.1');
      connection?.data('x');
      connection?.end();
      await expect(answer.then((response) => response.read())).rejects.toMatchObject({ name: 'AbortError' });
      await expectRoom();
      const last = events.indexOf(name);
      // What began before has an outcome after it.
      if (name.endsWith('.started'))
        expect(events.slice(last)).toContain(name.replace('.started', '.failed'));
    });
  });

  test.each(['onInformational', 'onUploadProgress', 'onDownloadProgress'] as const)(
    'by throwing in %s',
    async (name) => {
      const { begin, connected, expectRoom } = setUp();
      const failure = new Error('mine');
      const context = {
        [name]: () => {
          throw failure;
        },
      };
      const answer = begin({ method: 'PUT', init: { content: 'abc' }, context });
      const connection = await connected();
      connection?.sink?.informational(103, '', []);
      connection?.sink?.head(200, '', [], '1.1');
      connection?.data('x');
      connection?.end();
      await expect(answer.then((response) => response.read())).rejects.toBe(failure);
      await expectRoom();
    },
  );

  test('by aborting in a callback', async () => {
    const { begin, connected, expectRoom } = setUp();
    const controller = new AbortController();
    const context = { signal: controller.signal, onInformational: () => controller.abort() };
    const answer = begin({ context });
    const connection = await connected();
    connection.sink!.informational(103, '', []);
    connection.sink?.head(200, '', [], '1.1');
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await expectRoom();
  });
});

describe('the signal', () => {
  function watched(): { controller: AbortController; listeners: () => number } {
    const controller = new AbortController();
    let count = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      count++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      count--;
      remove(...args);
    };
    return { controller, listeners: () => count };
  }

  test('has no listener once the exchange is over, however it ended', async () => {
    const { begin, connected, expectRoom } = setUp();
    const { controller, listeners } = watched();
    const context = { signal: controller.signal };
    const first = begin({ context });
    expect(listeners()).toBe(1);
    (await connected()).answer();
    await first;
    expect(listeners()).toBe(0);
    const second = begin({ context });
    (await connected()).fail();
    await expect(second).rejects.toMatchObject({ name: 'RemoteProtocolError' });
    expect(listeners()).toBe(0);
    const third = begin({ context: { ...context, delivery: 'stream' } });
    (await connected()).head();
    await (await third).cancel();
    expect(listeners()).toBe(0);
    await expectRoom();
  });

  test('that is aborted already: nothing is begun', async () => {
    const { begin, engine, expectRoom } = setUp();
    const reason = new Error('before');
    const events: string[] = [];
    const tracer = new Tracer(1, DEFAULT_REDACTION, [({ name }) => events.push(name)]);
    const answer = begin({ context: { signal: AbortSignal.abort(reason), tracer } });
    await expect(answer).rejects.toMatchObject({ name: 'AbortError', phase: 'pool', cause: reason });
    expect([engine.connections, events]).toEqual([[], []]);
    await expectRoom();
  });
});

describe('a dead connection', () => {
  const stale = { retrySafe: true, reused: true };

  test('a request that may be sent again is, once, on another connection', async () => {
    const { begin, connected, expectRoom, engine } = setUp({ maxConnections: 2 });
    const events: TraceEvent[] = [];
    const retries: unknown[] = [];
    const tracer = new Tracer(1, DEFAULT_REDACTION, [(event) => events.push(event)]);
    const onRetry = async (event: unknown): Promise<void> => void retries.push(event);
    const answer = begin({ context: { tracer, onRetry } });
    (await connected()).fail(stale);
    await turn();
    (await connected()).fail(stale);
    await expect(answer).rejects.toMatchObject({ name: 'RemoteProtocolError' });
    expect(engine.connections).toHaveLength(2);
    expect(retries).toMatchObject([{ attempt: 2, reason: 'gone', request: { method: 'GET' } }]);
    const names = events.map(({ name }) => name);
    expect(names.filter((name) => name === 'connection.retry')).toHaveLength(1);
    expect(names.slice(names.indexOf('connection.retry') - 1, names.indexOf('connection.retry') + 5)).toEqual(
      [
        'http11.receive_response_headers.failed',
        'connection.retry',
        'http11.response_closed.started',
        'http11.response_closed.complete',
        'connection.close',
        'pool.acquire.started',
      ],
    );
    await expectRoom();
  });

  test('a retry hook that fails ends the request; one that takes its time is no wait for a connection', async () => {
    const { begin, connected, expectRoom } = setUp();
    const failure = new Error('no');
    const answer = begin({ context: { onRetry: () => Promise.reject(failure) } });
    (await connected()).fail(stale);
    await expect(answer).rejects.toBe(failure);
    let goOn!: () => void;
    const onRetry = (): Promise<void> =>
      new Promise((resolve) => {
        goOn = resolve;
      });
    const second = begin({ timeout: { pool: 50, read: 50 }, context: { onRetry } });
    (await connected()).fail(stale);
    vi.advanceTimersByTime(1000);
    await turn();
    goOn();
    (await connected()).answer(207);
    expect((await second).status).toBe(207);
    await expectRoom();
  });

  test('the listener of the retry may abort', async () => {
    const { begin, connected, expectRoom, engine } = setUp();
    const controller = new AbortController();
    const tracer = new Tracer(1, DEFAULT_REDACTION, [
      ({ name }) => {
        if (name === 'connection.retry') controller.abort();
      },
    ]);
    const answer = begin({ context: { tracer, signal: controller.signal } });
    (await connected()).fail(stale);
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    expect(engine.connections).toHaveLength(1);
    await expectRoom();
  });

  test('not when the transport was closed', async () => {
    const { begin, connected, engine, pool } = setUp();
    const answer = begin();
    const connection = await connected();
    connection.close = () => {
      if (connection.sink !== null) connection.fail({ kind: 'aborted', reused: true });
    };
    pool.close();
    await expect(answer).rejects.toMatchObject({ name: 'ClientClosed' });
    await turn();
    expect(engine.connections).toHaveLength(1);
    await expect(begin()).rejects.toMatchObject({ name: 'ClientClosed' });
  });
});

describe('switched protocols', () => {
  const setup: Setup = { init: { headers: { Upgrade: 'x' } } };

  test('a request that wants the content gets none, and keeps no connection', async () => {
    const { begin, connected, expectRoom } = setUp();
    const answer = begin(setup);
    const connection = await connected();
    connection.head(101);
    connection.data('not content');
    expect((await (await answer).read()).bytes).toHaveLength(0);
    expect(connection.log).toEqual(['abort']);
    await expectRoom();
  });

  test('a loss before anybody asks for the stream', async () => {
    const { begin, connected, expectRoom } = setUp();
    const answer = begin({ ...setup, context: { delivery: 'stream' } });
    const connection = await connected();
    connection.head(101);
    const response: StreamResponse = await answer;
    connection.fail({ kind: 'read', reason: 'reset' });
    const duplex = response.upgrade();
    const error = await new Promise((resolve) => duplex.once('error', resolve));
    expect(error).toMatchObject({ name: 'ReadError' });
    await expectRoom();
  });
});
