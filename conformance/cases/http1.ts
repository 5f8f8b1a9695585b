import { reply } from '../../fixtures/reply-server.ts';
import type { RequestOptions, Response } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { receive, refuse, refuseAll } from '../receive.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const PLAIN = `${OK}Content-Length: 2\r\n\r\nok`;

/** Switches off the fields that a client sends by itself, so that a head can be told byte for byte. */
const BARE = { Accept: null, 'Accept-Encoding': null, Connection: null, 'User-Agent': null };

async function* pieces(...list: readonly (Uint8Array | string)[]): AsyncGenerator<Uint8Array | string> {
  yield* list;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H1-01',
    rows: ['H1-01', 'H1-21'],
    title: 'a request byte for byte: no fragment, no user information; Host first, the rest as given',
    verdict: 'same',
    rfc: 'RFC 9112 §3',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const url = server.url('/a%20b/c?x=1&y=%C3%A9#fragment').replace('http://', 'http://user:pass@');
      const headers = {
        ...BARE,
        'X-MiXeD-cAsE': 'kept',
        authorization: 'mine',
        'x-empty': '',
        'X-Last': 'a b',
      };
      await t.client().get(url, { headers });
      t.assert.equal(
        server.received[0]?.toString('latin1'),
        `GET /a%20b/c?x=1&y=%C3%A9 HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-MiXeD-cAsE: kept\r\n` +
          'x-empty: \r\nX-Last: a b\r\nAuthorization: Basic dXNlcjpwYXNz\r\n\r\n',
      );
    },
  },
  {
    id: 'H1-01.defaults',
    rows: ['H1-01', 'H1-21'],
    title: 'the fields that a client sends by itself stand between Host and those of the body',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      await t.client({ headers: { 'User-Agent': 'ua', 'X-Client': '1' } }).put(server.url('/'), { json: {} });
      const names = server.requests[0]!.fields.map(([name]) => name);
      t.assert.deepEqual(names, [
        'Host',
        'Accept',
        'Accept-Encoding',
        'Connection',
        'User-Agent',
        'X-Client',
        'Content-Length',
        'Content-Type',
      ]);
    },
  },
  {
    id: 'H1-01.segment',
    rows: ['H1-01'],
    title: 'head and small body leave in one segment',
    verdict: 'same',
    layer: 'live',
    needs: ['wire-bytes'],
    async run(t) {
      const sizes: number[] = [];
      const server = await t.scripted(async (peer) => {
        for (;;) {
          const first = await peer.readSome();
          sizes.push(first.length - (first.indexOf('\r\n\r\n') + 4));
          await peer.send(PLAIN);
        }
      });
      const client = t.client();
      for (const size of [1, 1000, 16_000]) {
        const body = new Uint8Array(size);
        t.assert.equal((await client.post(server.url(), { content: body })).text, 'ok');
      }
      t.assert.deepEqual(sizes, [1, 1000, 16_000]);
    },
  },
  {
    id: 'H1-02',
    rows: ['H1-02'],
    title: 'an upload without a length: one chunk for each piece that is not empty, then the last chunk',
    verdict: 'same',
    rfc: 'RFC 9112 §7.1',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client();
      const content = pieces('hello', '', new Uint8Array(0), 'x'.repeat(26), '\u00e9');
      await client.post(server.url(), { content, headers: BARE });
      t.assert.equal(
        server.received[0]?.toString('latin1'),
        `POST / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nTransfer-Encoding: chunked\r\n\r\n` +
          `5\r\nhello\r\n1a\r\n${'x'.repeat(26)}\r\n2\r\n\u00c3\u00a9\r\n0\r\n\r\n`,
      );
      await client.post(server.url('/none'), { content: pieces() });
      t.assert.deepEqual(server.exchanges[1]?.body.raw.toString(), '0\r\n\r\n');
      // A body that is there in full, but to be chunked.
      await client.post(server.url('/whole'), {
        content: 'abc',
        headers: { 'Transfer-Encoding': 'chunked' },
      });
      t.assert.deepEqual(server.exchanges[2]?.body.raw.toString(), '3\r\nabc\r\n0\r\n\r\n');
      // No body, but to be chunked: it has its end all the same.
      await client.get(server.url('/empty'), { headers: { 'Transfer-Encoding': 'chunked' } });
      t.assert.deepEqual(server.exchanges[3]?.body.raw.toString(), '0\r\n\r\n');
    },
  },
  {
    id: 'H1-02.length',
    rows: ['H1-02'],
    title: 'an upload of announced length goes out as it is; one of another length is an error',
    verdict: 'fixed:D31',
    rfc: 'RFC 9112 §6.2',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        for (;;) {
          const { body } = await peer.readRequest();
          await peer.send(reply(200, [], body.text));
        }
      });
      const client = t.client();
      const post = (length: number, ...list: string[]): Promise<Response> =>
        client.post(server.url(), {
          content: pieces(...list),
          headers: { 'Content-Length': String(length) },
        });
      t.assert.equal((await post(5, 'ab', 'cde')).text, 'abcde');
      t.assert.equal(server.requests[0]?.get('transfer-encoding'), undefined);
      const deaf = await t.scripted((peer) => peer.closed);
      for (const [length, reason] of [
        ['4', /too much data/],
        ['6', /too little data/],
      ] as const) {
        const content = pieces('ab', 'cde');
        const posted = client.post(deaf.url(), { content, headers: { 'Content-Length': length } });
        await t.assert.rejects(posted, t.tern.LocalProtocolError);
        await t.assert.rejects(posted, reason);
      }
      await deaf.untilOpen(0);
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'H1-03',
    rows: ['H1-03'],
    title: 'the end of the connection instead of a response',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const error = await refuse(t, { bytes: '', after: 'end' });
      t.assert.ok(error instanceof t.tern.RemoteProtocolError);
      t.assert.equal(error.phase, 'firstByte');
      t.assert.match(error.message, /server disconnected without sending a response/);
      t.assert.match(error.message, /^GET http:\/\/127\.0\.0\.1:\d+\/: /);
      const head = await refuse(t, { bytes: 'HTTP/1.1 200 OK\r\nServer: x', after: 'end' });
      t.assert.ok(head instanceof t.tern.RemoteProtocolError);
      t.assert.match(head.message, /in the middle of the response head/);
    },
  },
  {
    id: 'H1-04',
    rows: ['H1-04'],
    title: 'a reset instead of a response',
    verdict: 'fixed:D24',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const error = await refuse(t, { bytes: '', after: 'reset' });
      t.assert.ok(error instanceof t.tern.ReadError);
      t.assert.deepEqual([error.code, error.phase], ['ERR_READ', 'firstByte']);
      t.assert.match(error.message, /connection reset by peer \(ECONNRESET\)/);
      t.assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNRESET');
    },
  },
  {
    id: 'H1-05',
    rows: ['H1-05'],
    title: 'what is no status line is refused',
    verdict: 'same',
    rfc: 'RFC 9112 §4',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      await refuseAll(t, [
        'garbage\r\n\r\n',
        'HTTP/0.9 200 OK\r\n\r\n',
        'HTTP/1.2 200 OK\r\n\r\n',
        'HTTP/2.0 200 OK\r\n\r\n',
        'ICY 200 OK\r\n\r\n',
        'http/1.1 200 OK\r\n\r\n',
        'HTTP/1.1 099 Too Low\r\nContent-Length: 0\r\n\r\n',
        'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n',
        'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n',
        'HTTP/1.1 two OK\r\nContent-Length: 0\r\n\r\n',
        'HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n',
        ' HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
        'HTTP/1.1 200 O\x00K\r\nContent-Length: 0\r\n\r\n',
        'HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n',
        // A server of another protocol that says a word and waits.
        '220 mail.test ESMTP\r\n',
        'SSH-2.0-OpenSSH',
      ]);
      const error = await refuse(t, { bytes: 'SSH-2.0-OpenSSH\r\n', after: 'keep' });
      t.assert.match(error.message, /illegal status line: "S/);
    },
  },
  {
    id: 'H1-06',
    rows: ['H1-06'],
    title: 'reason phrases: none, an empty one, any other',
    verdict: 'same',
    rfc: 'RFC 9112 §4',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const tail = '\r\nContent-Length: 0\r\n\r\n';
      for (const [line, status, statusText] of [
        ['HTTP/1.1 200', 200, ''],
        ['HTTP/1.1 200 ', 200, ''],
        ['HTTP/1.1 200 All is well', 200, 'All is well'],
        ['HTTP/1.1 404 \u00fcberall', 404, '\u00fcberall'],
        ['HTTP/1.1 999 LinkedIn', 999, 'LinkedIn'],
        ['HTTP/1.1 600 a\tb', 600, 'a\tb'],
      ] as const) {
        const { response } = await receive(t, line + tail);
        t.assert.deepEqual([response.status, response.statusText], [status, statusText]);
      }
    },
  },
  {
    id: 'H1-07',
    rows: ['H1-07'],
    title: 'lines of a head may end in LF alone',
    verdict: 'same',
    rfc: 'RFC 9112 §2.2',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { response } = await receive(t, 'HTTP/1.1 200 OK\nA: 1\r\nB: 2\n\nthe rest');
      t.assert.deepEqual(
        [...response.headers],
        [
          ['a', '1'],
          ['b', '2'],
        ],
      );
      t.assert.equal(response.text, 'the rest');
    },
  },
  {
    id: 'H1-07.before',
    rows: ['H1-07', 'H1-05'],
    title: 'empty lines before a status line are skipped',
    verdict: 'same',
    rfc: 'RFC 9112 §2.2',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      for (const before of ['\r\n', '\n', '\r\n\r\n\n\r\n']) {
        const { response } = await receive(t, before + PLAIN);
        t.assert.equal(response.text, 'ok');
      }
      await refuseAll(t, [`\r${PLAIN}`, ` \r\n${PLAIN}`]);
    },
  },
  {
    id: 'H1-14',
    rows: ['H1-14'],
    title: 'fields: order, case and repetition are kept; empty values, Latin-1 and folded lines are taken',
    verdict: 'same',
    rfc: 'RFC 9110 §5.5, RFC 9112 §5.2',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const fields =
        'A: 1\r\nX-MiXeD:2\r\na: \t 3 \t\r\nEmpty:\r\nLatin: caf\u00e9\r\nUTF: \u00c3\u00a9\r\n' +
        'Folded: one\r\n  two\r\n\tthree\r\nFolded-Empty:\r\n x\r\n';
      const { response } = await receive(t, `${OK}${fields}Content-Length: 0\r\n\r\n`);
      t.assert.deepEqual(response.headers.raw, [
        ['A', '1'],
        ['X-MiXeD', '2'],
        ['a', '3'],
        ['Empty', ''],
        ['Latin', 'caf\u00e9'],
        ['UTF', '\u00c3\u00a9'],
        ['Folded', 'one two three'],
        ['Folded-Empty', 'x'],
        ['Content-Length', '0'],
      ]);
      t.assert.equal(response.headers.get('a'), '1, 3');
    },
  },
  {
    id: 'H1-14.bad',
    rows: ['H1-14'],
    title: 'field lines that are none, and control characters in values, are refused',
    verdict: 'same',
    rfc: 'RFC 9110 §5, RFC 9112 §5',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const lines = [
        'no colon',
        'A : 1',
        ': 1',
        '\u00e9: 1',
        'a(b): 1',
        'A: \x00',
        'A: \x01',
        'A: a\x7fb',
        'A: a\x1bb',
        'A: a\rb',
        'A: a\x0bb',
        'A: a\x0cb',
      ];
      await refuseAll(t, [
        ...lines.map((line) => `${OK}${line}\r\nContent-Length: 0\r\n\r\n`),
        `${OK} folded: first\r\nContent-Length: 0\r\n\r\n`,
      ]);
    },
  },
  {
    id: 'H1-19',
    rows: ['H1-19'],
    title: 'requests that would break the protocol are not sent',
    verdict: 'same',
    rfc: 'RFC 9110 §5.5, RFC 9112 §3, §6.3',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client();
      const attempts: readonly (readonly [string, RequestOptions])[] = [
        ['BAD METHOD', {}],
        ['', {}],
        ['GET\r\n', {}],
        ['GET', { extensions: { target: '/a b' } }],
        ['GET', { extensions: { target: '/\u00e9' } }],
        ['GET', { headers: { 'Bad Name': '1' } }],
        ['GET', { headers: { 'X-Bad': 'a\r\nX-Injected: 1' } }],
        ['GET', { headers: { 'X-Bad': 'a\x00b' } }],
        ['GET', { headers: { 'X-Bad': '\u20ac' } }],
        ['POST', { content: 'abc', headers: { 'Content-Length': '4' } }],
        ['POST', { content: 'abc', headers: { 'Content-Length': '-3' } }],
        ['POST', { content: 'abc', headers: { 'Content-Length': '3', 'Transfer-Encoding': 'chunked' } }],
        ['POST', { content: 'abc', headers: { 'Transfer-Encoding': 'gzip' } }],
        [
          'GET',
          {
            headers: [
              ['Host', 'a'],
              ['Host', 'b'],
            ],
          },
        ],
      ];
      for (const [method, options] of attempts) {
        const shown = JSON.stringify([method, options]);
        const expected = { name: 'LocalProtocolError', code: 'ERR_LOCAL_PROTOCOL', phase: 'build' };
        await t.assert.rejects(client.request(method, server.url(), options), expected, shown);
      }
      t.assert.deepEqual([server.connections, client.stats.opened], [0, 0]);
    },
  },
  {
    id: 'H1-19.host',
    rows: ['H1-19'],
    title: 'Host is always there, once, first',
    verdict: 'differs:a request without Host cannot be made, so there is nothing to refuse',
    rfc: 'RFC 9112 §3.2',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client();
      await client.get(server.url(), { headers: { Host: null } });
      await client.get(server.url(), { headers: { 'X-First': '1', hOsT: 'other.test' } });
      const [plain, own] = server.requests.map(({ fields }) =>
        fields.filter(([name], index) => index === 0 || name.toLowerCase() === 'host'),
      );
      t.assert.deepEqual(plain, [['Host', `127.0.0.1:${server.port}`]]);
      t.assert.deepEqual(own, [['hOsT', 'other.test']]);
    },
  },
  {
    id: 'H1-20',
    rows: ['H1-20', 'XT-01'],
    title: 'a target set by hand goes into the request line as it is',
    verdict: 'same',
    rfc: 'RFC 9112 §3.2',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client();
      const targets = ['*', 'http://other.test:81/path?q', '/a|b"^`{}<>', '/%zz', 'authority.test:443'];
      for (const target of targets) await client.options(server.url('/ignored'), { extensions: { target } });
      t.assert.deepEqual(
        server.received[0]!.toString('latin1').match(/^OPTIONS .*$/gm),
        targets.map((target) => `OPTIONS ${target} HTTP/1.1`),
      );
      t.assert.deepEqual(
        server.requests.map((request) => request.get('host')),
        targets.map(() => `127.0.0.1:${server.port}`),
      );
    },
  },
  {
    id: 'H1-21',
    rows: ['H1-21'],
    title: 'the case of field names is kept both ways, names are found in any case',
    verdict: 'same',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { server, response } = await receive(t, `${OK}X-ReQuEsT-iD: 7\r\nContent-Length: 0\r\n\r\n`, {
        headers: { 'x-lower': '1', 'X-UPPER': '2', 'X-MiXeD': '3' },
      });
      const names = server.requests[0]!.fields.map(([name]) => name).filter((name) => /^x-/i.test(name));
      t.assert.deepEqual(names, ['x-lower', 'X-UPPER', 'X-MiXeD']);
      t.assert.equal(response.headers.raw[0]?.[0], 'X-ReQuEsT-iD');
      t.assert.equal(response.headers.get('x-request-id'), '7');
    },
  },
];
