import type { Client, ClientOptions, Request } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const FROM = 'https://a.test/start';
const FOREIGN = 'https://b.test/end';
const SECRET = { 'X-Company-Token': 'hidden' };

/** A client whose first response leads to another origin, and what it sent. */
function away(
  t: CaseContext,
  options: ClientOptions = {},
  to: string = FOREIGN,
): { readonly client: Client; readonly sent: Request[] } {
  const sent: Request[] = [];
  const transport = new t.tern.MockTransport((request) =>
    sent.push(request) === 1
      ? new t.tern.Response(307, { headers: { Location: to } })
      : new t.tern.Response(200),
  );
  const client = new t.tern.Client({
    redirect: true,
    redact: { headers: ['x-company-token'], query: ['sekret'] },
    ...options,
    transport,
  });
  t.defer(() => client.close());
  return { client, sent };
}

function sign(request: Request): Request {
  return request.with({
    headers: { 'X-Signature': 'signed', 'X-Plain': 'signed', Authorization: 'Bearer b' },
  });
}

/** Ways in which a request comes about that the client has not built. */
const ORIGINS: readonly (readonly [
  name: string,
  make: (build: () => Request) => ClientOptions,
  send: (client: Client, build: () => Request) => Promise<unknown>,
])[] = [
  ['send()', () => ({}), (client, build) => client.send(build())],
  ['send() in stream mode', () => ({}), (client, build) => client.send(build(), { stream: true })],
  ['an auth flow', (build) => ({ auth: () => build() }), (client) => client.get(FROM)],
  ['a request hook', (build) => ({ hooks: { request: [() => build()] } }), (client) => client.get(FROM)],
];

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RD-14.foreign',
    rows: ['RD-14'],
    title: 'what the client calls a secret stays within its origin, whoever made the request',
    verdict: 'fixed:D20',
    rfc: 'RFC 9110 §15.4',
    layer: 'model',
    async run(t) {
      const build = (): Request => new t.tern.Request('GET', FROM, { headers: SECRET });
      for (const [name, make, send] of ORIGINS) {
        const options = make(build);
        const once: ClientOptions =
          options.hooks === undefined
            ? options
            : { hooks: { request: [(request) => (request.url.href === FROM ? build() : request)] } };
        const { client, sent } = away(t, once);
        await send(client, build);
        t.assert.deepEqual(
          sent.map(({ url, headers }) => [url.href, headers.get('x-company-token')]),
          [
            [FROM, 'hidden'],
            [FOREIGN, null],
          ],
          name,
        );
        t.assert.doesNotMatch(JSON.stringify(sent), /hidden/, name);
      }
    },
  },
  {
    id: 'RD-14.rewrite',
    rows: ['RD-14'],
    title: 'what redirect.rewrite, or middleware, makes anew is masked as what the client has built',
    verdict: 'fixed:D20',
    layer: 'model',
    async run(t) {
      const build = (url: string): Request => new t.tern.Request('GET', url, { headers: SECRET });
      const near = away(t, { redirect: { rewrite: ({ url }) => build(url.href) } }, '/near');
      await near.client.get(FROM);
      const layered = away(t, { middleware: [(request, next) => next(build(request.url.href))] }, '/near');
      await layered.client.get(FROM);
      for (const { sent } of [near, layered]) {
        t.assert.equal(sent[1]!.headers.get('x-company-token'), 'hidden');
        t.assert.deepEqual(
          sent[1]!.toJSON().headers.find(([name]) => name === 'X-Company-Token'),
          ['X-Company-Token', '[secure]'],
        );
      }
    },
  },
  {
    id: 'LG-02.foreign',
    rows: ['LG-02', 'EH-04'],
    title: 'hooks, middleware and trace see a request masked, whoever made it',
    verdict: 'fixed:D35',
    layer: 'model',
    async run(t) {
      const build = (): Request => new t.tern.Request('GET', `${FROM}?sekret=hidden`, { headers: SECRET });
      const seen: unknown[] = [];
      const see = (what: unknown): void => void seen.push(what);
      const sending = away(t, { trace: ({ info }) => see(info) });
      await sending.client.send(build());
      const authenticated = away(t, {
        auth: build,
        hooks: { request: [(request) => see(request.toJSON())] },
      });
      await authenticated.client.get(FROM);
      const hooked = away(t, {
        hooks: { request: [build] },
        middleware: [
          (request, next) => {
            see(request.toJSON());
            return next(request);
          },
        ],
      });
      await hooked.client.get(FROM);
      t.assert.match(JSON.stringify(seen), /sekret=\[secure\]/);
      t.assert.doesNotMatch(JSON.stringify(seen), /hidden/);
    },
  },
  {
    id: 'EH-07.foreign',
    rows: ['EH-07', 'LG-02'],
    title: 'error messages hide the secret parameters of the client in a request that it did not build',
    verdict: 'fixed:D35',
    layer: 'live',
    async run(t) {
      const { port } = await t.refusedPort();
      const client = t.client({ redact: { query: ['sekret'] } });
      const url = `http://127.0.0.1:${port}/?sekret=hidden&a=1`;
      const error = await client.send(new t.tern.Request('GET', url)).then(
        () => null,
        (reason: unknown) => reason as Error,
      );
      t.assert.ok(error instanceof t.tern.ConnectError);
      t.assert.match(error!.message, /\?sekret=\[secure\]&a=1/);
    },
  },
  {
    id: 'RD-18.flow',
    rows: ['RD-18', 'AU-05', 'AU-10'],
    title:
      'what an auth flow adds stays within the origin, under whatever name; what was there before goes along',
    verdict: 'differs:httpx sends fields of a flow to wherever a redirect leads, all but Authorization',
    rfc: 'RFC 9110 §15.4',
    layer: 'model',
    async run(t) {
      const names = ['x-signature', 'x-plain', 'authorization', 'x-own'];
      const shown = ({ headers }: Request): (string | null)[] => names.map((name) => headers.get(name));
      const init = { headers: { 'X-Own': 'mine', 'X-Plain': 'mine' } };

      const foreign = away(t, { auth: sign });
      await foreign.client.get(FROM, init);
      t.assert.deepEqual(foreign.sent.map(shown), [
        ['signed', 'signed', 'Bearer b', 'mine'],
        [null, null, null, 'mine'],
      ]);

      const near = away(t, { auth: sign }, '/near');
      await near.client.get(FROM, init);
      t.assert.deepEqual(shown(near.sent[1]!), ['signed', 'signed', 'Bearer b', 'mine']);
    },
  },
];
