import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstMessage, forkScript } from '../fixtures/forked-script.ts';
import { pin, pinned } from './machine.ts';
import { presenceOf, PYTHON, shareOf } from './peers.ts';
import { type Absence, type RowResults, summarize } from './results.ts';
import type { Row } from './rows.ts';
import type { Listening } from './server.ts';
import type { Figures, Job } from './worker.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
/** A client that needs longer for one measurement hangs. */
const PATIENCE = 120_000;

/**
 * Measures a row: each client in a process of its own, round by round, on another core than the server where that can
 * be had. A client that is not installed, or fails, is told as absent; only the one to compare to has to work. After
 * the first, no round begins that would likely end after so many seconds.
 */
export async function measure(row: Row, rounds: number, seconds: number = Infinity): Promise<RowResults> {
  const [load = 0] = loadavg();
  const started = performance.now();
  const server = forkScript(new URL('server.ts', import.meta.url), [row.serving ?? 'plain']);
  const folder = mkdtempSync(join(tmpdir(), 'ternhttp-bench-'));
  try {
    const { ports, authority } = await firstMessage<Listening>(server);
    pin(server.pid!, 0);
    const bundle = join(folder, 'authority.pem');
    writeFileSync(bundle, authority ?? '');
    const origin = `http${authority === null ? '' : 's'}://127.0.0.1:${ports[0]}`;
    const job = { ...row.job, origin, isHTTP2: row.serving === 'http2' };
    const samples = new Map<string, Figures[]>();
    const absent = new Map<string, Absence>();
    let round = 0;
    for (; round < rounds && hasTime(started, round, seconds); round++) {
      // Every other round runs backwards, so that a machine that slows down does not favour anybody.
      for (const client of round % 2 === 0 ? row.clients : row.clients.toReversed()) {
        if (absent.has(client)) continue;
        const reason = reasonOfAbsence(client);
        const figures = reason ?? measureOnce({ ...job, client }, authority === null ? null : bundle);
        if (typeof figures === 'string') absent.set(client, { client, reason: figures });
        else samples.set(client, [...(samples.get(client) ?? []), figures]);
      }
    }
    // A client that failed in a later round has not as many samples as it should.
    for (const client of absent.keys()) samples.delete(client);
    const known = row.clients.filter((client) => samples.has(client));
    const results = summarize(new Map(known.map((client) => [client, samples.get(client)!])), row.against);
    const subject = row.subject?.();
    return {
      rounds: round,
      load,
      results,
      absent: [...absent.values()],
      ...(subject === undefined ? {} : { subject }),
    };
  } finally {
    server.kill();
    rmSync(folder, { recursive: true });
  }
}

function hasTime(started: number, rounds: number, seconds: number): boolean {
  const elapsed = (performance.now() - started) / 1000;
  return rounds === 0 || elapsed + elapsed / rounds < seconds;
}

function reasonOfAbsence(client: string): string | null {
  const presence = presenceOf(client);
  return 'install' in presence ? `not installed: ${presence.install}` : null;
}

/** One client once, in a process of its own. A text tells why it failed. */
function measureOnce(job: Job, bundle: string | null): Figures | string {
  const share = shareOf(job.client);
  const few = (count: number): number => Math.max(Math.ceil(count * share), Math.min(count, job.concurrency));
  const shortened = { ...job, warmup: few(job.warmup), requests: few(job.requests) };
  const program =
    job.client === 'httpx'
      ? [PYTHON, `${here}clients/python-client.py`]
      : [process.execPath, '--import', 'tsx', `${here}worker.ts`];
  const [file, args] = pinned([...program, JSON.stringify(shortened)], 1);
  // Node's own variable and OpenSSL's, for those who read them.
  const trust = bundle === null ? {} : { NODE_EXTRA_CA_CERTS: bundle, SSL_CERT_FILE: bundle };
  const { status, signal, stdout, stderr } = spawnSync(file, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
    timeout: PATIENCE,
    env: { ...process.env, ...trust },
  });
  if (status === 0) return JSON.parse(stdout) as Figures;
  process.stderr.write(stderr);
  const told = stderr.split('\n').findLast((line) => /\w*(?:Error|Exception)\b/.test(line)) ?? '';
  return `failed with ${status ?? signal}: ${told.trim().replaceAll('|', ' ')}`;
}
