import { afterEach, describe, expect, test } from 'vitest';
import { Client, TernError } from '../../../src/index.ts';
import { parseRequestHead } from '../../../fixtures/request-head.ts';
import type { CurlCase } from './case.ts';
import { commandsOf, partOf, type ReplayServer, startReplayServer } from './replay-server.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(
  reply: CurlCase['reply'],
): Promise<{ server: ReplayServer; client: Client; origin: string }> {
  const server = await startReplayServer({ id: 7, reply, servers: ['http'] }, {}, 1);
  const client = new Client({ timeout: 2000 });
  closers.push(
    () => client.close(),
    () => server.close(),
  );
  return { server, client, origin: `http://127.0.0.1:${server.port}` };
}

describe('partOf', () => {
  test.each([
    ['/7', undefined, 0],
    ['/70002', undefined, 2],
    ['/a/1870002.txt?coolsite=yes', undefined, 2],
    ['/?x=/70003', undefined, 3],
    ['*', undefined, 0],
    ['/10000', undefined, 0],
    ['/7', 'Digest a="b"', 1000],
    ['/70002', 'Digest a="b"', 1002],
    ['/7', 'Basic abc', 0],
    ['/71000', 'Basic abc', 1001],
  ])('%s with %s', (target, credentials, part) => {
    const field = credentials === undefined ? '' : `Authorization: ${credentials}\r\n`;
    expect(partOf(parseRequestHead(`GET ${target} HTTP/1.1\r\nHost: h\r\n${field}\r\n`))).toBe(part);
  });
});

test('commands are understood or refused', () => {
  expect(commandsOf({ servercmd: 'auth_required\nskip: 100\nwritedelay: 10', postcmd: 'wait 2' }, 5)).toEqual(
    {
      isIdle: false,
      closes: false,
      requiresAuth: true,
      skip: 100,
      delay: 0,
      writeDelay: 10,
      wait: 10,
    },
  );
  expect(() => commandsOf({ servercmd: 'dance' }, 1)).toThrow("'dance'");
});

test('a bounce takes the next part, and the connection stays open until something closes it', async () => {
  const length = 'Content-Length: 1\r\n\r\n';
  const { server, client, origin } = await start({
    data: { text: `HTTP/1.1 200 swsbounce\r\n${length}0`, flags: ['swsbounce'] },
    data1: { text: `HTTP/1.1 200 OK\r\n${length}1` },
    data2: { text: 'HTTP/1.1 200 swsclose\r\n\r\n${HTTPPORT}', flags: ['swsclose'] },
  });
  const texts: string[] = [];
  for (const target of ['/7', '/7', '/70002']) texts.push((await client.get(origin + target)).text);
  expect(texts).toEqual(['0', '1', String(server.port)]);
  expect(server.connections).toBe(1);
  await client.get(`${origin}/70002`);
  expect(server.connections).toBe(2);
  expect(server.requests.map(({ head }) => head.target)).toEqual(['/7', '/7', '/70002', '/70002']);
});

test('it need not wait for the whole body', async () => {
  const { server, client, origin } = await start({
    servercmd: 'skip: 3',
    data: { text: 'HTTP/1.1 200 swsclose\r\n\r\n', flags: ['swsclose'] },
  });
  await client.put(`${origin}/7`, { content: 'abcdef' });
  expect(String(server.requests[0]!.raw)).toBe('abc');
});

test('an answer that the case does not have is an error of the case', async () => {
  const { server, client, origin } = await start({ data: { text: 'HTTP/1.1 200 OK\r\n\r\n' } });
  await expect(client.get(`${origin}/70001`)).rejects.toThrow(TernError);
  await expect(server.close()).rejects.toThrow("the case has no reply 'data1'");
  closers.pop();
});
