import { getMaxListeners, setMaxListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import { startScriptedServer } from '../../fixtures/scripted-server.ts';
import { Client } from './client.ts';
import { allowSharing } from './shared-signal.ts';

test('the limit of a signal is lifted, unless the program has set one', () => {
  const { signal } = new AbortController();
  expect(allowSharing(signal)).toBe(signal);
  // Newer versions of Node give signals no limit (0) from the start.
  expect([0, Infinity]).toContain(getMaxListeners(signal));
  for (const limit of [0, 3]) {
    const limited = new AbortController().signal;
    setMaxListeners(limit, limited);
    allowSharing(limited);
    setMaxListeners(limit + 1, limited);
    allowSharing(limited);
    expect(getMaxListeners(limited)).toBe(limit + 1);
  }
});

test('a signal of another make is taken as it is', () => {
  const foreign = { aborted: false, addEventListener: (): void => {}, removeEventListener: (): void => {} };
  expect(allowSharing(foreign as unknown as AbortSignal)).toBe(foreign);
});

test('many requests with one signal are no leak', async () => {
  const warned = vi.fn();
  process.on('warning', warned);
  const server = await startScriptedServer(async (peer) => {
    await peer.readHead();
  });
  const controller = new AbortController();
  const client = new Client({ signal: controller.signal, auth: ['user', 'password'] });
  try {
    const works = Array.from({ length: 20 }, () => client.get(server.url()));
    await expect.poll(() => server.requests.length).toBe(20);
    controller.abort();
    await Promise.all(works.map((work) => expect(work).rejects.toMatchObject({ name: 'AbortError' })));
  } finally {
    process.off('warning', warned);
    await client.close();
    await server.close();
  }
  expect(warned).not.toHaveBeenCalled();
});
