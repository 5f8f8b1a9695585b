import { reply } from '../../fixtures/reply-server.ts';
import type { BodilessRequestOptions, Client, ClientOptions, RequestOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase, Tern } from '../case.ts';

/** What would end a line, a field or a text somewhere on the way; the last three if characters were cut to octets. */
const PAYLOADS = [
  'a\r\nX-Evil: 1',
  'a\nX-Evil: 1',
  'a\rX-Evil: 1',
  'a\r\n\r\nGET /evil HTTP/1.1\r\nHost: evil\r\n\r\n',
  'a\0X-Evil: 1',
  'a\u0085X-Evil: 1',
  'a\u2028X-Evil: 1',
  'a\u010d\u010aX-Evil: 1',
  'a\u560d\u560aX-Evil: 1',
  'a\u{1f50d}\u{1f50a}X-Evil: 1',
];

type Send = (client: Client, url: string, text: string, tern: Tern) => Promise<unknown>;

const get = (client: Client, url: string, options: BodilessRequestOptions): Promise<unknown> =>
  client.get(url, options);

/** Every place of a request that takes text from the program, and with it perhaps from strangers. */
const PLACES: Readonly<Record<string, Send>> = {
  method: (client, url, text) => client.request(text, url),
  path: (client, url, text) => client.get(`${url}${text}`),
  'path of a URL object': (client, url, text) => client.get(new URL(`${url}${encodeURI(text)}`)),
  'name of a parameter': (client, url, text) => get(client, url, { params: { [text]: '1' } }),
  'value of a parameter': (client, url, text) => get(client, url, { params: { a: text } }),
  'target by hand': (client, url, text) => get(client, url, { extensions: { target: `/${text}` } }),
  'name of a field': (client, url, text) => get(client, url, { headers: { [text]: '1' } }),
  'value of a field': (client, url, text) => get(client, url, { headers: { 'X-A': text } }),
  'octets of a field': (client, url, text) => get(client, url, { headers: { 'X-A': Buffer.from(text) } }),
  Host: (client, url, text) => get(client, url, { headers: { Host: text } }),
  'name of a cookie': (client, url, text) => get(client, url, { cookies: { [text]: '1' } }),
  'value of a cookie': (client, url, text) => get(client, url, { cookies: { a: text } }),
  'user name': (client, url, text) => get(client, url, { auth: [text, 'p'] }),
  password: (client, url, text) => get(client, url, { auth: ['u', text] }),
  'bearer token': async (client, url, text, tern) => get(client, url, { auth: tern.bearerAuth(text) }),
  'type of a body': (client, url, text) =>
    client.post(url, { content: 'x', headers: { 'Content-Type': text } }),
  'last event id': (client, url, text) => client.sse(url, { lastEventId: text }),
  trailer: (client, url, text) =>
    client.post(url, {
      content: async function* () {
        yield Buffer.from('x');
      },
      headers: { Trailer: text },
    }),
};

/** The heads of what a server has received, which is one request, or none. */
function checkWire(t: CaseContext, received: readonly Buffer[], what: string): void {
  const text = Buffer.concat(received).toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const head = end === -1 ? text : text.slice(0, end);
  // oxlint-disable-next-line no-control-regex -- they are what must not be there
  t.assert.doesNotMatch(
    head.replaceAll('\r\n', ''),
    /[\0\r\n]/,
    `${what}: a control character in ${JSON.stringify(head)}`,
  );
  t.assert.doesNotMatch(head, /(?:^|\n)X-Evil/i, `${what}: a line of its own in ${JSON.stringify(head)}`);
  t.assert.doesNotMatch(
    text,
    /(?:^|\r\n)GET \/evil/,
    `${what}: a request of its own in ${JSON.stringify(text)}`,
  );
}

async function attempt(
  t: CaseContext,
  what: string,
  options: ClientOptions,
  send: (client: Client) => Promise<unknown>,
): Promise<'refused' | 'sent'> {
  const client = t.client(options);
  try {
    await send(client);
    return 'sent';
  } catch (error) {
    t.assert.ok(t.tern.isTernError(error), `${what}: ${String(error)}`);
    return 'refused';
  } finally {
    await client.close();
  }
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'HD-16.matrix',
    rows: ['HD-16', 'H1-01', 'H1-20'],
    title:
      'whatever text goes into whichever place of a request, it ends no line, and makes no second request',
    verdict: 'fixed:D32',
    rfc: 'RFC 9112 §11.1',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      let refused = 0;
      const server = await t.replies(reply(200, [['Content-Type', 'text/event-stream']]));
      for (const [place, send] of Object.entries(PLACES)) {
        for (const text of PAYLOADS) {
          const what = `${place} ${JSON.stringify(text)}`;
          const [connections, requests] = [server.received.length, server.requests.length];
          const outcome = await attempt(t, what, {}, (client) => send(client, server.url('/'), text, t.tern));
          checkWire(t, server.received.slice(connections), what);
          t.assert.ok(server.requests.length - requests <= 1, `${what}: more than one request`);
          if (outcome === 'refused') refused++;
        }
      }
      // What can be encoded goes out; what cannot, does not.
      t.assert.ok(refused > PAYLOADS.length * 6, `only ${refused} refused`);
    },
  },
  {
    id: 'HD-16.proxy',
    rows: ['HD-16', 'PX-04', 'PX-06'],
    title: 'nor in what a proxy is told: fields, credentials, the authority of CONNECT, the name for TLS',
    verdict: 'fixed:D32',
    rfc: 'RFC 9110 §9.3.6',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes', 'proxy', 'tls'],
    async run(t) {
      for (const text of PAYLOADS) {
        const encoded = encodeURIComponent(text);
        for (const [place, proxyOf, url] of [
          ['fields', (at: string) => ({ url: at, headers: { 'X-A': text } }), 'https://origin.test/'],
          ['credentials', (at: string) => at.replace('//', `//${encoded}:p@`), 'https://origin.test/'],
          [
            'user name',
            (at: string) => ({ url: at, auth: [text, 'p'] as [string, string] }),
            'http://origin.test/',
          ],
          ['authority', (at: string) => at, `https://origin.test${text}/`],
          ['encoded authority', (at: string) => at, `https://origin.test${encoded}/`],
        ] as const) {
          const what = `${place} ${JSON.stringify(text)}`;
          const server = await t.replies(reply(403));
          await attempt(t, what, {}, (client) => client.get(url, { proxy: proxyOf(server.origin) }));
          checkWire(t, server.received, what);
          t.assert.ok(server.requests.length <= 1, what);
          await server.close();
        }
        const tls = await t.httpServer({ tls: t.serverTLS });
        await attempt(t, 'server name', { tls: { ca: t.ca.certificate } }, (client) =>
          client.get(tls.url('/get'), { extensions: { sniHostname: text } }),
        );
        t.assert.equal(tls.requests.length, 0, `a server name like ${JSON.stringify(text)}`);
      }
    },
  },
  {
    id: 'MP-10.injection',
    rows: ['MP-10', 'MP-06'],
    title: 'no name, file name, type or field of a part makes a line or a part of its own',
    verdict: 'same',
    rfc: 'RFC 7578 §4.2',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const texts = [
        ...PAYLOADS,
        'a"; name="evil',
        'a\\"; name="evil',
        'a\r\n--b\r\nContent-Disposition: form-data; name="evil"\r\n\r\nx',
      ];
      for (const text of texts) {
        const parts: readonly Record<string, unknown>[] = [
          { [text]: 'x' },
          { [text]: { content: 'x', filename: text } },
          { file: { content: 'x', filename: text } },
          { file: { content: 'x', filename: 'f', type: text } },
          { file: { content: 'x', filename: 'f', headers: { 'X-A': text } } },
          { file: { content: 'x', filename: 'f', headers: { [text]: '1' } } },
        ];
        for (const multipart of parts) {
          const what = JSON.stringify(multipart);
          const server = await t.replies(reply(200));
          const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
          await attempt(t, what, {}, (client) =>
            client.post(server.url('/'), { multipart, headers } as RequestOptions),
          );
          checkWire(t, server.received, what);
          const body = server.exchanges[0]?.body.text ?? '';
          const [head = ''] = body.split('\r\n\r\n', 1);
          t.assert.doesNotMatch(head, /(?:^|\n)X-Evil/i, what);
          t.assert.doesNotMatch(head, /^Content-Disposition:.*[^\\]"; name="evil/m, what);
          t.assert.ok(body.split('\r\n--b\r\n').length === 1, `${what}: ${JSON.stringify(body)}`);
          await server.close();
        }
      }
    },
  },
];
