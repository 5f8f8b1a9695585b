import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DigestGuard } from '../../fixtures/digest-guard.ts';
import type { CommandSetting } from '../../src/cli/memory-io.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { caseOf, request } from '../support/command.ts';

/** What the route `/echo` tells of a request. */
interface Echo {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: { readonly length: number; readonly text: string };
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
    'CI-01.digest',
    '--digest answers a Digest challenge, and asks for the password',
    async (t) => {
      const guard = new DigestGuard({ username: 'user', password: 'pass' });
      const server = await t.replies((received) => guard.answer(received));
      for (const [password, stdin] of [
        ['pass', ''],
        ['-', 'pass\n'],
      ] as const) {
        const argv = [server.url('/a'), '--digest', 'user', password, '-b'];
        const { exitCode, stdout } = await request(t, argv, { stdin });
        t.assert.deepEqual([exitCode, stdout], [0, 'in']);
      }
      t.assert.equal((await request(t, [server.url(), '--digest', 'user', 'no'])).exitCode, 1);
    },
    { verdict: 'differs:httpx has no such option' },
  ),
  caseOf(
    'CI-01.netrc',
    '--netrc and --netrc-file send what the file has for the host',
    async (t) => {
      const directory = t.tempDir();
      writeFileSync(join(directory, 'own'), 'default login user password pass');
      const seen = await echo(t, ['--netrc-file', 'own'], { directory });
      t.assert.deepEqual(valuesOf(seen, 'authorization'), ['Basic dXNlcjpwYXNz']);
      for (const argv of [
        ['--netrc-file', 'missing'],
        ['--netrc', '--auth', 'user', 'pass'],
        ['--digest', 'user', 'pass', '--bearer', 'tok'],
      ]) {
        const { exitCode, stderr } = await request(t, ['http://localhost:1/', ...argv], { directory });
        t.assert.equal(exitCode, 2);
        t.assert.match(stderr, /^InvalidArgument: /);
      }
    },
    { verdict: 'differs:httpx has no such option' },
  ),
  caseOf(
    'CI-01.http2',
    '--http2 offers it to the server; the log of the wire says which version is spoken',
    async (t) => {
      const server = await t.http2Server({ tls: t.serverTLS, allowHTTP1: true });
      const ca = join(t.tempDir(), 'ca.pem');
      writeFileSync(ca, t.ca.certificate);
      const with2 = await request(t, [server.url('/'), '--ca', ca, '--http2', '--verbose']);
      t.assert.equal(with2.exitCode, 0);
      t.assert.match(with2.stdout, /^HTTP\/2 200$/m);
      t.assert.match(with2.stderr, /offering h2, http\/1\.1$/m);
      t.assert.match(with2.stderr, /^> GET \/ HTTP\/2$/m);
      const without = await request(t, [server.url('/'), '--ca', ca]);
      t.assert.match(without.stdout, /^HTTP\/1\.1 200 OK$/m);
    },
    { needs: ['command', 'http2', 'tls'] },
  ),
  caseOf('CI-01.timeout', '--timeout limits in seconds, --timeout-total the whole', async (t) => {
    const server = await t.httpServer();
    // Connecting has no limit here, so that only a machine that stands still makes another one the first.
    const limits = ['--timeout', '0.3', '--timeout-connect', '0'];
    const read = await request(t, [server.url('/delay/60000'), ...limits]);
    t.assert.equal(read.exitCode, 1);
    t.assert.match(read.stderr, /^ReadTimeout: .*within 300 ms/);
    const argv = [server.url('/delay/60000'), '--timeout', '0', '--timeout-total', '0.1'];
    const total = await request(t, argv);
    t.assert.match(total.stderr, /^TotalTimeout: .*within 100 ms/);
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
];
