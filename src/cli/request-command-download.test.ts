import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { setUpCommand } from '../../fixtures/command-setup.ts';
import { reply, startReplyServer } from '../../fixtures/reply-server.ts';

const command = setUpCommand();
const { run } = command;

describe('--download', () => {
  test('saves the decoded body', async () => {
    const { exitCode, stdout, stderr } = await run([command.server.url('/gzip'), '--download', 'out.json']);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(command.directory, 'out.json'), 'utf8')).toBe('{"codings":["gzip"]}');
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\n[^]*\n\n$/);
    expect(stderr).toMatch(/^Saved 20 bytes as 'out\.json' in .*\n$/);
  });

  test('shows its progress on a terminal', async () => {
    const { stderr } = await run([command.server.url('/bytes/300000'), '--download', 'out', '--no-color'], {
      isTerminal: true,
    });
    expect(stderr).toMatch(/\rout {2}━+ {2}100% {2}300\.0 kB of 300\.0 kB {2}/);
    expect(stderr).toContain("\r\u001B[KSaved 300.0 kB as 'out' in ");
    expect(readdirSync(command.directory)).toEqual(['out']);
  });

  test('takes the name of the server or the URL', async () => {
    await run([command.server.url('/bytes/5'), '-O']);
    await run([command.server.url('/bytes/5'), '-O']);
    const named = await startReplyServer(
      reply(200, [['Content-Disposition', 'attachment; filename="../na me.txt"']], 'x'),
    );
    await run([named.origin, '-O']);
    await named.close();
    expect(readdirSync(command.directory).toSorted()).toEqual(['5', '5-1', 'na me.txt']);
    expect(await run([command.server.url('/'), '-O'])).toMatchObject({ exitCode: 2 });
  });

  test('leaves nothing of a body that was cut off', async () => {
    const { exitCode } = await run([command.server.url('/drop?after=body'), '--download', 'out']);
    expect(exitCode).toBe(1);
    expect(readdirSync(command.directory)).toEqual([]);
  });

  test('keeps the file that was there when it fails', async () => {
    writeFileSync(join(command.directory, 'out'), 'before');
    expect((await run([command.server.url('/drop?after=body'), '--download', 'out'])).exitCode).toBe(1);
    expect(readFileSync(join(command.directory, 'out'), 'utf8')).toBe('before');
  });

  test('to a place that cannot be written is an error', async () => {
    const { exitCode, stderr } = await run([command.server.url('/get'), '--download', 'none/out']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Error: ENOENT/);
  });

  test('leaves nothing when it is interrupted', async () => {
    const controller = new AbortController();
    const running = run([command.server.url('/stall-body'), '--download', 'out'], {
      signal: controller.signal,
    });
    await expect.poll(() => readdirSync(command.directory).length).toBe(1);
    controller.abort();
    expect(await running).toMatchObject({ exitCode: 130, stderr: '' });
    expect(existsSync(join(command.directory, 'out'))).toBe(false);
    expect(readdirSync(command.directory)).toEqual([]);
  });
});
