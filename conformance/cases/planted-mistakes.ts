import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { SecretWatch } from '../support/secret-watch.ts';

/** Options that no caller should give. */
function wrong(options: object): never {
  return options as never;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'LG-02.planted-mistakes',
    rows: ['LG-02'],
    title: 'mistakes with secrets in them are told without the secrets',
    verdict: 'fixed:D35',
    layer: 'model',
    async run(t) {
      const { tern } = t;
      const watch = new SecretWatch(t);
      const s = (name: string): string => watch.plant(name);
      const client = new tern.Client({ transport: new tern.MockTransport(() => new tern.Response(200)) });
      t.defer(() => client.close());
      const file = join(t.tempDir(), 'netrc');
      writeFileSync(
        file,
        `machine h login "${s('netrclogin')}" password ${s('netrcword')} ${s('netrcjunk')}\n`,
      );
      const make = (options: object) => (): unknown => new tern.Client(wrong(options));
      const get = (options: object) => (): unknown => client.get('https://a.test/', wrong(options));
      const mistakes: readonly (readonly [name: string, work: () => unknown])[] = [
        ['auth as a text', make({ auth: `user:${s('authtext')}` })],
        ['auth of three', make({ auth: ['user', s('authone'), s('authtwo')] })],
        ['auth of a number', get({ auth: [s('authname'), 5] })],
        ['a colon in a name', make({ auth: [`a:${s('colon')}`, s('colonword')] })],
        ['a line break in a password', make({ auth: ['user', `${s('break')}\r\n`] })],
        ['a token that is none', () => tern.bearerAuth(`${s('token')} \u2603`)],
        ['a token that turns out to be none', get({ auth: tern.bearerAuth(() => `${s('later')}\r\nX: y`) })],
        ['Digest', () => tern.digestAuth(`${s('digest')}\0`, s('digestword'))],
        ['Digest options', () => tern.digestAuth('u', s('digestoption'), wrong({ qop: s('qop') }))],
        ['netrc', () => tern.netrcAuth(file)],
        ['a header', get({ headers: { Authorization: `${s('header')}\n` } })],
        ['a header of another type', get({ headers: { Authorization: { secret: s('headerobject') } } })],
        ['a header of a client', make({ headers: { Cookie: `${s('clientheader')}\u2603` } })],
        ['a cookie', get({ cookies: { sid: `${s('cookie')};` } })],
        ['a cookie of another type', get({ cookies: { sid: [s('cookielist')] } })],
        ['cookies without a host', make({ cookies: { sid: s('nohost') } })],
        ['a proxy of a scheme', make({ proxy: `socks4://me:${s('socks4')}@p.test` })],
        ['a proxy without a host', make({ proxy: `http://me:${s('proxyhost')}@` })],
        ['a proxy with a port', make({ proxy: `http://me:${s('proxyport')}@p.test:99999` })],
        ['a proxy that is malformed', make({ proxy: `http://me:${s('proxy')}/@p.test` })],
        ['a proxy with auth', make({ proxy: { url: 'http://p.test', auth: s('proxyauth') } })],
        [
          'a proxy with fields',
          make({ proxy: { url: 'http://p.test', headers: { A: `${s('proxyfield')}\n` } } }),
        ],
        ['a proxy of a request', get({ proxy: `gopher://me:${s('requestproxy')}@p.test` })],
        ['a base URL', make({ baseURL: `http://me:${s('base')}@[` })],
        [
          'a base URL of a port',
          make({ baseURL: `http://me:${s('baseport')}@h:99999/?token=${s('basequery')}` }),
        ],
        ['a URL', () => client.get(`http://me:${s('url')}@[/?token=${s('urlquery')}`)],
        ['a URL with a slash', () => client.get(`http://me:a/${s('slash')}@h.test:x/`)],
        ['a URL with a space', () => client.get(`http://me:${s('space')}@h t/?token=${s('spacequery')}`)],
        ['a URL without a scheme', () => client.get(`me:${s('scheme')}@h.test/?token=${s('schemequery')}`)],
        ['a part of a URL', () => tern.withParts(`http://me:${s('part')}@[`, {})],
        ['a reference', () => tern.joinURL(`http://me:${s('join')}@[`, 'x')],
        ['a parameter', get({ params: { token: { secret: s('paramobject') } } })],
        ['a form', get({ form: { password: Buffer.from(s('form')) } })],
        ['a form as a text', get({ form: `password=${s('formtext')}` })],
        ['JSON', get({ json: { password: Number.NaN, other: s('json') } })],
        ['content', get({ content: { password: s('content') } })],
        ['multipart', get({ multipart: { password: { secret: s('multipart') } } })],
        ['two bodies', get({ json: { a: s('two') }, content: s('bodies') })],
        ['a target', get({ extensions: { target: `/a b?token=${s('target')}` } })],
        ['redact', make({ redact: { secrets: [s('redact')] } })],
        ['an option', make({ password: s('option') })],
        ['TLS options', make({ tls: { passwd: s('tls') }, transport: undefined })],
        [
          'TLS beside a transport',
          make({ tls: { key: s('tlskey') }, transport: { secret: s('transport') } }),
        ],
        [
          'a Set-Cookie of a jar',
          () => new tern.CookieJar(wrong({ sid: `${s('jar')}\n` }), { url: 'http://h/' }),
        ],
        ['the JSON of a jar', () => tern.CookieJar.fromJSON(wrong({ cookies: [s('jarjson')] }))],
        ['headers', () => new tern.Headers({ 'X-Api-Key': `${s('headers')}\0` })],
      ];
      for (const [name, work] of mistakes) {
        const error = await watch.failure(name, async () => work());
        t.assert.ok(error instanceof tern.TernError, `${name}: ${error.stack}`);
      }
      watch.expectNothing(300);
    },
  },
  {
    id: 'LG-02.planted-command',
    rows: ['LG-02'],
    title:
      'the command shows no secret of its own: in its log of the wire, its JSON, its errors, and what doctor says',
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['command', 'proxy'],
    async run(t) {
      const watch = new SecretWatch(t);
      // What a server answers is what the command prints, but neither into its log nor into its JSON.
      const theirs = new SecretWatch(t);
      const server = await t.replies(({ target }) =>
        target.startsWith('/moved')
          ? reply(307, [['Location', `/end?token=${theirs.plant('location')}`]])
          : reply(200, [['Set-Cookie', `sid=${theirs.plant('setcookie')}`]], 'ok'),
      );
      const proxy = await t.replies(reply(200, [], 'ok'));
      const refused = await t.refusedPort();
      const secretProxy = (origin: string): string => origin.replace('//', `//me:${watch.plant('proxy')}@`);
      const secretURL = (url: string): string =>
        `${url.replace('//', `//me:${watch.plant('url')}@`)}?api_key=${watch.plant('query')}`;
      const common = (): string[] => [
        '-h',
        `X-Api-Key: ${watch.plant('field')}`,
        '--cookies',
        'sid',
        watch.plant('cookie'),
        '-p',
        'token',
        watch.plant('param'),
        '-c',
        watch.plant('content'),
        '--backend',
        t.backend,
      ];
      const auths = (): readonly string[][] => [
        ['--auth', 'user', watch.plant('auth')],
        ['--bearer', watch.plant('bearer')],
        ['-h', `Authorization: ${watch.plant('authorization')}`],
      ];
      let exits = '';
      for (const auth of auths()) {
        for (const shape of [['-v'], ['--json'], ['-v', '--follow-redirects'], ['--raise']]) {
          for (const [url, more] of [
            [server.url('/x'), []],
            [server.url('/moved'), []],
            [refused.url, []],
            ['http://origin.test/', ['--proxy', secretProxy(proxy.origin)]],
            ['https://origin.test/', ['--proxy', secretProxy(refused.url)]],
            ['https://[', []],
          ] as const) {
            const argv = [secretURL(url), ...auth, ...common(), ...shape, ...more];
            const { exitCode, stdout, stderr } = await t.command(argv);
            exits += exitCode;
            watch.print(`${url} ${shape.join(' ')}: standard output`, stdout);
            watch.print(`${url} ${shape.join(' ')}: standard error`, stderr);
            theirs.print(`${url} ${shape.join(' ')}: standard error`, stderr);
            if (shape[0] === '--json') theirs.print(`${url}: JSON`, stdout);
          }
        }
      }
      t.assert.deepEqual(new Set(exits), new Set('012'));
      const env = { HTTP_PROXY: secretProxy('http://p.test'), https_proxy: secretProxy('gopher://p.test') };
      for (const argv of [['doctor'], ['doctor', '--json']]) {
        const { stdout, stderr } = await t.command(argv, { env });
        watch.print(argv.join(' '), stdout + stderr);
      }
      watch.expectNothing(250);
      theirs.expectNothing(150);
    },
  },
];
