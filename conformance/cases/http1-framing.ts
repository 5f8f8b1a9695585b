import { chunked, reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { receive, refuse, refuseAll } from '../receive.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const PLAIN = `${OK}Content-Length: 2\r\n\r\nok`;

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H1-07.body',
    rows: ['H1-07', 'H1-10', 'H1-11'],
    title: 'but lines of a chunked body may not',
    verdict: 'differs:two parties that disagree about a chunk see different messages',
    rfc: 'RFC 9112 §7.1',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      await refuseAll(t, [
        `${CHUNKED}2\nok\r\n0\r\n\r\n`,
        `${CHUNKED}2\r\nok\n0\r\n\r\n`,
        `${CHUNKED}2\r\nok\r\n0\n\r\n`,
        `${CHUNKED}2\r\nok\r\n0\r\nA: 1\n\r\n`,
        `${CHUNKED}2\r\nok\r\n0\r\n\n`,
      ]);
    },
  },
  {
    id: 'H1-08',
    rows: ['H1-08'],
    title: 'a body without framing lasts until the connection ends',
    verdict: 'same',
    rfc: 'RFC 9112 §6.3',
    layer: 'bytes',
    async run(t) {
      for (const [head, version] of [
        ['HTTP/1.0 200 OK\r\n\r\n', '1.0'],
        ['HTTP/1.1 200 OK\r\n\r\n', '1.1'],
        ['HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n', '1.1'],
        ['HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n', '1.1'],
      ] as const) {
        const { response, server } = await receive(t, { bytes: `${head}all of this`, after: 'end' });
        t.assert.deepEqual([response.text, response.httpVersion], ['all of this', version]);
        await server.untilOpen(0);
      }
    },
  },
  {
    id: 'H1-08.keep',
    rows: ['H1-08', 'PL-03'],
    title: 'HTTP/1.0 keeps the connection if it says so and the end of the body is known',
    verdict: 'same',
    rfc: 'RFC 9112 §9.3',
    layer: 'bytes',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      for (const [connection, opened] of [
        ['keep-alive', 1],
        ['close', 2],
      ] as const) {
        const bytes = `HTTP/1.0 200 OK\r\nConnection: ${connection}\r\nContent-Length: 2\r\n\r\nok`;
        const server = await t.replies({ bytes, after: connection === 'close' ? 'end' : 'keep' });
        const client = t.client();
        for (let i = 0; i < 2; i++) t.assert.equal((await client.get(server.url())).text, 'ok');
        t.assert.equal(server.connections, opened, connection);
      }
    },
  },
  {
    id: 'H1-09',
    rows: ['H1-09'],
    title: 'a body shorter than announced',
    verdict: 'same',
    rfc: 'RFC 9112 §8',
    layer: 'bytes',
    async run(t) {
      const error = await refuse(t, { bytes: `${OK}Content-Length: 10\r\n\r\nok`, after: 'end' });
      t.assert.ok(error instanceof t.tern.RemoteProtocolError);
      t.assert.deepEqual([error.code, error.phase], ['ERR_REMOTE_PROTOCOL', 'read']);
      t.assert.match(
        error.message,
        /peer closed connection without sending complete message body \(received 2 bytes, expected 10\)/,
      );
    },
  },
  {
    id: 'H1-09.surplus',
    rows: ['H1-09'],
    title: 'a body longer than announced: the response counts, the connection does not',
    verdict: 'same',
    rfc: 'RFC 9112 §6.3',
    layer: 'bytes',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      for (const surplus of ['surplus', PLAIN, '\r\n']) {
        for (const first of [PLAIN, `${CHUNKED}2\r\nok\r\n0\r\n\r\n`, 'HTTP/1.1 204 No Content\r\n\r\n']) {
          const server = await t.replies([{ bytes: first + surplus, after: 'keep' }, reply(201)]);
          const client = t.client();
          const response = await client.get(server.url());
          t.assert.equal(response.text, first.includes('204') ? '' : 'ok');
          // What came too much may still be on its way.
          await server.untilOpen(0);
          t.assert.equal((await client.get(server.url())).status, 201);
          t.assert.equal(server.connections, 2);
        }
      }
    },
  },
  {
    id: 'H1-09.surplus-large',
    rows: ['H1-09'],
    title: 'what comes with the end of a large body is not the answer to the next request',
    verdict: 'same',
    rfc: 'RFC 9112 §9.2',
    layer: 'bytes',
    // What comes in another piece than the end cannot be told from an answer.
    splits: ['whole'],
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      for (const length of [20_000, 300_000]) {
        const large = reply(200, [], 'x'.repeat(length));
        const server = await t.scripted(async (peer) => {
          await peer.readHead();
          if (peer.index > 0) {
            await peer.send(reply(201));
            return;
          }
          await peer.send(large.subarray(0, -100));
          // The client has to read so far.
          await new Promise((resolve) => {
            setTimeout(resolve, 40);
          });
          await peer.send(Buffer.concat([large.subarray(-100), Buffer.from(PLAIN)]));
        });
        const client = t.client();
        t.assert.equal((await client.get(server.url())).text.length, length);
        t.assert.equal((await client.get(server.url())).status, 201);
      }
    },
  },
  {
    id: 'H1-10',
    rows: ['H1-10'],
    title: 'a chunked body that is cut off',
    verdict: 'same',
    rfc: 'RFC 9112 §8',
    layer: 'bytes',
    async run(t) {
      const whole = `${CHUNKED}5\r\nhello\r\n0\r\n\r\n`;
      for (const cut of [2, 4, 7, 9, 12]) {
        const error = await refuse(t, { bytes: whole.slice(0, -cut), after: 'end' });
        t.assert.ok(error instanceof t.tern.RemoteProtocolError, String(cut));
        t.assert.match(error.message, /incomplete chunked read/);
      }
    },
  },
  {
    id: 'H1-10.bad',
    rows: ['H1-10'],
    title: 'chunk sizes that are none, and chunks that are longer than theirs',
    verdict: 'same',
    rfc: 'RFC 9112 §7.1',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const sizes = ['', 'xyz', '-1', '+2', '0x2', '2 2', '2,', ' 2', '2\x0b', '2;\x00', 'fffffffffffffffff'];
      await refuseAll(t, [
        ...sizes.map((size) => `${CHUNKED}${size}\r\nok\r\n0\r\n\r\n`),
        `${CHUNKED}2\r\noks\r\n0\r\n\r\n`,
        `${CHUNKED}2\r\nok\rx0\r\n\r\n`,
      ]);
      const error = await refuse(t, { bytes: `${CHUNKED}xyz\r\n`, after: 'keep' });
      t.assert.match(error.message, /illegal chunk header: "xyz/);
    },
  },
  {
    id: 'H1-11',
    rows: ['H1-11'],
    title: 'chunk extensions are skipped, trailers are kept',
    verdict: 'fixed:D38',
    rfc: 'RFC 9112 §7.1.1, RFC 9110 §6.5',
    layer: 'bytes',
    needs: ['trailers'],
    async run(t) {
      const extended =
        '5;name=value;quoted="a;b"\r\nhello\r\n1 ; x\r\n!\r\n0;last\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n';
      const { response } = await receive(t, CHUNKED + extended);
      t.assert.equal(response.text, 'hello!');
      t.assert.deepEqual(response.trailers.getAll('X-Sum'), ['1', '2']);
      t.assert.equal(response.headers.get('x-sum'), null);
    },
  },
  {
    id: 'H1-11.stream',
    rows: ['H1-11'],
    title: 'trailers of a streamed response are there after its end, and the connection is used again',
    verdict: 'fixed:D38',
    layer: 'bytes',
    needs: ['pool', 'trailers'],
    async run(t) {
      const server = await t.replies(`${CHUNKED}${String(chunked(['a', 'bc'], [['X-Sum', '3']]))}`);
      const client = t.client();
      for (let i = 0; i < 2; i++) {
        const response = await client.stream('GET', server.url());
        t.assert.equal(response.trailers.get('x-sum'), null);
        let text = '';
        for await (const piece of response.iterText()) text += piece;
        t.assert.deepEqual([text, response.trailers.get('x-sum')], ['abc', '3']);
      }
      t.assert.equal(server.connections, 1);
    },
  },
  {
    id: 'H1-11.bad',
    rows: ['H1-11'],
    title: 'trailers are held to the rules of fields',
    verdict: 'same',
    rfc: 'RFC 9110 §5',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const trailers = ['no colon', ': empty', 'a b: 1', 'a: \x00', ' folded: 1', 'a: b\rc'];
      await refuseAll(
        t,
        trailers.map((line) => `${CHUNKED}0\r\n${line}\r\n\r\n`),
      );
    },
  },
  {
    id: 'H1-12',
    rows: ['H1-12'],
    title: 'both framings: chunked wins, and the connection is not trusted with another message',
    verdict: 'same',
    rfc: 'RFC 9112 §6.1',
    layer: 'bytes',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      for (const fields of [
        'Content-Length: 4\r\nTransfer-Encoding: chunked',
        'Transfer-Encoding: chunked\r\nContent-Length: 400',
      ]) {
        const bytes = `${OK}${fields}\r\n\r\n2\r\nok\r\n0\r\n\r\n`;
        const server = await t.replies([{ bytes, after: 'keep' }, reply(201)]);
        const client = t.client();
        t.assert.equal((await client.get(server.url())).text, 'ok');
        t.assert.equal((await client.get(server.url())).status, 201);
        t.assert.equal(server.connections, 2);
      }
    },
  },
  {
    id: 'H1-12.codings',
    rows: ['H1-12'],
    title: 'transfer codings other than chunked, and any in HTTP/1.0, are refused',
    verdict: 'differs:they were not asked for and cannot be undone, so the body would be something else',
    rfc: 'RFC 9112 §6.1, §6.3',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const codings = [
        'gzip',
        'gzip, chunked',
        'chunked, gzip',
        'chunked, chunked',
        'xchunked',
        'chunked, identity',
      ];
      await refuseAll(t, [
        ...codings.map((coding) => `${OK}Transfer-Encoding: ${coding}\r\n\r\n2\r\nok\r\n0\r\n\r\n`),
        'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      ]);
      const { response } = await receive(t, `${OK}transfer-encoding:  CHUNKED \r\n\r\n2\r\nok\r\n0\r\n\r\n`);
      t.assert.equal(response.text, 'ok');
    },
  },
  {
    id: 'H1-13',
    rows: ['H1-13'],
    title: 'a length that is repeated, one that contradicts itself, and what is none',
    verdict: 'same',
    rfc: 'RFC 9110 §8.6',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      for (const value of ['2, 2', '2,2', '2\r\nContent-Length: 2', '2\r\ncontent-length: 2, 2', '02']) {
        const { response } = await receive(t, `${OK}Content-Length: ${value}\r\n\r\nok`);
        t.assert.equal(response.text, 'ok', value);
      }
      const conflict = await refuse(t, `${OK}Content-Length: 2, 3\r\n\r\nok!`);
      t.assert.match(conflict.message, /conflicting Content-Length headers/);
      const negative = await refuse(t, `${OK}Content-Length: -2\r\n\r\nok`);
      t.assert.match(negative.message, /bad Content-Length/);
      const bad = [
        '2\r\nContent-Length: 3',
        '+2',
        '2.0',
        '0x2',
        'two',
        '',
        '2,',
        '2 2',
        '99999999999999999999',
      ];
      await refuseAll(
        t,
        bad.map((value) => `${OK}Content-Length: ${value}\r\n\r\nok`),
      );
    },
  },
  {
    id: 'H1-18',
    rows: ['H1-18'],
    title: '204, 304 and answers to HEAD have no content, whatever they say',
    verdict: 'same',
    rfc: 'RFC 9112 §6.3',
    layer: 'bytes',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      const server = await t.replies([
        { bytes: 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', after: 'keep' },
        { bytes: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', after: 'keep' },
        { bytes: 'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n', after: 'keep' },
        { bytes: `${OK}Content-Length: 5\r\n\r\n`, after: 'keep' },
        { bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n`, after: 'keep' },
        { bytes: `${OK}\r\n`, after: 'keep' },
        PLAIN,
      ]);
      const client = t.client();
      for (const method of ['GET', 'GET', 'GET', 'HEAD', 'HEAD', 'HEAD']) {
        t.assert.equal((await client.request(method, server.url())).text, '');
      }
      t.assert.equal((await client.get(server.url())).text, 'ok');
      t.assert.equal(server.connections, 1);
    },
  },
];
