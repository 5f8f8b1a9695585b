import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { caseOf, request } from '../support/command.ts';

export const cases: readonly ConformanceCase[] = [
  caseOf('CI-07', '--download writes the decoded content, with a progress bar on a terminal', async (t) => {
    const directory = t.tempDir();
    const server = await t.httpServer();
    const coded = await request(t, [server.url('/gzip'), '--download', 'coded.json'], { directory });
    t.assert.equal(coded.exitCode, 0);
    t.assert.equal(readFileSync(join(directory, 'coded.json'), 'utf8'), '{"codings":["gzip"]}');
    t.assert.doesNotMatch(coded.stderr, /%/);
    const setting = { directory, isTerminal: true, columns: 100 };
    const shown = await request(
      t,
      [server.url('/bytes/500000'), '--download', 'big.bin', '--no-color'],
      setting,
    );
    t.assert.match(shown.stderr, /\rbig\.bin {2}━+ {2}100% {2}500\.0 kB of 500\.0 kB/);
    t.assert.equal(readFileSync(join(directory, 'big.bin')).length, 500_000);
    t.assert.deepEqual(readdirSync(directory).toSorted(), ['big.bin', 'coded.json']);
  }),
  caseOf(
    'CI-07.cut',
    'a download that was cut off leaves no file, and an older one alone',
    async (t) => {
      const directory = t.tempDir();
      writeFileSync(join(directory, 'old'), 'before');
      const server = await t.httpServer();
      for (const name of ['new', 'old']) {
        const argv = [server.url('/drop?after=body'), '--download', name];
        t.assert.equal((await request(t, argv, { directory })).exitCode, 1);
      }
      t.assert.deepEqual(readdirSync(directory), ['old']);
      t.assert.equal(readFileSync(join(directory, 'old'), 'utf8'), 'before');
    },
    { verdict: 'differs:httpx leaves the part that came' },
  ),
  caseOf(
    'CI-07.name',
    '-O takes the suggested name, made safe, and overwrites nothing',
    async (t) => {
      const directory = t.tempDir();
      const names = ['attachment; filename="../../.profile"', 'attachment; filename="a.txt"'];
      const server = await t.replies(({ index }) =>
        reply(200, [['Content-Disposition', names[Math.min(index, 1)]!]], String(index)),
      );
      for (let index = 0; index < 3; index++) {
        t.assert.equal((await request(t, [server.origin, '-O'], { directory })).exitCode, 0);
      }
      t.assert.deepEqual(readdirSync(directory).toSorted(), ['a-1.txt', 'a.txt', 'profile']);
      t.assert.equal(readFileSync(join(directory, 'a.txt'), 'utf8'), '1');
    },
    { verdict: 'differs:httpx has no such option' },
  ),
  caseOf(
    'CI-07.meanwhile',
    '-O overwrites no file that came to be while it was loading',
    async (t) => {
      const directory = t.tempDir();
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nser');
        writeFileSync(join(directory, 'report.txt'), 'precious');
        await peer.send('ver');
      });
      const { exitCode, stderr } = await request(t, [server.url('/report.txt'), '-O'], { directory });
      t.assert.equal(exitCode, 0);
      t.assert.match(stderr, /^Saved 6 bytes as 'report-1\.txt'/);
      t.assert.deepEqual(readdirSync(directory).toSorted(), ['report-1.txt', 'report.txt']);
      t.assert.equal(readFileSync(join(directory, 'report.txt'), 'utf8'), 'precious');
      t.assert.equal(readFileSync(join(directory, 'report-1.txt'), 'utf8'), 'server');

      const twice = t.tempDir();
      await Promise.all([1, 2].map(() => request(t, [server.url('/two'), '-O'], { directory: twice })));
      t.assert.deepEqual(readdirSync(twice).toSorted(), ['two', 'two-1']);
    },
    { verdict: 'differs:httpx has no such option' },
  ),
];
