import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reply } from '../../fixtures/reply-server.ts';
import type { CommandResult, CommandSetting } from '../../src/cli/memory-io.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** What the route `/echo` tells of a request. */
interface Echo {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: { readonly length: number; readonly text: string };
}

/** Runs a request of the command on the backend under test. */
function request(
  t: CaseContext,
  argv: readonly string[],
  setting: CommandSetting = {},
): Promise<CommandResult> {
  return t.command(['--backend', t.backend, ...argv], setting);
}

/** Sends a request to the route `/echo` and gives what came to the server. */
async function echo(t: CaseContext, argv: readonly string[], setting: CommandSetting = {}): Promise<Echo> {
  const server = await t.httpServer();
  const { exitCode, stdout, stderr } = await request(t, [server.url('/echo'), '--body', ...argv], setting);
  t.assert.equal(stderr, '');
  t.assert.equal(exitCode, 0);
  return JSON.parse(stdout) as Echo;
}

function valuesOf(seen: Echo, name: string): string[] {
  return seen.headers.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);
}

/** The Authorization field of a message in a report. */
function credentials({ headers }: { readonly headers: readonly (readonly string[])[] }): string | undefined {
  return headers.find(([name]) => name === 'Authorization')?.[1];
}

/** The status lines that were printed. */
function statusLines(stdout: string): string[] {
  return stdout.split('\n').filter((line) => line.startsWith('HTTP/'));
}

function caseOf(
  id: string,
  title: string,
  run: (t: CaseContext) => Promise<void>,
  more: Partial<ConformanceCase> = {},
): ConformanceCase {
  return {
    id,
    rows: [id.slice(0, 5)],
    title,
    verdict: 'same',
    layer: 'live',
    needs: ['command'],
    run,
    ...more,
  };
}

export const cases: readonly ConformanceCase[] = [
  caseOf('CI-01', 'every option is in the help', async (t) => {
    const { exitCode, stdout, stderr } = await t.command(['--help']);
    t.assert.equal(exitCode, 0);
    t.assert.equal(stderr, '');
    const options =
      '-m, --method|-p, --params|-c, --content|-d, --form, --data|-f, --files|-j, --json-body|-h, --headers|' +
      '--cookies|--auth|--proxy|--timeout|--follow-redirects|--no-verify|--http2|--download|-v, --verbose|--help';
    for (const option of options.split('|')) t.assert.ok(stdout.includes(option), `${option} is missing`);
  }),
  caseOf('CI-01.params', '-p adds to the query, also twice with one name', async (t) => {
    const { target } = await echo(t, ['-p', 'a', '1 &', '--params', 'b', 'ä', '-p', 'a', '2']);
    t.assert.equal(target, '/echo?a=1+%26&b=%C3%A4&a=2');
  }),
  caseOf('CI-01.headers', '-h sets a field as two arguments or one; NAME: removes one', async (t) => {
    const argv = ['-h', 'X-Two', 'a: b', '--headers', 'X-One: c', '-h', 'X-One:d', '-h', 'User-Agent:'];
    const seen = await echo(t, argv);
    t.assert.deepEqual(valuesOf(seen, 'x-two'), ['a: b']);
    t.assert.deepEqual(valuesOf(seen, 'x-one'), ['c', 'd']);
    t.assert.deepEqual(valuesOf(seen, 'user-agent'), []);
    t.assert.deepEqual(valuesOf(seen, 'accept'), ['*/*']);
  }),
  caseOf('CI-01.cookies', '--cookies go to the host of the URL', async (t) => {
    const seen = await echo(t, ['--cookies', 'a', '1', '--cookies', 'b', '2']);
    t.assert.deepEqual(valuesOf(seen, 'cookie'), ['a=1; b=2']);
  }),
  caseOf('CI-01.content', '-c sends a text as it is, without a type', async (t) => {
    const seen = await echo(t, ['-c', 'grüße {}']);
    t.assert.equal(seen.body.text, 'grüße {}');
    t.assert.deepEqual(valuesOf(seen, 'content-type'), []);
    t.assert.deepEqual(valuesOf(seen, 'content-length'), ['10']);
  }),
  caseOf(
    'CI-01.content-file',
    '-c @FILE sends a file and -c - standard input',
    async (t) => {
      const directory = t.tempDir();
      writeFileSync(join(directory, 'in.bin'), 'from a file');
      const file = await echo(t, ['-c', '@in.bin'], { directory });
      t.assert.equal(file.body.text, 'from a file');
      t.assert.deepEqual(valuesOf(file, 'content-length'), ['11']);
      const piped = await echo(t, ['-c', '-'], { stdin: 'from a pipe' });
      t.assert.equal(piped.body.text, 'from a pipe');
      t.assert.deepEqual(valuesOf(piped, 'transfer-encoding'), ['chunked']);
    },
    { verdict: 'differs:httpx takes the text of -c at its word' },
  ),
  caseOf('CI-01.form', '-d and --data send a form', async (t) => {
    const seen = await echo(t, ['-d', 'a', '1 2', '--data', 'b', '&']);
    t.assert.equal(seen.body.text, 'a=1+2&b=%26');
    t.assert.deepEqual(valuesOf(seen, 'content-type'), ['application/x-www-form-urlencoded']);
  }),
  caseOf('CI-01.files', '-f uploads a file with its name and type, fields beside it', async (t) => {
    const directory = t.tempDir();
    writeFileSync(join(directory, 'note.txt'), 'content');
    const server = await t.httpServer();
    const argv = [server.url('/multipart'), '--body', '-f', 'file', 'note.txt', '-d', 'field', 'value'];
    const { stdout } = await request(t, argv, { directory });
    const { parts } = JSON.parse(stdout) as { parts: Record<string, unknown>[] };
    const seen = parts.map(({ name, filename, text }) => ({ name, filename, text }));
    t.assert.deepEqual(seen, [
      { name: 'field', filename: null, text: 'value' },
      { name: 'file', filename: 'note.txt', text: 'content' },
    ]);
  }),
  caseOf(
    'CI-01.json',
    '-j sends JSON as it is written and with its type; what is none is refused',
    async (t) => {
      const seen = await echo(t, ['-j', '{"b": 1.0, "a": 12345678901234567890}']);
      t.assert.equal(seen.body.text, '{"b": 1.0, "a": 12345678901234567890}');
      t.assert.deepEqual(valuesOf(seen, 'content-type'), ['application/json']);
      const refused = await request(t, ['http://localhost:1/', '-j', '{']);
      t.assert.equal(refused.exitCode, 2);
      t.assert.match(refused.stderr, /^InvalidArgument: '--json-body' is no valid JSON/);
    },
    { verdict: 'differs:--json is the machine-readable output here, and the body is not written anew' },
  ),
  caseOf('CI-01.auth', '--auth sends Basic credentials', async (t) => {
    const seen = await echo(t, ['--auth', 'user', 'pass']);
    t.assert.deepEqual(valuesOf(seen, 'authorization'), ['Basic dXNlcjpwYXNz']);
  }),
  caseOf('CI-01.auth-prompt', '--auth USER - asks for the password', async (t) => {
    const seen = await echo(t, ['--auth', 'user', '-'], { stdin: 'pass\n' });
    t.assert.deepEqual(valuesOf(seen, 'authorization'), ['Basic dXNlcjpwYXNz']);
  }),
  caseOf(
    'CI-01.bearer',
    '--bearer sends a token',
    async (t) => {
      const seen = await echo(t, ['--bearer', 'tok']);
      t.assert.deepEqual(valuesOf(seen, 'authorization'), ['Bearer tok']);
    },
    { verdict: 'differs:httpx has no such option' },
  ),
  caseOf(
    'CI-01.unsupported',
    '--proxy and --http2 are refused by name and nothing is sent',
    async (t) => {
      const server = await t.httpServer();
      for (const argv of [['--proxy', server.origin], ['--http2']]) {
        const { exitCode, stdout, stderr } = await request(t, [server.url('/get'), ...argv]);
        t.assert.equal(exitCode, 2);
        t.assert.equal(stdout, '');
        t.assert.match(
          stderr,
          /^UnsupportedOption: .*'--(?:proxy|http2)'.*not supported in this version yet/,
        );
      }
      t.assert.equal(server.requests.length, 0);
    },
    { verdict: 'differs:proxies and HTTP/2 are not there yet' },
  ),
  caseOf('CI-01.timeout', '--timeout limits in seconds, --timeout-total the whole', async (t) => {
    const server = await t.httpServer();
    const read = await request(t, [server.url('/delay/60000'), '--timeout', '0.03']);
    t.assert.equal(read.exitCode, 1);
    t.assert.match(read.stderr, /^ReadTimeout: .*within 30 ms/);
    const argv = [server.url('/delay/60000'), '--timeout', '0', '--timeout-total', '0.03'];
    const total = await request(t, argv);
    t.assert.match(total.stderr, /^TotalTimeout: .*within 30 ms/);
    const endless = await request(t, [server.url('/delay/30'), '--timeout', '0']);
    t.assert.equal(endless.exitCode, 0);
  }),
  caseOf(
    'CI-01.verify',
    '--no-verify takes any certificate, --ca those of an authority',
    async (t) => {
      const server = await t.httpServer({ tls: t.serverTLS });
      const directory = t.tempDir();
      writeFileSync(join(directory, 'ca.pem'), t.ca.certificate);
      const strict = await request(t, [server.url('/get')]);
      t.assert.equal(strict.exitCode, 1);
      t.assert.match(strict.stderr, /^ConnectError: /);
      t.assert.equal((await request(t, [server.url('/get'), '--no-verify'])).exitCode, 0);
      t.assert.equal((await request(t, [server.url('/get'), '--ca', 'ca.pem'], { directory })).exitCode, 0);
    },
    { needs: ['command', 'tls'] },
  ),
  caseOf('CI-01.wrong', 'a command line that makes no sense ends with 2 and says why', async (t) => {
    const wrong: [string[], RegExp][] = [
      [[], /^InvalidArgument: A URL is missing/],
      [['--nope', 'localhost'], /^InvalidArgument: There is no option '--nope'/],
      [['localhost', '-c', 'a', '-d', 'b', 'c'], /^InvalidArgument: A request has one body/],
      [['localhost', '-m'], /^InvalidArgument: '-m' needs METHOD/],
    ];
    for (const [argv, message] of wrong) {
      const { exitCode, stdout, stderr } = await request(t, argv);
      t.assert.deepEqual([exitCode, stdout], [2, '']);
      t.assert.match(stderr, message);
    }
  }),
  caseOf(
    'CI-01.scheme',
    'a URL without a scheme means http for this machine',
    async (t) => {
      const server = await t.httpServer();
      for (const url of [
        `127.0.0.1:${server.port}/get`,
        `localhost:${server.port}/get`,
        `:${server.port}/get`,
      ]) {
        t.assert.equal((await request(t, [url])).exitCode, 0, url);
      }
      t.assert.equal(server.requests.length, 3);
      const place = await t.refusedPort();
      // Any other spelling is spoken to over https, also this one of 127.0.0.1, which needs no name server.
      const away = await request(t, [`2130706433:${place.port}/`]);
      t.assert.match(away.stderr, /^ConnectError: GET https:\/\/127\.0\.0\.1:/);
    },
    { verdict: 'differs:httpx asks for a scheme' },
  ),
  caseOf('CI-02', 'GET without a body, POST with any, -m and METHOD before both', async (t) => {
    const directory = t.tempDir();
    writeFileSync(join(directory, 'in'), 'x');
    const methods: [string[], string][] = [
      [[], 'GET'],
      [['-p', 'a', '1'], 'GET'],
      [['-c', 'x'], 'POST'],
      [['-d', 'a', '1'], 'POST'],
      [['-j', '1'], 'POST'],
      [['-f', 'a', 'in'], 'POST'],
      [['-c', 'x', '-m', 'patch'], 'PATCH'],
      [['-m', 'OPTIONS'], 'OPTIONS'],
    ];
    for (const [argv, method] of methods) {
      t.assert.equal((await echo(t, argv, { directory })).method, method, argv.join(' '));
    }
    const server = await t.httpServer();
    const { stdout } = await request(t, ['put', server.url('/echo'), '-b', '-c', 'x']);
    t.assert.equal((JSON.parse(stdout) as Echo).method, 'PUT');
  }),
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
  caseOf('CI-05', 'the exit code is 0 for 2xx and 1 for every other status', async (t) => {
    const server = await t.httpServer();
    const codes: [number, number][] = [
      [200, 0],
      [204, 0],
      [299, 0],
      [301, 1],
      [304, 1],
      [404, 1],
      [500, 1],
    ];
    for (const [status, code] of codes) {
      const { exitCode, stderr } = await request(t, [server.url(`/status/${status}`)]);
      t.assert.deepEqual([exitCode, stderr], [code, ''], String(status));
    }
  }),
  caseOf('CI-05.error', 'a transport error prints Class: message and ends with 1', async (t) => {
    const place = await t.refusedPort();
    const { exitCode, stdout, stderr } = await request(t, [`${place.url}?token=abc`]);
    t.assert.deepEqual([exitCode, stdout], [1, '']);
    const start = `ConnectError: GET ${place.url}?token=[secure]: connection refused`;
    t.assert.equal(stderr.slice(0, start.length), start);
    t.assert.equal(stderr.indexOf('\n'), stderr.length - 1);
    const unknown = await request(t, ['invalid://example.org']);
    t.assert.equal(unknown.exitCode, 1);
    t.assert.match(unknown.stderr, /^UnsupportedProtocol: .*'invalid:/);
  }),
  caseOf('CI-05.cut', 'a body that ends too early is an error', async (t) => {
    const server = await t.replies({
      bytes: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nabc',
      after: 'end',
    });
    const { exitCode, stdout, stderr } = await request(t, [server.origin]);
    t.assert.equal(exitCode, 1);
    t.assert.match(stdout, /^HTTP\/1\.1 200 OK\n/);
    t.assert.match(stderr, /^RemoteProtocolError: /);
  }),
  caseOf(
    'CI-05.raise',
    '--raise prints the status as an error, without the body',
    async (t) => {
      const server = await t.httpServer();
      const { exitCode, stdout, stderr } = await request(t, [server.url('/status/503'), '--raise']);
      t.assert.equal(exitCode, 1);
      t.assert.match(stderr, /^HTTPStatusError: Server error '503 Service Unavailable'/);
      t.assert.doesNotMatch(stdout, /status 503/);
    },
    { verdict: 'differs:httpx has no such option' },
  ),
  caseOf(
    'CI-05.interrupted',
    'an interruption ends the request with 130',
    async (t) => {
      const server = await t.httpServer();
      const controller = new AbortController();
      const running = request(t, [server.url('/stall-body')], { signal: controller.signal });
      await server.untilOpen(1);
      controller.abort();
      const { exitCode, stderr } = await running;
      t.assert.deepEqual([exitCode, stderr], [130, '']);
      await server.untilOpen(0);
    },
    { verdict: 'differs:httpx dies with a traceback' },
  ),
  caseOf('CI-06', 'every response on the way is printed, with the body of the last', async (t) => {
    const server = await t.httpServer();
    const { exitCode, stdout } = await request(t, [server.url('/redirect/2'), '--follow-redirects']);
    t.assert.equal(exitCode, 0);
    t.assert.deepEqual(statusLines(stdout), ['HTTP/1.1 302 Found', 'HTTP/1.1 302 Found', 'HTTP/1.1 200 OK']);
    const locations = stdout.match(/^Location: .*$/gm);
    t.assert.deepEqual(locations, ['Location: /redirect/1', 'Location: /get']);
    t.assert.match(stdout, /\n\n\{\n {4}"method": "GET"/);
  }),
  caseOf('CI-06.off', 'without the option a redirect is the result', async (t) => {
    const server = await t.httpServer();
    const { exitCode, stdout } = await request(t, [server.url('/redirect/2')]);
    t.assert.equal(exitCode, 1);
    t.assert.deepEqual(statusLines(stdout), ['HTTP/1.1 302 Found']);
    t.assert.equal(server.requests.length, 1);
  }),
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
];
