import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** A netrc file with this text. */
function netrc(t: CaseContext, text: string): string {
  const file = join(t.tempDir(), 'netrc');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/** The credentials that requests for URLs carry, decoded: `user:password`, or null. */
async function credentials(
  t: CaseContext,
  text: string,
  urls: readonly string[],
): Promise<readonly (string | null)[]> {
  const sent: (string | null)[] = [];
  const transport = new t.tern.MockTransport((request) => {
    const value = request.headers.get('authorization');
    sent.push(value === null ? null : Buffer.from(value.replace(/^Basic /, ''), 'base64').toString());
    return new t.tern.Response(200);
  });
  const client = new t.tern.Client({ transport, auth: new t.tern.NetRCAuth(netrc(t, text)) });
  t.defer(() => client.close());
  for (const url of urls) await client.get(url);
  return sent;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'AU-11',
    rows: ['AU-11'],
    title: 'Basic credentials from a netrc file, for the exact host',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(() => 'HTTP/1.1 204 No Content\r\n\r\n');
      const host = new URL(server.origin).hostname;
      const file = netrc(
        t,
        `machine ${host}\n  login user\n  password password123\nmachine b.test login x password y\n`,
      );
      for (const auth of [new t.tern.NetRCAuth(file), t.tern.netrcAuth(pathToFileURL(file))]) {
        await t.client({ auth }).get(server.url());
        t.assert.equal(server.requests.at(-1)?.get('authorization'), 'Basic dXNlcjpwYXNzd29yZDEyMw==');
      }
      const text = 'machine a.test login user password secret machine ::1 login six password 6';
      t.assert.deepEqual(
        await credentials(t, text, [
          'https://a.test/',
          'http://A.test:8080/x',
          'https://b.a.test/',
          'https://test/',
          'http://[::1]/',
        ]),
        ['user:secret', 'user:secret', null, null, 'six:6'],
      );
    },
  },
  {
    id: 'AU-11.entries',
    rows: ['AU-11'],
    title: 'default, missing parts, several entries of a machine, users in the URL',
    verdict:
      'differs:of several entries of a machine the first counts, as in ftp and curl; users in the URL choose among them',
    layer: 'model',
    async run(t) {
      const text = [
        'machine none.test login only',
        'machine a.test login first password 1',
        'machine a.test login second password 2',
        'machine b.test password alone',
        'default login anybody password d',
      ].join('\n');
      t.assert.deepEqual(
        await credentials(t, text, [
          'https://none.test/',
          'https://a.test/',
          'https://second@a.test/',
          'https://third@a.test/',
          'https://b.test/',
          'https://who@b.test/',
          'https://c.test/',
          'https://own:word@a.test/',
        ]),
        [null, 'first:1', 'second:2', null, ':alone', 'who:alone', 'anybody:d', 'own:word'],
      );
    },
  },
  {
    id: 'AU-11.syntax',
    rows: ['AU-11'],
    title: 'quotes, escapes, comments, macros, accounts, any white space',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const text = [
        '# a comment: machine x.test login x password x',
        'macdef init',
        'machine x.test "unclosed',
        '\tpassword x',
        '',
        'machine\ta.test login "user one" # login x',
        'password "a \\"b\\" \\\\ #c"',
        'account none',
        'machine b.test login l\\ m password #secret',
        '  macdef inside',
        '  machine x.test',
        '  ',
        'account late',
        'machine c.test user old password ""',
        'machine d.test login ☃ password p',
      ].join('\r\n');
      const hosts = ['a', 'b', 'c', 'd', 'x'].map((name) => `https://${name}.test/`);
      t.assert.deepEqual(await credentials(t, text, hosts), [
        'user one:a "b" \\ #c',
        'l m:#secret',
        null,
        '☃:p',
        null,
      ]);
      t.assert.deepEqual(await credentials(t, '', ['https://a.test/']), [null]);
    },
  },
  {
    id: 'AU-11.errors',
    rows: ['AU-11'],
    title: 'a file that is not there or makes no sense is refused at once, and not quoted',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const refused = (file: unknown, message: RegExp): void =>
        t.assert.throws(() => new t.tern.NetRCAuth(file as string), {
          name: 'InvalidArgument',
          code: 'ERR_INVALID_ARGUMENT',
          message,
        });
      refused(join(t.tempDir(), 'missing'), /cannot be read: ENOENT/);
      refused(7, /must be the path of a netrc file, not a number/);
      for (const [text, line] of [
        ['login hidden', 1],
        ['machine', 1],
        ['machine a.test login', 1],
        ['machine a.test\nlogin hidden\nhidden', 3],
        ['machine a.test\npassword "hidden\nlogin x', 2],
        ['default\n\nmacdef', 3],
      ] as const) {
        const file = netrc(t, text);
        refused(file, new RegExp(`cannot be understood at line ${line}: (?!.*hidden)`));
      }
    },
  },
  {
    id: 'AU-11.unasked',
    rows: ['AU-11'],
    title: 'no netrc file is read unless it is asked for; the default one is that of the home directory',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const folder = t.tempDir();
      writeFileSync(join(folder, '.netrc'), 'machine a.test login home password h');
      writeFileSync(join(folder, 'other'), 'machine a.test login env password e');
      const { HOME, USERPROFILE, NETRC } = process.env;
      t.defer(() => restore({ HOME, USERPROFILE, NETRC }));
      Object.assign(process.env, { HOME: folder, USERPROFILE: folder, NETRC: join(folder, 'other') });
      const sent: (string | null)[] = [];
      const transport = new t.tern.MockTransport((request) => {
        sent.push(request.headers.get('authorization'));
        return new t.tern.Response(200);
      });
      const client = new t.tern.Client({ transport });
      t.defer(() => client.close());
      await client.get('https://a.test/');
      await client.get('https://a.test/', { auth: new t.tern.NetRCAuth() });
      t.assert.deepEqual(sent, [null, `Basic ${Buffer.from('home:h').toString('base64')}`]);
    },
  },
];

function restore(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
