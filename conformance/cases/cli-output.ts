import { join } from 'node:path';
import { reply } from '../../fixtures/reply-server.ts';
import type { CommandSetting } from '../../src/cli/memory-io.ts';
import type { ConformanceCase } from '../case.ts';
import { caseOf, request } from '../support/command.ts';

/** The Authorization field of a message in a report. */
function credentials({ headers }: { readonly headers: readonly (readonly string[])[] }): string | undefined {
  return headers.find(([name]) => name === 'Authorization')?.[1];
}

export const cases: readonly ConformanceCase[] = [
  caseOf('CI-03', 'status line, fields, an empty line, JSON with four spaces', async (t) => {
    const fields = [
      ['content-type', 'application/json'],
      ['X-Twice', 'a'],
      ['X-Twice', 'b'],
    ] as const;
    const server = await t.replies(reply(200, fields, '{"b":[1.0,{}],"a":"é"}'));
    const { exitCode, stdout, stderr } = await request(t, [server.origin]);
    t.assert.deepEqual([exitCode, stderr], [0, '']);
    const head =
      'HTTP/1.1 200 OK\ncontent-type: application/json\nX-Twice: a\nX-Twice: b\nContent-Length: 23\n\n';
    const body = '{\n    "b": [\n        1.0,\n        {}\n    ],\n    "a": "é"\n}\n';
    t.assert.equal(stdout, head + body);
  }),
  caseOf('CI-03.binary', 'binary data are told by their size', async (t) => {
    const server = await t.httpServer();
    const { stdout } = await request(t, [server.url('/bytes/1234')]);
    t.assert.match(stdout, /\n\n<1234 bytes of binary data>\n$/);
  }),
  caseOf('CI-03.text', 'text is decoded by its charset, and printed as it is', async (t) => {
    const server = await t.replies(
      reply(200, [['Content-Type', 'text/plain; charset=windows-1252']], Buffer.from([0x80, 0x0a, 0xe9])),
    );
    t.assert.match((await request(t, [server.origin])).stdout, /\n\n€\né$/);
  }),
  caseOf('CI-03.invalid', 'JSON that is none is printed as text', async (t) => {
    const server = await t.replies(reply(200, [['Content-Type', 'application/json']], '{"a":'));
    t.assert.match((await request(t, [server.origin])).stdout, /\n\n\{"a":$/);
  }),
  caseOf('CI-03.deep', 'JSON that is nested without end grows by a bounded factor', async (t) => {
    const json = '['.repeat(8000) + ']'.repeat(8000);
    const server = await t.replies(reply(200, [['content-type', 'application/json']], json));
    const { exitCode, stdout } = await request(t, [server.origin]);
    t.assert.equal(exitCode, 0);
    const body = stdout.slice(stdout.indexOf('\n\n'));
    t.assert.equal(body.replaceAll(/\s/g, ''), json);
    t.assert.ok(stdout.length < 10_000_000, `${stdout.length} octets`);
  }),
  caseOf('CI-03.colour', 'colours on a terminal, not elsewhere, not with NO_COLOR', async (t) => {
    const server = await t.httpServer();
    const url = server.url('/get');
    const hasColour = async (argv: string[], setting: CommandSetting): Promise<boolean> =>
      (await request(t, [url, ...argv], setting)).stdout.includes('\u001B[');
    t.assert.equal(await hasColour([], { isTerminal: true }), true);
    t.assert.equal(await hasColour([], {}), false);
    t.assert.equal(await hasColour([], { isTerminal: true, env: { NO_COLOR: '1' } }), false);
    t.assert.equal(await hasColour(['--no-color'], { isTerminal: true }), false);
    t.assert.equal(await hasColour([], { env: { FORCE_COLOR: '1' } }), true);
  }),
  caseOf(
    'CI-03.terminal',
    'control characters of a server do not reach a terminal',
    async (t) => {
      const body = 'a\u001B]0;owned\u0007b\rc';
      const server = await t.replies(
        reply(
          200,
          [
            ['Content-Type', 'text/plain'],
            ['X-Evil', 'a\u009Bb'],
          ],
          body,
        ),
      );
      const shown = await request(t, [server.origin, '--no-color'], { isTerminal: true });
      // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
      t.assert.doesNotMatch(shown.stdout, /[\0-\x08\x0B-\x1F\x7F-\x9F]/);
      const piped = await request(t, [server.origin]);
      t.assert.ok(piped.stdout.endsWith(`\n\n${body}`));
    },
    { verdict: 'differs:httpx prints what comes' },
  ),
  caseOf(
    'CI-03.body',
    '--body prints the body alone, octet for octet',
    async (t) => {
      const server = await t.httpServer();
      const { output } = await request(t, [server.url('/bytes/70000'), '--body']);
      const client = t.client();
      const { bytes } = await client.get(server.url('/bytes/70000'));
      t.assert.ok(Buffer.from(bytes).equals(output));
      const coded = await request(t, [server.url('/gzip'), '-b']);
      t.assert.equal(coded.stdout, '{"codings":["gzip"]}');
    },
    { verdict: 'differs:httpx has no such option' },
  ),
  caseOf(
    'CI-03.json',
    '--json prints one document, secrets masked unless they are asked for',
    async (t) => {
      const server = await t.httpServer();
      const argv = [server.url('/redirect/1?token=abc'), '-L', '--auth', 'me', 'pw', '--json'];
      const { exitCode, stdout } = await request(t, argv);
      t.assert.equal(exitCode, 0);
      const report = JSON.parse(stdout);
      const members = ['request', 'response', 'history', 'timings', 'connection', 'download', 'error'];
      t.assert.deepEqual(Object.keys(report), members);
      t.assert.equal(report.request.url, server.url('/get'));
      t.assert.equal(report.response.status, 200);
      t.assert.equal(JSON.parse(report.response.body.text).target, '/get');
      t.assert.equal(report.history[0].request.url, server.url('/redirect/1?token=[secure]'));
      t.assert.equal(report.connection.remotePort, server.port);
      t.assert.equal(report.error, null);
      t.assert.equal(credentials(report.request), '[secure]');
      const open = JSON.parse((await request(t, [...argv, '--show-secrets'])).stdout);
      t.assert.equal(credentials(open.request), 'Basic bWU6cHc=');
    },
    { verdict: 'differs:httpx has no such option' },
  ),
  caseOf('CI-04', '-v tells of connection and request', async (t) => {
    const server = await t.httpServer();
    const url = `http://localhost:${server.port}/get?key=abc`;
    const { stdout, stderr } = await request(t, [url, '-v', '--auth', 'me', 'pw']);
    const lines = stderr.split('\n');
    t.assert.ok(lines.includes(`* Connecting to '127.0.0.1' on port ${server.port}`), stderr);
    t.assert.ok(lines.includes(`* Connected to '127.0.0.1' on port ${server.port}`), stderr);
    t.assert.ok(lines.includes('> GET /get?key=[secure] HTTP/1.1'), stderr);
    t.assert.ok(lines.includes(`> Host: localhost:${server.port}`), stderr);
    t.assert.ok(lines.includes('> Authorization: [secure]'), stderr);
    t.assert.ok(lines.includes('< HTTP/1.1 200 OK'), stderr);
    t.assert.match(stdout, /^HTTP\/1\.1 200 OK\n/);
    const open = await request(t, [url, '-v', '--auth', 'me', 'pw', '--show-secrets']);
    t.assert.match(open.stderr, /\n> GET \/get\?key=abc HTTP\/1\.1\n[^]*\n> Authorization: Basic bWU6cHc=\n/);
  }),
  caseOf(
    'CI-04.tls',
    '-v tells what TLS agreed upon',
    async (t) => {
      const server = await t.httpServer({ tls: t.serverTLS });
      const { stderr } = await request(t, [server.url('/get'), '-v', '--no-verify']);
      t.assert.match(stderr, /\n\* TLS established: TLSv1\.3, TLS_\w+, .*certificate NOT verified\n/);
    },
    { needs: ['command', 'tls'] },
  ),
  caseOf(
    'CI-04.uds',
    '-v tells of a Unix domain socket',
    async (t) => {
      const socketPath = join(t.tempDir(), 'cli.sock');
      await t.httpServer({ socketPath });
      const { exitCode, stderr } = await request(t, ['/get', '-v', '--unix-socket', socketPath]);
      t.assert.equal(exitCode, 0);
      t.assert.match(
        stderr,
        new RegExp(`^\\* Connecting to '.*cli\\.sock'\n\\* Connected to '.*cli\\.sock'\n`),
      );
    },
    { needs: ['command', 'uds'], verdict: 'differs:httpx has no such option' },
  ),
];
