import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type HTTPServer, startHTTPServer } from '../fixtures/http-server.ts';
import { VERSION } from './models/version.ts';

const entry = fileURLToPath(new URL('./cli.ts', import.meta.url));
const loader = import.meta.resolve('tsx');

let server: HTTPServer;
let directory: string;

beforeAll(async () => {
  server = await startHTTPServer();
});

afterAll(() => server.close());

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tern-bin-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function start(argv: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ['--import', loader, entry, ...argv], {
    cwd: directory,
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function end(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}

test('prints a response and ends', async () => {
  const { code, stdout, stderr } = await end(start([server.url('/get')]));
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\n/);
});

test('tells its version, and what is wrong with a command line', async () => {
  expect(await end(start(['--version']))).toEqual({ code: 0, stdout: `ternhttp ${VERSION}\n`, stderr: '' });
  const { code, stderr } = await end(start(['--nope']));
  expect(code).toBe(2);
  expect(stderr).toContain("There is no option '--nope'");
});

test('reads standard input', async () => {
  const child = start([server.url('/echo'), '-b', '-c', '-']);
  child.stdin!.end('piped');
  const { code, stdout } = await end(child);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ method: 'POST', body: { text: 'piped' } });
});

test('a reader that leaves gets no complaint', async () => {
  const child = start([server.url('/bytes/50000000'), '-b']);
  child.stdout!.once('data', () => child.stdout!.destroy());
  const { code, stderr } = await end(child);
  expect([code, stderr]).toEqual([0, '']);
});

test.each<['SIGINT' | 'SIGTERM', number]>([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('%s ends it with %i, and removes what was saved of a download', async (signal, expected) => {
  const child = start([server.url('/stall-body'), '--download', 'out']);
  const ended = end(child);
  await expect.poll(() => readdirSync(directory).length, { timeout: 10_000 }).toBe(1);
  child.kill(signal);
  expect(await ended).toMatchObject({ code: expected, stderr: '' });
  expect(readdirSync(directory)).toEqual([]);
});

test('a backend that the environment asks for', async () => {
  const { code, stderr } = await end(start([server.url('/get')], { TERN_BACKEND: 'nonsense' }));
  expect(code).toBe(2);
  expect(stderr).toMatch(/^InvalidArgument: TERN_BACKEND must be one of/);
  const asked = await end(start(['doctor', '--json'], { TERN_BACKEND: 'js' }));
  expect(asked.code).toBe(0);
  expect(JSON.parse(asked.stdout)).toMatchObject({
    environment: expect.arrayContaining([expect.objectContaining({ name: 'TERN_BACKEND', value: 'js' })]),
  });
});
