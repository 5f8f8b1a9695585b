import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectBytes, collectText } from '../../fixtures/collect-body.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { fileHandleBody } from './file-handle-body.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a file is sent whole, twice, and stays open', async () => {
  const path = join(folder, 'big.bin');
  const content = Buffer.alloc(150_000, 'tern');
  writeFileSync(path, content);
  const handle = await open(path);
  await handle.read(Buffer.alloc(10), 0, 10);
  const body = fileHandleBody(handle);
  expect(body).toMatchObject({
    bytes: null,
    length: 150_000,
    replayable: true,
    description: 'a file of 150000 bytes',
  });
  expect((await collectBytes(body)).equals(content)).toBe(true);
  expect((await collectBytes(body)).equals(content)).toBe(true);
  expect(handle.fd).toBeGreaterThan(0);
  await handle.close();
  expect(() => fileHandleBody(handle)).toThrow(InvalidArgument);
});

test('octets that are added later are not sent, and missing ones end the body', async () => {
  const path = join(folder, 'changing.txt');
  writeFileSync(path, '12345');
  const handle = await open(path);
  const body = fileHandleBody(handle);
  writeFileSync(path, '1234567');
  expect(await collectText(body)).toBe('12345');
  writeFileSync(path, '12');
  expect(await collectText(body)).toBe('12');
  await handle.close();
});

test('return() ends the reading', async () => {
  const path = join(folder, 'short.txt');
  writeFileSync(path, '12345');
  const handle = await open(path);
  const iterator = fileHandleBody(handle).open();
  const pending = iterator.next();
  await iterator.return?.();
  expect((await pending).done).toBe(true);
  expect((await iterator.next()).done).toBe(true);
  await handle.close();
});

test.runIf(process.platform !== 'win32')('a pipe is read once, up to its end', async () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const [reader, writer] = await Promise.all([open(path, 'r'), open(path, 'w')]);
  await writer.write('through the pipe');
  await writer.close();
  const body = fileHandleBody(reader);
  expect(body).toMatchObject({ length: null, replayable: false });
  expect(await collectText(body)).toBe('through the pipe');
  expect(() => body.open()).toThrow(StreamConsumed);
  await reader.close();
});
