import { reply } from '../../fixtures/reply-server.ts';
import type { MetricsSnapshot } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';

const DIFFERS = 'differs:httpx has no metrics';

async function* pieces(): AsyncGenerator<string> {
  yield 'a'.repeat(70_000);
  yield 'b'.repeat(30_000);
}

function counts({ requests, exchanges, inFlight, redirects }: MetricsSnapshot): number[] {
  return [requests, exchanges, inFlight, redirects];
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'MX-01',
    rows: ['MX-01'],
    title: 'there are none unless they are asked for, and what is wrong is refused',
    verdict: DIFFERS,
    layer: 'model',
    run(t) {
      t.assert.equal(t.client().metrics, null);
      t.assert.equal(t.client({ metrics: false }).metrics, null);
      t.assert.ok(t.client({ metrics: true }).metrics instanceof t.tern.ClientMetrics);
      for (const metrics of [
        'x',
        5,
        [],
        { bucket: [1] },
        { buckets: [] },
        { buckets: [2, 1] },
        { buckets: [0, 1] },
      ]) {
        t.assert.throws(() => new t.tern.Client({ metrics: metrics as never }), { name: 'InvalidArgument' });
      }
    },
  },
  {
    id: 'MX-02',
    rows: ['MX-02'],
    title: 'calls, exchanges, methods, statuses, errors by code, retries by cause, redirects',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      const close = ['Connection', 'close'] as const;
      const server = await t.replies(({ target, index }) => {
        if (target === '/redirect') return reply(302, [close, ['Location', '/ok']]);
        if (target === '/gone') return { bytes: '', after: 'end' };
        if (target === '/busy' && index === 2) return reply(503, [close]);
        return reply(target === '/missing' ? 404 : 200, [close], 'ok');
      });
      const client = t.client({
        metrics: true,
        redirect: true,
        retry: { attempts: 2, backoff: { baseMs: 0 } },
      });
      const { metrics } = client;
      t.assert.deepEqual(counts(metrics!.snapshot()), [0, 0, 0, 0]);
      await client.get(server.url('/redirect'));
      await client.get(server.url('/busy'));
      await client.post(server.url('/missing'), { content: 'abc' });
      await client.request('BREW', server.url('/ok'));
      await t.assert.rejects(client.get(server.url('/gone')), { code: 'ERR_REMOTE_PROTOCOL' });
      await t.assert.rejects(client.get('not a url'), { code: 'ERR_UNSUPPORTED_PROTOCOL' });
      const held = await client.stream('GET', server.url('/ok'));
      t.assert.equal(metrics!.snapshot().inFlight, 1);
      await held.cancel();
      const snapshot = metrics!.snapshot();
      t.assert.deepEqual(counts(snapshot), [6, 9, 0, 1]);
      t.assert.deepEqual(snapshot.methods, { GET: 7, POST: 1, other: 1 });
      t.assert.deepEqual(snapshot.responses, { '2xx': 4, '3xx': 1, '4xx': 1, '5xx': 1 });
      t.assert.deepEqual(snapshot.errors, { ERR_REMOTE_PROTOCOL: 1, ERR_UNSUPPORTED_PROTOCOL: 1 });
      t.assert.deepEqual(snapshot.retries, { status: 1, error: 1 });
    },
  },
  {
    id: 'MX-03',
    rows: ['MX-03'],
    title: 'octets of bodies both ways, streamed ones too, and a histogram for each step',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(reply(200, [], 'x'.repeat(1234)));
      const client = t.client({ metrics: { buckets: [1, 60_000] }, limits: { maxConnections: 1 } });
      const seen: number[] = [];
      await client.post(server.url(), {
        content: 'abc',
        onUploadProgress: ({ transferred }) => void seen.push(transferred),
      });
      await client.post(server.url(), { content: pieces() });
      const response = await client.stream('GET', server.url());
      for await (const chunk of response) void chunk;
      const { bytesSent, bytesReceived, timings } = client.metrics!.snapshot();
      t.assert.deepEqual([bytesSent, bytesReceived, seen.at(-1)], [100_003, 3 * 1234, 3]);
      t.assert.deepEqual(
        Object.entries(timings).map(([phase, { count }]) => [phase, count]),
        [
          ['queued', 3],
          ['dns', 0],
          ['connect', 1],
          ['tls', 0],
          ['sent', 3],
          ['firstByte', 3],
          ['download', 3],
          ['total', 3],
        ],
      );
      const { total } = timings;
      t.assert.deepEqual(total.buckets.at(-1), [60_000, 3]);
      t.assert.ok(total.sum >= timings.firstByte.sum && total.min! <= total.max! && total.max! <= total.sum);
    },
  },
  {
    id: 'MX-04',
    rows: ['MX-04', 'PL-13'],
    title: 'connections opened, used again, closed and waited for, those of mounts included',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(reply(200, [], 'ok'));
      const mounted = new t.tern.HTTPTransport();
      const client = t.client({
        metrics: true,
        limits: { maxConnections: 1 },
        mounts: { 'http://localhost': mounted },
      });
      await Promise.all([1, 2, 3].map(() => client.get(server.url())));
      await client.get(server.url().replace('127.0.0.1', 'localhost'));
      const { connections } = client.metrics!.snapshot();
      t.assert.deepEqual(connections, {
        active: 0,
        idle: 2,
        connecting: 0,
        waiting: 0,
        opened: 2,
        closed: 0,
        reused: 2,
        waited: 2,
      });
      await client.close();
      const after = client.metrics!.snapshot().connections;
      t.assert.deepEqual([after.opened, after.closed, after.idle, after.waited], [2, 2, 0, 2]);
    },
  },
  {
    id: 'MX-05',
    rows: ['MX-05'],
    title: 'a snapshot is plain data, and text for Prometheus',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(reply(200, [], 'ok'));
      const client = t.client({ metrics: { buckets: [0.5, 60_000] } });
      await client.get(server.url());
      const snapshot = client.metrics!.snapshot();
      t.assert.deepEqual(JSON.parse(JSON.stringify(client.metrics)), JSON.parse(JSON.stringify(snapshot)));
      const text = client.metrics!.toPrometheus({ prefix: 'app', labels: { name: 'a"b\\c\nd' } });
      const label = String.raw`name="a\"b\\c\nd"`;
      const lines = text.split('\n');
      t.assert.equal(lines.at(-1), '');
      t.assert.ok(
        lines
          .slice(0, -1)
          .every((line) => /^(?:# (?:HELP|TYPE) app_\w+ .+|app_\w+(?:\{.+\})? \S+)$/.test(line)),
      );
      for (const line of [
        '# TYPE app_requests_total counter',
        `app_requests_total{${label}} 1`,
        `app_exchanges_total{${label},method="GET"} 1`,
        `app_responses_total{${label},class="2xx"} 1`,
        `app_received_bytes_total{${label}} 2`,
        `app_connections_opened_total{${label}} 1`,
        '# TYPE app_phase_seconds histogram',
        `app_phase_seconds_bucket{${label},phase="total",le="60"} 1`,
        `app_phase_seconds_bucket{${label},phase="total",le="+Inf"} 1`,
        `app_phase_seconds_count{${label},phase="total"} 1`,
      ]) {
        t.assert.ok(lines.includes(line), `${line}\n${text}`);
      }
      t.assert.match(client.metrics!.toPrometheus(), /^ternhttp_requests_total 1$/m);
      t.assert.throws(() => client.metrics!.toPrometheus({ prefix: '1x' }), { name: 'InvalidArgument' });
      t.assert.throws(() => client.metrics!.toPrometheus({ labels: { 'a-b': '' } }), {
        name: 'InvalidArgument',
      });
    },
  },
  {
    id: 'MX-06',
    rows: ['MX-06'],
    title: 'a reset begins again; a client that extends another one counts with it, and others may',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(reply(200, [], 'ok'));
      const client = t.client({ metrics: true });
      await client.get(server.url());
      client.metrics!.reset();
      const zero = client.metrics!.snapshot();
      t.assert.deepEqual([...counts(zero), zero.bytesReceived, zero.timings.total.count], [0, 0, 0, 0, 0, 0]);
      t.assert.deepEqual([zero.connections.opened, zero.connections.idle, zero.responses], [0, 1, {}]);
      const extended = client.extend({ headers: { 'X-More': '1' } });
      await extended.get(server.url());
      t.assert.equal(extended.metrics, client.metrics);
      t.assert.deepEqual(
        [client.metrics!.snapshot().requests, client.metrics!.snapshot().connections.reused],
        [1, 1],
      );
      t.assert.equal(client.extend({ metrics: false }).metrics, null);
      const other = t.client({ metrics: client.metrics! });
      await other.get(server.url());
      await other.close();
      const { requests, connections } = client.metrics!.snapshot();
      t.assert.deepEqual([requests, connections.opened, connections.closed], [2, 1, 1]);
    },
  },
];
