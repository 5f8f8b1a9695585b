import { createServer } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import { selfTest } from './self-test.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('goes over TCP, and a Unix domain socket where there are such', async () => {
  const results = await selfTest('js');
  const names = process.platform === 'win32' ? ['TCP'] : ['TCP', 'Unix domain socket'];
  expect(results).toEqual(names.map((name) => expect.objectContaining({ name, backend: 'js', isOK: true })));
  expect(results[0]!.detail).toMatch(/^2 requests on one connection to 127\.0\.0\.1:\d+ in \d+ ms$/);
});

test('tells what is wrong instead of throwing', async () => {
  const http = process.getBuiltinModule('node:http');
  const wrong = (() =>
    createServer((_request, response) => response.end('something else'))) as typeof createServer;
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(((name: string) =>
    name === 'node:http' ? { ...http, createServer: wrong } : builtin(name)) as never);
  const [tcp] = await selfTest('js');
  expect(tcp).toMatchObject({ name: 'TCP', isOK: false });
  expect(tcp!.detail).toContain('the decoded body is something else, not');
});

const builtin = process.getBuiltinModule.bind(process) as (name: string) => unknown;
