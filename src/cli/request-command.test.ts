import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { setUpCommand, valuesOf } from '../../fixtures/command-setup.ts';
import { startHTTPServer } from '../../fixtures/http-server.ts';

const command = setUpCommand();
const { run, echoed } = command;

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
    const { stdout } = await run(['PUT', command.server.url('/echo'), '-b']);
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
    writeFileSync(join(command.directory, 'in.txt'), 'from a file');
    writeFileSync(join(command.directory, 'in.json'), '[1]');
    const seen = await echoed(argv, { stdin: 'from stdin' });
    expect(seen).toMatchObject({ method: 'POST', body: { text: body } });
    expect(valuesOf(seen, 'content-type')).toEqual(type === undefined ? [] : [type]);
  });

  test('files, with fields beside them', async () => {
    writeFileSync(join(command.directory, 'a.txt'), 'content');
    const argv = ['-f', 'one', 'a.txt', '-f', 'two', '-', '-d', 'field', 'value'];
    const { stdout } = await run([command.server.url('/multipart'), '-b', ...argv], { stdin: 'input' });
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
    const { exitCode, stderr } = await run([command.server.url('/echo'), '-j', '{"a":}']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^InvalidArgument: '--json-body' is no valid JSON: .* at line 1, column 6\./);
  });

  test('credentials', async () => {
    expect(await run([command.server.url('/basic-auth/me/pw'), '--auth', 'me', 'pw'])).toMatchObject({
      exitCode: 0,
    });
    const asked = await run([command.server.url('/basic-auth/me/pw'), '--auth', 'me', '-'], {
      stdin: 'pw\n',
    });
    expect(asked.exitCode).toBe(0);
    expect(await run([command.server.url('/basic-auth/me/pw'), '--auth', 'me', 'no'])).toMatchObject({
      exitCode: 1,
    });
    expect((await run([command.server.url('/bearer'), '--bearer', 'tok', '-b'])).stdout).toContain(
      '"token": "tok"',
    );
    const typed = await run([command.server.url('/bearer'), '--bearer', '-', '-b'], { stdin: 'tok' });
    expect(typed.stdout).toContain('"token": "tok"');
  });

  test('cookies stay with their host through redirects', async () => {
    const target = `/redirect-to?url=${encodeURIComponent(command.server.url('/cookies'))}`;
    const { stdout } = await run([command.server.url(target), '-L', '-b', '--cookies', 'k', 'v']);
    expect(JSON.parse(stdout)).toMatchObject({ cookies: { k: 'v' } });
    const other = command.server.url('/cookies').replace('127.0.0.1', 'localhost');
    const away = await run([
      command.server.url(`/redirect-to?url=${encodeURIComponent(other)}`),
      '-L',
      '-b',
      '--cookies',
      'k',
      'v',
    ]);
    expect(JSON.parse(away.stdout)).toMatchObject({ cookies: {} });
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
      writeFileSync(join(command.directory, name), texts.join('\n'));
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
  const socketPath = join(command.directory, 'test.sock');
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
    const { exitCode, stderr } = await run([command.server.url('/delay/20000'), ...argv]);
    expect(exitCode).toBe(1);
    expect(stderr.slice(0, stderr.indexOf(':'))).toBe(name);
  });
});

test('an interruption while waiting', async () => {
  const controller = new AbortController();
  const seen = command.server.requests.length;
  const running = run([command.server.url('/delay/20000')], { signal: controller.signal });
  await expect.poll(() => command.server.requests.length).toBe(seen + 1);
  controller.abort();
  expect(await running).toMatchObject({ exitCode: 130, stdout: '', stderr: '' });
});
