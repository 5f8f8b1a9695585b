import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { CaseContext, ConformanceCase, Tern } from './case.ts';
import type { ConformanceOptions } from './runner.ts';
import { runConformance } from './runner.ts';

const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** Stands in for the library: the runner asks a client for nothing but its state and its end. */
class DoubleClient {
  readonly options: Readonly<Record<string, unknown>>;
  readonly stats = { active: 0, connecting: 0, waiting: 0 };
  isClosed = false;

  constructor(options: Readonly<Record<string, unknown>>) {
    this.options = options;
    if (options['baseURL'] === 'http://busy.test/') this.stats.active = 1;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const tern: Tern = Object.assign(Object.create(null), { Client: DoubleClient });

function entry(run: ConformanceCase['run'], rest: Partial<ConformanceCase> = {}): ConformanceCase {
  return { id: 'CL-01', rows: ['CL-01'], title: 'a case', verdict: 'same', layer: 'live', run, ...rest };
}

async function judge(
  run: ConformanceCase['run'],
  rest: Partial<ConformanceCase> = {},
  options: ConformanceOptions = {},
): Promise<{ outcome: string | undefined; reason: string }> {
  const report = await runConformance({ tern, cases: [entry(run, rest)], ...options });
  const [result] = report.results;
  return { outcome: result?.outcome, reason: result?.reason ?? '' };
}

async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  const pieces: Buffer[] = [];
  socket.write(text);
  for await (const piece of socket as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
}

describe('outcomes', () => {
  test('pass, fail, not applicable, with counts and a call for each', async () => {
    const seen: string[] = [];
    const report = await runConformance({
      tern,
      seed: 7,
      capabilities: ['pool'],
      cases: [
        entry(() => {}),
        entry((t) => t.assert.equal(1, 2), { id: 'CL-02' }),
        entry(() => {}, { id: 'CL-03', needs: ['pool', 'proxy', 'http2'] }),
      ],
      onResult: (result) => seen.push(`${result.case.id} ${result.outcome}`),
    });
    expect(seen).toEqual(['CL-01 pass', 'CL-02 fail', 'CL-03 not-applicable']);
    expect(report).toMatchObject({ backend: 'js', node: process.version, seed: 7 });
    expect([report.passed, report.failed, report.notApplicable]).toEqual([1, 1, 1]);
    expect(report.results[1]?.reason).toMatch(/AssertionError: .*\[seed 7\]$/s);
    expect(report.results[2]?.reason).toBe('without proxy, http2');
  });

  test('the filter looks at id, title and rows', async () => {
    const cases = [
      entry(() => {}, { id: 'RD-01', title: 'first' }),
      entry(() => {}, { id: 'RD-02', title: 'second', rows: ['RD-02', 'CK-05'] }),
    ];
    const ids = async (filter: RegExp): Promise<string[]> =>
      (await runConformance({ tern, cases, filter })).results.map((result) => result.case.id);
    expect(await ids(/^RD-/g)).toEqual(['RD-01', 'RD-02']);
    expect(await ids(/CK/)).toEqual(['RD-02']);
    expect(await ids(/first/)).toEqual(['RD-01']);
  });

  test('a case that does not end fails, and is told to stop', async () => {
    let context: CaseContext | undefined;
    const { outcome, reason } = await judge(
      (t) => {
        context = t;
        return new Promise(() => {});
      },
      {},
      { timeoutMs: 20 },
    );
    expect([outcome, context?.signal.aborted]).toEqual(['fail', true]);
    expect(reason).toContain('the case did not end within 20 ms');
  });
});

describe('checks after a case', () => {
  test('a pool that is not at rest', async () => {
    const { outcome, reason } = await judge((t) => void t.client({ baseURL: 'http://busy.test/' }));
    expect(outcome).toBe('fail');
    expect(reason).toContain('not at rest after the case: {"active":1,"connecting":0,"waiting":0}');
  });

  test('a connection that nobody closed, even one that does not hold the process', async () => {
    const { outcome, reason } = await judge(async (t) => {
      const server = await t.httpServer();
      const socket = connect(server.port, '127.0.0.1').unref();
      sockets.push(socket);
      socket.on('error', () => {});
      await server.untilOpen(1);
    });
    expect(outcome).toBe('fail');
    expect(reason).toContain('the clients are closed, but 1 of their connections are not');
  });

  test('a timer', async () => {
    let timer: NodeJS.Timeout | undefined;
    const { outcome, reason } = await judge(() => {
      timer = setTimeout(() => {}, 60_000);
    });
    clearTimeout(timer);
    expect(outcome).toBe('fail');
    expect(reason).toMatch(/^leak: 1 more Timeout than before\n.*runner\.test\.ts[^]*\[seed 1\]$/);
  });

  test('what a script threw, and what a cleanup threw', async () => {
    const { reason } = await judge(async (t) => {
      const server = await t.scripted(async (peer) => {
        await peer.readSome();
        throw new Error('from the script');
      });
      t.defer(() => {
        throw new Error('from the cleanup');
      });
      const ended = exchange(server.port, 'x');
      await t.assert.rejects(ended, { code: 'ECONNRESET' });
    });
    expect(reason).toContain('Error: from the script');
    expect(reason).toContain('Error: from the cleanup');
  });
});

describe('context', () => {
  test('a bytes case runs once for each split, and the failing one is named', async () => {
    const splits: unknown[] = [];
    const run = async (t: CaseContext): Promise<void> => {
      splits.push(t.split);
      const server = await t.replies({ bytes: 'HTTP/1.1 204 No Content\r\n\r\n', after: 'end' });
      t.assert.equal(
        await exchange(server.port, 'GET / HTTP/1.1\r\n\r\n'),
        'HTTP/1.1 204 No Content\r\n\r\n',
      );
      t.assert.notEqual(typeof t.split, 'object');
    };
    const { outcome, reason } = await judge(run, { layer: 'bytes' });
    expect(splits).toEqual(['whole', 'bytes', { seed: expect.any(Number) }]);
    expect(outcome).toBe('fail');
    expect(reason).toMatch(/\[split random, seed 1\]$/);
    splits.length = 0;
    expect((await judge(run, { layer: 'bytes', splits: ['bytes'] })).outcome).toBe('pass');
    expect(splits).toEqual(['bytes']);
  });

  test('random values depend on the seed and the case alone', async () => {
    const seen: string[] = [];
    const run = (t: CaseContext): void => void seen.push(t.random.text(8));
    await judge(run);
    await judge(run);
    await judge(run, { id: 'CL-02' });
    await judge(run, {}, { seed: 2 });
    expect(seen[1]).toBe(seen[0]);
    expect(new Set(seen).size).toBe(3);
  });

  test('clients are made for the backend, or on the transport', async () => {
    const seen: unknown[] = [];
    const run = (t: CaseContext): void => {
      const client: unknown = t.client({ baseURL: 'http://h/' });
      seen.push([t.backend, client instanceof DoubleClient ? client.options : undefined]);
    };
    const transport = { handle: () => Promise.reject(new Error('unused')), close: async () => {} };
    await judge(run, {}, { backend: 'native' });
    await judge(run, {}, { transport: () => transport, name: 'mine' });
    expect(seen).toEqual([
      ['native', { backend: 'native', baseURL: 'http://h/' }],
      ['mine', { transport, baseURL: 'http://h/' }],
    ]);
    expect((await judge(() => {}, { needs: ['tls'] }, { transport: () => transport })).outcome).toBe(
      'not-applicable',
    );
    const able = { transport: () => transport, capabilities: ['tls'] as const };
    expect((await judge((t) => t.assert.ok(t.has('tls')), { needs: ['tls'] }, able)).outcome).toBe('pass');
  });

  test('every place opens and is closed', async () => {
    const folders: string[] = [];
    const { outcome, reason } = await judge(async (t) => {
      const folder = t.tempDir();
      folders.push(folder);
      const scripted = await t.scripted({ socketPath: `${folder}/socket` }, () => {});
      t.assert.equal(scripted.port, 0);
      const live = await t.httpServer({ tls: t.serverTLS });
      t.assert.match(live.origin, /^https:/);
      t.assert.match(t.ca.certificate, /BEGIN CERTIFICATE/);
      t.assert.ok((await t.refusedPort()).port > 0);
      t.assert.match((await t.blackHole()).url, /^https?:/);
      t.client();
    });
    expect([outcome, reason, folders.length]).toEqual(['pass', '', 1]);
  });
});
