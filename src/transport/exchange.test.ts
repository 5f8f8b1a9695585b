import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Setup, setUp } from '../../fixtures/exchange-setup.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { DEFAULT_REDACTION } from '../models/redaction.ts';
import { Tracer } from '../models/trace.ts';
import type { TraceEvent } from '../models/trace.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

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
