import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { refusedPort } from '../fixtures/black-hole.ts';
import { startHTTPServer } from '../fixtures/http-server.ts';
import { LIVE_STEPS } from './tour/live-steps.ts';
import { STEPS } from './tour/steps.ts';

const entry = fileURLToPath(new URL('./start.ts', import.meta.url));

async function tour(...argv: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), entry, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, output };
}

test('shows everything on servers of its own, and what is not built', async () => {
  const { code, output } = await tour();
  expect(output).toContain(`✓ js: ${STEPS.length} steps as expected`);
  for (const { title } of STEPS) expect(output).toContain(title);
  expect(output).not.toContain('✗');
  expect(code).toBe(0);
});

test('shows a part of it on a server that is given', async () => {
  const server = await startHTTPServer();
  const { code, output } = await tour(server.url('/stream/100'));
  await server.close();
  expect(output).toContain(`✓ js: ${LIVE_STEPS.length} steps as expected`);
  expect(code).toBe(0);
});

test('fails if a step does, or if the argument makes no sense', async () => {
  const place = await refusedPort();
  const { code, output } = await tour(place.url);
  await place.close();
  expect(output).toMatch(/✗ js: \d+ of \d+ steps failed/);
  expect(code).toBe(1);
  expect(await tour('example.com')).toMatchObject({ code: 2, output: expect.stringContaining('Usage:') });
});
