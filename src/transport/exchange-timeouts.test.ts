import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeConnection, setUp } from '../../fixtures/exchange-setup.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
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
