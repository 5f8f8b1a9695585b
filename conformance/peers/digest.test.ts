import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Daemon, findProgram, freePort, startDaemon } from '../../fixtures/daemon.ts';
import { Client, DigestAuth, type DigestAuthOptions } from '../../src/index.ts';

/* oxlint-disable vitest/no-conditional-tests, vitest/valid-title, vitest/valid-describe-callback -- which peers are there shows on the machine */
/*
 * Digest against servers of other people. A server that is not installed is reported and passed over, except in CI,
 * where it must be there: Debian has them as lighttpd, apache2-bin and python3-httpbin.
 */
const USERS = [
  ['user', 'password123'],
  ['Jäsøn', 'ünlock: ☃'],
] as const;

/** Runs the tests of a server if it is there. */
function peer(name: string, isThere: boolean, tests: () => void): void {
  if (isThere) describe(name, tests);
  else {
    test(`${name} is not installed`, () => {
      console.warn(`peers: NOT RUN, ${name} is not installed`);
      // In CI all peers must be there.
      expect(process.env['CI']).not.toBe('true');
    });
  }
}

async function statuses(
  urls: readonly string[],
  [username, password]: readonly [string, string] = USERS[0],
  options?: DigestAuthOptions,
): Promise<(readonly [status: number, rounds: number])[]> {
  const client = new Client({ auth: new DigestAuth(username, password, options) });
  try {
    const seen: (readonly [number, number])[] = [];
    for (const url of urls) {
      const { status, history } = await client.get(url);
      seen.push([status, history.length]);
    }
    return seen;
  } finally {
    await client.close();
  }
}

const lighttpd = findProgram('lighttpd');
peer('lighttpd', lighttpd !== null, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tern-lighttpd-'));
  const rules = {
    md5: ['"algorithm" => "MD5"', 'MD5'],
    sha256: ['"algorithm" => "SHA-256"', 'SHA-256'],
    both: ['"algorithm" => "MD5|SHA-256"', 'SHA-256'],
    hashed: ['"algorithm" => "SHA-256", "userhash" => "enable"', 'SHA-256'],
  } as const;
  let server: Daemon;

  beforeAll(async () => {
    const port = await freePort();
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
    writeFileSync(join(folder, 'plain'), USERS.map((user) => `${user.join(':')}\n`).join(''));
    writeFileSync(
      join(folder, 'hashed'),
      USERS.map(
        ([name, password]) => `${name}:r:${hash(`${name}:r:${password}`)}:${hash(`${name}:r`)}\n`,
      ).join(''),
    );
    const requirements = Object.entries(rules).map(([path, [rule]]) => {
      mkdirSync(join(folder, 'docs', path), { recursive: true });
      writeFileSync(join(folder, 'docs', path, 'index.html'), 'in');
      return `"/${path}" => ("method" => "digest", "realm" => "r", "require" => "valid-user", ${rule})`;
    });
    const config = [
      `server.document-root = "${folder}/docs"`,
      `server.port = ${port}`,
      'server.bind = "127.0.0.1"',
      'index-file.names = ("index.html")',
      'server.modules = ("mod_auth", "mod_authn_file")',
      'auth.backend = "plain"',
      `auth.backend.plain.userfile = "${folder}/plain"`,
      `auth.require = (${requirements.join(',\n')})`,
      `$HTTP["url"] =~ "^/hashed" { auth.backend = "htdigest"`,
      `auth.backend.htdigest.userfile = "${folder}/hashed" }`,
    ];
    writeFileSync(join(folder, 'config'), `${config.join('\n')}\n`);
    server = await startDaemon(lighttpd!, ['-D', '-f', join(folder, 'config')], port);
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Object.entries(rules))('/%s: %s', async (path, [, algorithm]) => {
    const url = `http://127.0.0.1:${server.port}/${path}/?q=1`;
    for (const user of USERS) {
      expect(await statuses([url, `${url}&r="x"`], user)).toEqual([
        [200, 1],
        [200, 0],
      ]);
    }
    expect(await statuses([url], ['user', 'wrong'])).toEqual([[401, 1]]);
    // What was chosen is the strongest.
    expect(await statuses([url], USERS[0], { algorithms: [algorithm] })).toEqual([[200, 1]]);
  });
});

const apache = findProgram('apache2');
const modules = '/usr/lib/apache2/modules';
peer('apache2', apache !== null, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tern-apache-'));
  let server: Daemon;

  beforeAll(async () => {
    const port = await freePort();
    // Apache gives root away before it reads anything.
    chmodSync(folder, 0o755);
    for (const path of ['lasting', 'short']) {
      mkdirSync(join(folder, 'docs', path), { recursive: true });
      writeFileSync(join(folder, 'docs', path, 'x'), 'in');
    }
    const [[name, password]] = USERS;
    const secret = createHash('md5').update(`${name}:r:${password}`).digest('hex');
    writeFileSync(join(folder, 'users'), `${name}:r:${secret}\n`);
    const loaded = ['mpm_event', 'auth_digest', 'authn_core', 'authn_file', 'authz_core', 'authz_user'];
    const config = [
      `ServerRoot ${folder}`,
      'ServerName localhost',
      `Listen 127.0.0.1:${port}`,
      `PidFile ${folder}/pid`,
      `ErrorLog ${folder}/log`,
      'User nobody',
      'Group nogroup',
      ...loaded.map((module) => `LoadModule ${module}_module ${modules}/mod_${module}.so`),
      `DocumentRoot ${folder}/docs`,
      '<Location />',
      'AuthType Digest\nAuthName r\nAuthDigestProvider file',
      `AuthUserFile ${folder}/users`,
      'Require valid-user',
      '</Location>',
      '<Location /short>\nAuthDigestNonceLifetime 1\n</Location>',
    ];
    writeFileSync(join(folder, 'config'), `${config.join('\n')}\n`);
    server = await startDaemon(apache!, ['-X', '-f', join(folder, 'config')], port);
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('it proves that it knows the secret', async () => {
    const client = new Client({ auth: new DigestAuth(...USERS[0]) });
    const response = await client.get(`http://127.0.0.1:${server.port}/lasting/x`);
    expect([response.status, response.text]).toEqual([200, 'in']);
    expect(response.headers.get('authentication-info')).toMatch(/rspauth="[0-9a-f]{32}"/);
    expect((await client.get(`http://127.0.0.1:${server.port}/lasting/x?again`)).history).toHaveLength(0);
    await client.close();
  });

  test('a nonce becomes stale', async () => {
    const url = `http://127.0.0.1:${server.port}/short/x`;
    const client = new Client({ auth: new DigestAuth(...USERS[0]) });
    expect((await client.get(url)).history).toHaveLength(1);
    await delay(1500);
    const late = await client.get(url);
    expect(late.status).toBe(200);
    expect(late.history[0]?.headers.get('www-authenticate')).toContain('stale=true');
    await client.close();
  });

  test('a wrong password', async () => {
    expect(await statuses([`http://127.0.0.1:${server.port}/lasting/x`], ['user', 'no'])).toEqual([[401, 1]]);
  });
});

const python = ['/usr/bin/python3', findProgram('python3')].find(
  (path) => path !== null && spawnSync(path, ['-c', 'import httpbin'], { stdio: 'ignore' }).status === 0,
);
peer('httpbin', python !== undefined, () => {
  let server: Daemon;

  beforeAll(async () => {
    const port = await freePort();
    const args = ['-m', 'httpbin.core', '--host', '127.0.0.1', '--port', String(port)];
    server = await startDaemon(python!, args, port);
  });

  afterAll(() => server.close());

  test.each(['auth', 'auth-int'])('%s in MD5, SHA-256 and SHA-512', async (qop) => {
    for (const algorithm of ['MD5', 'SHA-256', 'SHA-512']) {
      const path = `/digest-auth/${qop}/user/password123/${algorithm}`;
      const url = `http://127.0.0.1:${server.port}${path}`;
      expect(await statuses([url, url])).toEqual([
        [200, 1],
        [200, 0],
      ]);
      expect(await statuses([url], ['user', 'wrong'])).toEqual([[401, 1]]);
    }
  });

  test('a nonce that it calls stale', async () => {
    const url = `http://127.0.0.1:${server.port}/digest-auth/auth/user/password123/SHA-256/1`;
    const [first, second, third] = await statuses([url, url, url]);
    expect([first?.[0], second?.[0], third?.[0]]).toEqual([200, 200, 200]);
  });
});
