import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { refuse, refuseAll } from '../receive.ts';
import { OK, PLAIN } from '../support/replies.ts';

const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

async function* pieces(...list: readonly string[]): AsyncGenerator<string> {
  yield* list;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H1-05.small',
    rows: ['H1-05'],
    title: 'a status of less than 100 is none',
    verdict: 'differs:httpx takes any three digits',
    rfc: 'RFC 9110 §15',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      for (const line of ['HTTP/1.1 099 No', 'HTTP/1.1 000 ']) {
        const { name, message } = await refuse(t, `${line}\r\nContent-Length: 0\r\n\r\n`);
        t.assert.equal(name, 'RemoteProtocolError', line);
        t.assert.match(message, /status line/, line);
      }
    },
  },
  {
    id: 'H1-10.sizes',
    rows: ['H1-10'],
    title: 'chunk sizes that are not there, or cannot be counted',
    verdict: 'same',
    rfc: 'RFC 9112 §7.1',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const sizes = ['', ';extension', '20000000000000', 'FFFFFFFFFFFFFFFF', `${'0'.repeat(20)}2`];
      for (const size of sizes) {
        const { name, message } = await refuse(t, `${CHUNKED}${size}\r\nok\r\n0\r\n\r\n`);
        t.assert.equal(name, 'RemoteProtocolError', size);
        t.assert.match(message, /chunk/, size);
      }
      // Not even as the end of the body.
      await refuseAll(t, [`${CHUNKED}2\r\nok\r\n\r\n\r\n`]);
    },
  },
  {
    id: 'H1-13.large',
    rows: ['H1-13'],
    title: 'lengths that cannot be counted',
    verdict: 'differs:numbers of the language are exact up to 2^53',
    rfc: 'RFC 9110 §8.6',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      for (const length of ['9007199254740992', '9007199254740993', '99999999999999999999']) {
        const { name, message } = await refuse(t, `${OK}Content-Length: ${length}\r\n\r\nok`);
        t.assert.equal(name, 'RemoteProtocolError', length);
        t.assert.match(message, /Content-Length/, length);
      }
    },
  },
  {
    id: 'H1-19.length',
    rows: ['H1-19'],
    title: 'a length that is no plain number, or two of them, are not sent',
    verdict: 'same',
    rfc: 'RFC 9110 §8.6',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client();
      const lists: readonly (readonly string[])[] = [
        ['0x2'],
        ['+2'],
        ['2.0'],
        ['2e0'],
        ['3', '2'],
        ['2', '3'],
      ];
      for (const lengths of lists) {
        const headers = lengths.map((length) => ['Content-Length', length] as const);
        const expected = { name: 'LocalProtocolError', code: 'ERR_LOCAL_PROTOCOL', phase: 'build' };
        await t.assert.rejects(
          client.post(server.url(), { content: 'ab', headers }),
          expected,
          lengths.join(),
        );
      }
      t.assert.equal(server.connections, 0);
    },
  },
  {
    id: 'H1-02.large',
    rows: ['H1-02'],
    title: 'large pieces are chunks, too',
    verdict: 'same',
    rfc: 'RFC 9112 §7.1',
    layer: 'live',
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const [large, small] = ['x'.repeat(20_000), 'y'.repeat(17)];
      await t.client().post(server.url(), { content: pieces(large, small) });
      t.assert.equal(
        server.exchanges[0]?.body.raw.toString(),
        `4e20\r\n${large}\r\n11\r\n${small}\r\n0\r\n\r\n`,
      );
    },
  },
  {
    id: 'H1-01.latin1',
    rows: ['H1-01'],
    title: 'a character of a value is one octet',
    verdict: 'same',
    rfc: 'RFC 9110 §5.5',
    layer: 'live',
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(PLAIN);
      await t.client().get(server.url(), { headers: { 'X-Name': 'caf\u00e9' } });
      t.assert.ok(server.received[0]?.includes(Buffer.from('X-Name: caf\u00e9\r\n', 'latin1')));
    },
  },
];
