import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refusedPort } from '../../fixtures/black-hole.ts';
import { setUpCommand } from '../../fixtures/command-setup.ts';
import { reply, startReplyServer } from '../../fixtures/reply-server.ts';

const command = setUpCommand();
const { run, reportOf } = command;

describe('the output', () => {
  test('status line, fields, empty line, indented JSON', async () => {
    const { exitCode, stdout, stderr } = await run([command.server.url('/gzip')]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\nContent-Type: application\/json\n(?:[\w-]+: .*\n)+\n/);
    expect(stdout).toMatch(/\n\n\{\n {4}"codings": \[\n {8}"gzip"\n {4}\]\n\}\n$/);
  });

  test('binary data are told, not printed; alone they are printed as they are', async () => {
    expect((await run([command.server.url('/bytes/70000')])).stdout).toMatch(
      /\n\n<70000 bytes of binary data>\n$/,
    );
    const { output } = await run([command.server.url('/bytes/70000'), '-b']);
    expect(output.length).toBe(70_000);
    const shown = await run([command.server.url('/bytes/70000'), '-b'], { isTerminal: true });
    expect(shown.stdout).toContain('<70000 bytes of binary data>');
  });

  test('the body alone is what was sent, on a terminal it is made readable', async () => {
    expect((await run([command.server.url('/gzip'), '-b'])).stdout).toBe('{"codings":["gzip"]}');
    const { stdout } = await run([command.server.url('/gzip'), '-b', '--no-color'], { isTerminal: true });
    expect(stdout).toBe('{\n    "codings": [\n        "gzip"\n    ]\n}\n');
  });

  test('text in another charset', async () => {
    expect((await run([command.server.url('/latin1')])).stdout).toMatch(/X-Latin1: café\n[^]*\n\ncafé$/);
  });

  test('colours on a terminal, unless they are not wanted', async () => {
    const url = command.server.url('/get');
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
    const followed = await run([command.server.url('/redirect/2'), '--follow-redirects']);
    expect(followed.exitCode).toBe(0);
    expect(followed.stdout.match(/^HTTP\/1\.1 \d+/gm)).toEqual([
      'HTTP/1.1 302',
      'HTTP/1.1 302',
      'HTTP/1.1 200',
    ]);
    expect(followed.stdout).toContain('\nLocation: /redirect/1\n');
    const single = await run([command.server.url('/redirect/2')]);
    expect(single.exitCode).toBe(1);
    expect(single.stdout.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 302']);
    const alone = await run([command.server.url('/redirect/2'), '-L', '-b']);
    expect(alone.stdout).toMatch(/^\{/);
  });

  test('the way to an error is seen', async () => {
    const { exitCode, stdout, stderr } = await run([command.server.url('/loop'), '-L']);
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
    const { exitCode, stdout, stderr } = await run([command.server.url(path)]);
    expect([exitCode, stderr]).toEqual([code, '']);
    expect(stdout).toMatch(/^HTTP\/1\.1 /);
  });

  test('--raise makes an error of a status', async () => {
    const { exitCode, stdout, stderr } = await run([command.server.url('/status/404'), '--raise']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^HTTP\/1\.1 404 Not Found\n[^]*\n\n$/);
    expect(stderr).toMatch(/^HTTPStatusError: Client error '404 Not Found' for url/);
    const saved = await run([command.server.url('/status/404'), '--raise', '--download', 'x']);
    expect(saved.exitCode).toBe(1);
    expect(readdirSync(command.directory)).toEqual([]);
    expect((await run([command.server.url('/status/200'), '--raise'])).exitCode).toBe(0);
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
    const { exitCode, stdout, stderr } = await run([command.server.url('/drop?after=body')]);
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
    const url = command.server.url('/echo?token=secret').replace('127.0.0.1', 'localhost');
    const { stdout, stderr } = await run([url, '-v', '-c', 'x', '--auth', 'me', 'pw']);
    const lines = stderr.split('\n');
    expect(lines[0]).toBe("* Resolving 'localhost'");
    expect(lines[1]).toMatch(/^\* Resolved 'localhost' to /);
    expect(stderr).toContain(`* Connecting to '127.0.0.1' on port ${command.server.port}\n`);
    expect(stderr).toContain(`* Connected to '127.0.0.1' on port ${command.server.port}\n`);
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
      command.server.url('/get?token=abc'),
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
    const shared = await run([command.server.url('/get'), '-v', '--no-color'], { isTerminal: true });
    expect(shared.stderr).not.toContain('< HTTP');
    const split = await run([command.server.url('/get'), '-v', '--no-color'], {
      isTerminal: true,
      isRedirected: true,
    });
    expect(split.stderr).toContain('< HTTP/1.1 200 OK\n');
    const alone = await run([command.server.url('/get'), '-v', '-b', '--no-color'], { isTerminal: true });
    expect(alone.stderr).toContain('< HTTP/1.1 200 OK\n');
  });

  test('redirects and reuse', async () => {
    const { stderr } = await run([command.server.url('/redirect/1'), '-vL']);
    expect(stderr).toContain(`* Following the redirect (302) to ${command.server.url('/get')}\n`);
    expect(stderr).toMatch(/\* Using connection \d+ again\n/);
  });
});

describe('--json', () => {
  test('a report of everything', async () => {
    const report = await reportOf([command.server.url('/redirect/1?token=abc'), '-L', '--auth', 'me', 'pw']);
    expect(report).toMatchObject({
      request: { method: 'GET', url: command.server.url('/get') },
      response: { httpVersion: '1.1', status: 200, body: { charset: 'utf-8' } },
      history: [
        { request: { url: command.server.url('/redirect/1?token=[secure]') }, response: { status: 302 } },
      ],
      connection: { protocol: 'http/1.1', remotePort: command.server.port, backend: 'js', reused: true },
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
    const cut = await reportOf([command.server.url('/drop?after=body')]);
    expect(cut).toMatchObject({
      response: { status: 200, body: null },
      error: { message: expect.any(String) },
    });
    const { exitCode, stdout } = await run(['http://a.test', '--json', '-c', '@none']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ request: null, error: { code: 'ERR_INVALID_ARGUMENT' } });
  });

  test('a status that is not wanted, with the body', async () => {
    const report = await reportOf([command.server.url('/status/404'), '--raise']);
    expect(report).toMatchObject({
      response: { status: 404, body: { text: 'status 404\n' } },
      error: { name: 'HTTPStatusError', code: 'ERR_HTTP_STATUS' },
    });
  });

  test('a download', async () => {
    const { stdout, stderr } = await run([command.server.url('/bytes/10'), '--json', '--download', 'x']);
    expect(JSON.parse(stdout)).toMatchObject({
      response: { status: 200, body: null },
      download: { path: join(command.directory, 'x'), bytes: 10 },
    });
    expect(stderr).toMatch(/^Saved 10 bytes as 'x' in /);
  });
});
