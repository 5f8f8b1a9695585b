import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusedPort } from '../../fixtures/black-hole.ts';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { type HTTPServer, startHTTPServer } from '../../fixtures/http-server.ts';
import { reply, startReplyServer } from '../../fixtures/reply-server.ts';
import type { JSONReport } from './json-report.ts';
import { type CommandResult, type CommandSetting, runInMemory } from './memory-io.ts';

let server: HTTPServer;
let directory: string;

beforeAll(async () => {
  server = await startHTTPServer();
});

afterAll(() => server.close());

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tern-cli-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function run(argv: readonly string[], setting: CommandSetting = {}): Promise<CommandResult> {
  return runInMemory(argv, { directory, ...setting });
}

interface Echo {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: { readonly text: string };
}

/** What the server saw of a request. */
async function echoed(argv: readonly string[], setting: CommandSetting = {}): Promise<Echo> {
  const { exitCode, stdout, stderr } = await run([server.url('/echo'), '--body', ...argv], setting);
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Echo;
}

async function reportOf(argv: readonly string[]): Promise<JSONReport> {
  const { stdout, stderr } = await run([...argv, '--json']);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as JSONReport;
}

function valuesOf({ headers }: Echo, name: string): string[] {
  return headers.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);
}

describe('the request', () => {
  test('params, headers and cookies', async () => {
    const params = ['-p', 'a', '1 2', '-p', 'a', '3'];
    const headers = [
      '-h',
      'X-One',
      '1',
      '-h',
      'X-Two: 2',
      '-h',
      'X-One',
      'again',
      '-h',
      'Accept: text/plain',
    ];
    const more = ['-h', 'User-Agent:', '-h', 'X-Name', 'grüße', '--cookies', 'k', 'v', '--cookies', 'l', 'w'];
    const seen = await echoed([...params, ...headers, ...more]);
    expect(seen).toMatchObject({ method: 'GET', target: '/echo?a=1+2&a=3' });
    expect(valuesOf(seen, 'x-one')).toEqual(['1', 'again']);
    expect(valuesOf(seen, 'x-two')).toEqual(['2']);
    expect(valuesOf(seen, 'accept')).toEqual(['text/plain']);
    expect(valuesOf(seen, 'user-agent')).toEqual([]);
    expect(Buffer.from(valuesOf(seen, 'x-name')[0]!, 'latin1').toString()).toBe('grüße');
    expect(valuesOf(seen, 'cookie')).toEqual(['k=v; l=w']);
  });

  test('a method', async () => {
    expect(await echoed(['-m', 'delete'])).toMatchObject({ method: 'DELETE' });
    const { stdout } = await run(['PUT', server.url('/echo'), '-b']);
    expect(JSON.parse(stdout)).toMatchObject({ method: 'PUT' });
  });

  test.each<[string, string[], string, string | undefined]>([
    ['text', ['-c', 'text'], 'text', undefined],
    ['text that begins with @', ['-c', '@@text'], '@text', undefined],
    ['a file', ['-c', '@in.txt'], 'from a file', undefined],
    ['standard input', ['-c', '-'], 'from stdin', undefined],
    ['JSON as it is written', ['-j', '{"n": 1.0}'], '{"n": 1.0}', 'application/json'],
    ['JSON of a file', ['-j', '@in.json'], '[1]', 'application/json'],
    [
      'JSON with a type of its own',
      ['-j', '{}', '-h', 'content-type: application/a+json'],
      '{}',
      'application/a+json',
    ],
    ['a form', ['-d', 'a', '1', '-d', 'b', 'x y'], 'a=1&b=x+y', 'application/x-www-form-urlencoded'],
  ])('a body of %s', async (_name, argv, body, type) => {
    writeFileSync(join(directory, 'in.txt'), 'from a file');
    writeFileSync(join(directory, 'in.json'), '[1]');
    const seen = await echoed(argv, { stdin: 'from stdin' });
    expect(seen).toMatchObject({ method: 'POST', body: { text: body } });
    expect(valuesOf(seen, 'content-type')).toEqual(type === undefined ? [] : [type]);
  });

  test('files, with fields beside them', async () => {
    writeFileSync(join(directory, 'a.txt'), 'content');
    const argv = ['-f', 'one', 'a.txt', '-f', 'two', '-', '-d', 'field', 'value'];
    const { stdout } = await run([server.url('/multipart'), '-b', ...argv], { stdin: 'input' });
    const { parts } = JSON.parse(stdout) as {
      parts: { name: string; filename: string | null; text: string }[];
    };
    expect(parts.map(({ name, filename, text }) => [name, filename, text])).toEqual([
      ['field', null, 'value'],
      ['one', 'a.txt', 'content'],
      ['two', 'stdin', 'input'],
    ]);
  });

  test('JSON that is none is refused with its place', async () => {
    const { exitCode, stderr } = await run([server.url('/echo'), '-j', '{"a":}']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^InvalidArgument: '--json-body' is no valid JSON: .* at line 1, column 6\./);
  });

  test('credentials', async () => {
    expect(await run([server.url('/basic-auth/me/pw'), '--auth', 'me', 'pw'])).toMatchObject({ exitCode: 0 });
    const asked = await run([server.url('/basic-auth/me/pw'), '--auth', 'me', '-'], { stdin: 'pw\n' });
    expect(asked.exitCode).toBe(0);
    expect(await run([server.url('/basic-auth/me/pw'), '--auth', 'me', 'no'])).toMatchObject({ exitCode: 1 });
    expect((await run([server.url('/bearer'), '--bearer', 'tok', '-b'])).stdout).toContain('"token": "tok"');
    const typed = await run([server.url('/bearer'), '--bearer', '-', '-b'], { stdin: 'tok' });
    expect(typed.stdout).toContain('"token": "tok"');
  });

  test('cookies stay with their host through redirects', async () => {
    const target = `/redirect-to?url=${encodeURIComponent(server.url('/cookies'))}`;
    const { stdout } = await run([server.url(target), '-L', '-b', '--cookies', 'k', 'v']);
    expect(JSON.parse(stdout)).toMatchObject({ cookies: { k: 'v' } });
    const other = server.url('/cookies').replace('127.0.0.1', 'localhost');
    const away = await run([
      server.url(`/redirect-to?url=${encodeURIComponent(other)}`),
      '-L',
      '-b',
      '--cookies',
      'k',
      'v',
    ]);
    expect(JSON.parse(away.stdout)).toMatchObject({ cookies: {} });
  });
});

describe('the output', () => {
  test('status line, fields, empty line, indented JSON', async () => {
    const { exitCode, stdout, stderr } = await run([server.url('/gzip')]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\nContent-Type: application\/json\n(?:[\w-]+: .*\n)+\n/);
    expect(stdout).toMatch(/\n\n\{\n {4}"codings": \[\n {8}"gzip"\n {4}\]\n\}\n$/);
  });

  test('binary data are told, not printed; alone they are printed as they are', async () => {
    expect((await run([server.url('/bytes/70000')])).stdout).toMatch(/\n\n<70000 bytes of binary data>\n$/);
    const { output } = await run([server.url('/bytes/70000'), '-b']);
    expect(output.length).toBe(70_000);
    const shown = await run([server.url('/bytes/70000'), '-b'], { isTerminal: true });
    expect(shown.stdout).toContain('<70000 bytes of binary data>');
  });

  test('the body alone is what was sent, on a terminal it is made readable', async () => {
    expect((await run([server.url('/gzip'), '-b'])).stdout).toBe('{"codings":["gzip"]}');
    const { stdout } = await run([server.url('/gzip'), '-b', '--no-color'], { isTerminal: true });
    expect(stdout).toBe('{\n    "codings": [\n        "gzip"\n    ]\n}\n');
  });

  test('text in another charset', async () => {
    expect((await run([server.url('/latin1')])).stdout).toMatch(/X-Latin1: café\n[^]*\n\ncafé$/);
  });

  test('colours on a terminal, unless they are not wanted', async () => {
    const url = server.url('/get');
    expect((await run([url])).stdout).not.toContain('\u001B');
    expect((await run([url], { isTerminal: true })).stdout).toContain('\u001B[32m200 OK\u001B[39m');
    expect((await run([url], { isTerminal: true, env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001B');
    expect((await run([url, '--no-color'], { isTerminal: true })).stdout).not.toContain('\u001B');
    expect((await run([url], { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001B[32m');
    expect((await run([url, '--color'])).stdout).toContain('\u001B[32m');
  });

  test('control characters do not reach a terminal', async () => {
    const evil = await startReplyServer(
      reply(
        200,
        [
          ['Content-Type', 'text/plain'],
          ['X-Evil', 'a\u009Bb'],
        ],
        '\u001B]0;owned\u0007',
      ),
    );
    const onScreen = await run([evil.origin, '--no-color'], { isTerminal: true });
    expect(onScreen.stdout).toMatch(/X-Evil: a<U\+009B>b\n[^]*\n␛\]0;owned␇\n$/);
    const piped = await run([evil.origin]);
    expect(piped.stdout.endsWith('\u001B]0;owned\u0007')).toBe(true);
    await evil.close();
  });

  test('every response on the way, when redirects are followed', async () => {
    const followed = await run([server.url('/redirect/2'), '--follow-redirects']);
    expect(followed.exitCode).toBe(0);
    expect(followed.stdout.match(/^HTTP\/1\.1 \d+/gm)).toEqual([
      'HTTP/1.1 302',
      'HTTP/1.1 302',
      'HTTP/1.1 200',
    ]);
    expect(followed.stdout).toContain('\nLocation: /redirect/1\n');
    const single = await run([server.url('/redirect/2')]);
    expect(single.exitCode).toBe(1);
    expect(single.stdout.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 302']);
    const alone = await run([server.url('/redirect/2'), '-L', '-b']);
    expect(alone.stdout).toMatch(/^\{/);
  });

  test('the way to an error is seen', async () => {
    const { exitCode, stdout, stderr } = await run([server.url('/loop'), '-L']);
    expect(exitCode).toBe(1);
    expect(stdout.match(/^HTTP\/1\.1 302/gm)).toHaveLength(21);
    expect(stderr).toMatch(/^TooManyRedirects: GET http:\/\/127\.0\.0\.1:\d+\/loop: .*\n$/);
  });
});

describe('the exit code', () => {
  test.each([
    ['/status/204', 0],
    ['/status/301', 1],
    ['/status/404', 1],
    ['/status/503', 1],
  ])('of %s is %i', async (path, code) => {
    const { exitCode, stdout, stderr } = await run([server.url(path)]);
    expect([exitCode, stderr]).toEqual([code, '']);
    expect(stdout).toMatch(/^HTTP\/1\.1 /);
  });

  test('--raise makes an error of a status', async () => {
    const { exitCode, stdout, stderr } = await run([server.url('/status/404'), '--raise']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^HTTP\/1\.1 404 Not Found\n[^]*\n\n$/);
    expect(stderr).toMatch(/^HTTPStatusError: Client error '404 Not Found' for url/);
    const saved = await run([server.url('/status/404'), '--raise', '--download', 'x']);
    expect(saved.exitCode).toBe(1);
    expect(readdirSync(directory)).toEqual([]);
    expect((await run([server.url('/status/200'), '--raise'])).exitCode).toBe(0);
  });

  test('of a transport error is 1, with class and message', async () => {
    const place = await refusedPort();
    const { exitCode, stdout, stderr } = await run([`${place.url}?token=secret`]);
    await place.close();
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `ConnectError: GET ${place.url}?token=[secure]: connection refused (ECONNREFUSED) [phase connect, peer 127.0.0.1:${place.port}]\n`,
    );
  });

  test('of a body that ends too early is 1', async () => {
    const { exitCode, stdout, stderr } = await run([server.url('/drop?after=body')]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\n/);
    expect(stderr).toMatch(/^(?:RemoteProtocolError|ReadError): /);
  });

  test.each<[string[], string]>([
    [['invalid://a.test'], 'UnsupportedProtocol'],
    [['http://[bad'], 'InvalidURL'],
    [['http://a.test', '--backend', 'x'], 'InvalidArgument'],
    [['http://a.test', '--ca', 'none.pem'], 'InvalidArgument'],
    [['http://a.test', '--auth', 'a:b', 'c'], 'InvalidArgument'],
    [['http://a.test', '-c', '@none'], 'InvalidArgument'],
    [['http://a.test', '-m', 'bad method'], 'LocalProtocolError'],
  ])('%j fails with %s', async (argv, name) => {
    const { exitCode, stderr } = await run(argv);
    expect(exitCode).toBe(name === 'UnsupportedProtocol' || name === 'LocalProtocolError' ? 1 : 2);
    expect(stderr.slice(0, stderr.indexOf(':'))).toBe(name);
  });
});

describe('--verbose', () => {
  test('tells on standard error what happens, secrets masked', async () => {
    const url = server.url('/echo?token=secret').replace('127.0.0.1', 'localhost');
    const { stdout, stderr } = await run([url, '-v', '-c', 'x', '--auth', 'me', 'pw']);
    const lines = stderr.split('\n');
    expect(lines[0]).toBe("* Resolving 'localhost'");
    expect(lines[1]).toMatch(/^\* Resolved 'localhost' to /);
    expect(stderr).toContain(`* Connecting to '127.0.0.1' on port ${server.port}\n`);
    expect(stderr).toContain(`* Connected to '127.0.0.1' on port ${server.port}\n`);
    expect(stderr).toContain('> POST /echo?token=[secure] HTTP/1.1\n');
    expect(stderr).toContain('> Authorization: [secure]\n');
    expect(stderr).toContain('* Sent 1 byte of body\n');
    expect(stderr).toContain('< HTTP/1.1 200 OK\n');
    expect(stderr).not.toMatch(/token=secret|bWU6cHc=/);
    // What is printed does not depend on it.
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\n/);
  });

  test('shows secrets if it must', async () => {
    const { stderr } = await run([
      server.url('/get?token=abc'),
      '-v',
      '--auth',
      'me',
      'pw',
      '--show-secrets',
    ]);
    expect(stderr).toContain('> GET /get?token=abc HTTP/1.1\n');
    expect(stderr).toContain('> Authorization: Basic bWU6cHc=\n');
  });

  test('does not show a response twice on one screen', async () => {
    const shared = await run([server.url('/get'), '-v', '--no-color'], { isTerminal: true });
    expect(shared.stderr).not.toContain('< HTTP');
    const split = await run([server.url('/get'), '-v', '--no-color'], {
      isTerminal: true,
      isRedirected: true,
    });
    expect(split.stderr).toContain('< HTTP/1.1 200 OK\n');
    const alone = await run([server.url('/get'), '-v', '-b', '--no-color'], { isTerminal: true });
    expect(alone.stderr).toContain('< HTTP/1.1 200 OK\n');
  });

  test('redirects and reuse', async () => {
    const { stderr } = await run([server.url('/redirect/1'), '-vL']);
    expect(stderr).toContain(`* Following the redirect (302) to ${server.url('/get')}\n`);
    expect(stderr).toMatch(/\* Using connection \d+ again\n/);
  });
});

describe('TLS', () => {
  test('authorities, verification, client certificates', async () => {
    const ca = createCertificateAuthority();
    const issued = ca.issue({ commonName: 'localhost', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] });
    const own = ca.issue({ commonName: 'client', usage: 'client' });
    const secure = await startHTTPServer({
      tls: {
        cert: issued.certificate,
        key: issued.key,
        ca: ca.certificate,
        requestCert: true,
        rejectUnauthorized: true,
      },
    });
    const write = (name: string, ...texts: string[]): string => {
      writeFileSync(join(directory, name), texts.join('\n'));
      return name;
    };
    const client = ['--cert', write('both.pem', own.certificate, own.key)];
    const trusting = ['--ca', write('ca.pem', ca.certificate)];
    try {
      const verbose = await run([secure.url('/get'), ...client, ...trusting, '-v']);
      expect(verbose.exitCode).toBe(0);
      expect(verbose.stderr).toMatch(/\* TLS handshake for '127\.0\.0\.1', offering /);
      expect(verbose.stderr).toMatch(/\* TLS established: TLSv1\.3, TLS_\w+, .*certificate verified/);
      const split = ['--cert', write('cert.pem', own.certificate), '--key', write('key.pem', own.key)];
      expect((await run([secure.url('/get'), ...split, ...trusting])).exitCode).toBe(0);
      expect((await run([secure.url('/get'), ...client, '--no-verify'])).exitCode).toBe(0);
      const distrusted = await run([secure.url('/get'), ...client]);
      expect(distrusted.exitCode).toBe(1);
      expect(distrusted.stderr).toMatch(/^ConnectError: .*not signed by a trusted authority/);
      expect((await run([secure.url('/get'), ...trusting])).exitCode).toBe(1);
    } finally {
      await secure.close();
    }
  });
});

test('a Unix domain socket', async () => {
  const socketPath = join(directory, 'test.sock');
  const local = await startHTTPServer({ socketPath });
  const { exitCode, stdout, stderr } = await run(['/get', '-v', '--unix-socket', 'test.sock']);
  await local.close();
  expect(exitCode).toBe(0);
  expect(stdout).toContain('"target": "/get"');
  expect(stderr).toContain(`* Connected to '${socketPath}'\n`);
});

describe('timeouts', () => {
  test.each<[string[], string]>([
    [['--timeout', '0.05'], 'ReadTimeout'],
    [['--timeout-first-byte', '0.05'], 'FirstByteTimeout'],
    [['--timeout-total', '0.05'], 'TotalTimeout'],
    [['--timeout', '0', '--timeout-total', '0.05'], 'TotalTimeout'],
  ])('%j: %s', async (argv, name) => {
    const { exitCode, stderr } = await run([server.url('/delay/20000'), ...argv]);
    expect(exitCode).toBe(1);
    expect(stderr.slice(0, stderr.indexOf(':'))).toBe(name);
  });
});

describe('--json', () => {
  test('a report of everything', async () => {
    const report = await reportOf([server.url('/redirect/1?token=abc'), '-L', '--auth', 'me', 'pw']);
    expect(report).toMatchObject({
      request: { method: 'GET', url: server.url('/get') },
      response: { httpVersion: '1.1', status: 200, body: { charset: 'utf-8' } },
      history: [{ request: { url: server.url('/redirect/1?token=[secure]') }, response: { status: 302 } }],
      connection: { protocol: 'http/1.1', remotePort: server.port, backend: 'js', reused: true },
      download: null,
      error: null,
    });
    expect(report.timings!.total).toBeGreaterThan(0);
    expect(report.request!.headers).toContainEqual(['Authorization', '[secure]']);
  });

  test('a report of an error', async () => {
    const place = await refusedPort();
    const { exitCode, stdout } = await run([place.url, '--json']);
    await place.close();
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      request: { method: 'GET', url: place.url },
      response: null,
      error: { name: 'ConnectError', code: 'ERR_CONNECT', phase: 'connect', peer: `127.0.0.1:${place.port}` },
    });
  });

  test('an error in the middle, and one before the request', async () => {
    const cut = await reportOf([server.url('/drop?after=body')]);
    expect(cut).toMatchObject({
      response: { status: 200, body: null },
      error: { message: expect.any(String) },
    });
    const { exitCode, stdout } = await run(['http://a.test', '--json', '-c', '@none']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ request: null, error: { code: 'ERR_INVALID_ARGUMENT' } });
  });

  test('a status that is not wanted, with the body', async () => {
    const report = await reportOf([server.url('/status/404'), '--raise']);
    expect(report).toMatchObject({
      response: { status: 404, body: { text: 'status 404\n' } },
      error: { name: 'HTTPStatusError', code: 'ERR_HTTP_STATUS' },
    });
  });

  test('a download', async () => {
    const { stdout, stderr } = await run([server.url('/bytes/10'), '--json', '--download', 'x']);
    expect(JSON.parse(stdout)).toMatchObject({
      response: { status: 200, body: null },
      download: { path: join(directory, 'x'), bytes: 10 },
    });
    expect(stderr).toMatch(/^Saved 10 bytes as 'x' in /);
  });
});

describe('--download', () => {
  test('saves the decoded body', async () => {
    const { exitCode, stdout, stderr } = await run([server.url('/gzip'), '--download', 'out.json']);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(directory, 'out.json'), 'utf8')).toBe('{"codings":["gzip"]}');
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\n[^]*\n\n$/);
    expect(stderr).toMatch(/^Saved 20 bytes as 'out\.json' in .*\n$/);
  });

  test('shows its progress on a terminal', async () => {
    const { stderr } = await run([server.url('/bytes/300000'), '--download', 'out', '--no-color'], {
      isTerminal: true,
    });
    expect(stderr).toMatch(/\rout {2}━+ {2}100% {2}300\.0 kB of 300\.0 kB {2}/);
    expect(stderr).toContain("\r\u001B[KSaved 300.0 kB as 'out' in ");
    expect(readdirSync(directory)).toEqual(['out']);
  });

  test('takes the name of the server or the URL', async () => {
    await run([server.url('/bytes/5'), '-O']);
    await run([server.url('/bytes/5'), '-O']);
    const named = await startReplyServer(
      reply(200, [['Content-Disposition', 'attachment; filename="../na me.txt"']], 'x'),
    );
    await run([named.origin, '-O']);
    await named.close();
    expect(readdirSync(directory).toSorted()).toEqual(['5', '5-1', 'na me.txt']);
    expect(await run([server.url('/'), '-O'])).toMatchObject({ exitCode: 2 });
  });

  test('leaves nothing of a body that was cut off', async () => {
    const { exitCode } = await run([server.url('/drop?after=body'), '--download', 'out']);
    expect(exitCode).toBe(1);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('keeps the file that was there when it fails', async () => {
    writeFileSync(join(directory, 'out'), 'before');
    expect((await run([server.url('/drop?after=body'), '--download', 'out'])).exitCode).toBe(1);
    expect(readFileSync(join(directory, 'out'), 'utf8')).toBe('before');
  });

  test('to a place that cannot be written is an error', async () => {
    const { exitCode, stderr } = await run([server.url('/get'), '--download', 'none/out']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Error: ENOENT/);
  });

  test('leaves nothing when it is interrupted', async () => {
    const controller = new AbortController();
    const running = run([server.url('/stall-body'), '--download', 'out'], { signal: controller.signal });
    await expect.poll(() => readdirSync(directory).length).toBe(1);
    controller.abort();
    expect(await running).toMatchObject({ exitCode: 130, stderr: '' });
    expect(existsSync(join(directory, 'out'))).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
  });
});

test('an interruption while waiting', async () => {
  const controller = new AbortController();
  const seen = server.requests.length;
  const running = run([server.url('/delay/20000')], { signal: controller.signal });
  await expect.poll(() => server.requests.length).toBe(seen + 1);
  controller.abort();
  expect(await running).toMatchObject({ exitCode: 130, stdout: '', stderr: '' });
});
