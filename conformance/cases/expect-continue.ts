import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RB-25',
    rows: ['RB-25'],
    title: 'with Expect: 100-continue the body waits for the server to want it',
    verdict: 'fixed:D22',
    rfc: 'RFC 9110 §10.1.1',
    layer: 'bytes',
    needs: ['expect-continue'],
    async run(t) {
      let early = -1;
      const server = await t.scripted(async (peer) => {
        const head = await peer.readHead();
        for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
        early = peer.bytesReceived - head.raw.length;
        await peer.send('HTTP/1.1 100 Continue\r\n\r\n');
        const { text } = await peer.readBody(head);
        await peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
      });
      const client = t.client();
      const headers = { Expect: '100-continue' };
      const response = await client.post(server.url(), { content: 'the body', headers });
      t.assert.deepEqual([response.status, response.text, early], [200, 'the body', 0]);
      t.assert.equal(server.requests[0]!.get('expect'), '100-continue');
    },
  },
  {
    id: 'RB-25.refused',
    rows: ['RB-25'],
    title: 'a server that answers instead does not get the body',
    verdict: 'fixed:D22',
    rfc: 'RFC 9110 §10.1.1',
    layer: 'bytes',
    needs: ['expect-continue'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        const head = await peer.readHead();
        await peer.send('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n');
        await peer.closed;
        t.assert.equal(peer.bytesReceived, head.raw.length);
      });
      let isRead = false;
      async function* content(): AsyncGenerator<string> {
        isRead = true;
        yield 'x';
      }
      const response = await t.client().post(server.url(), {
        content: content(),
        headers: { Expect: '100-continue' },
      });
      t.assert.deepEqual([response.status, isRead], [417, false]);
      await server.untilOpen(0);
    },
  },
  {
    id: 'RB-25.silent',
    rows: ['RB-25'],
    title: 'a server that does not know the expectation gets the body after a while',
    verdict: 'fixed:D22',
    rfc: 'RFC 9110 §10.1.1',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['expect-continue'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        const { body } = await peer.readRequest();
        await peer.send(reply(200, [], body.text));
      });
      const client = t.client({ expectContinueMs: 20 });
      const response = await client.post(server.url(), { content: 'x', headers: { Expect: '100-continue' } });
      t.assert.equal(response.text, 'x');
    },
  },
];
