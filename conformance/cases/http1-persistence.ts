import { reply } from '../../fixtures/reply-server.ts';
import type { Script } from '../../fixtures/scripted-server.ts';
import type { ConformanceCase } from '../case.ts';
import { OK, PLAIN } from '../support/replies.ts';

/** Answers every request alike, and leaves the connection open whatever the answer says. */
function answering(response: string): Script {
  return async (peer) => {
    for (;;) {
      await peer.readRequest();
      await peer.send(response);
    }
  };
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H1-08.close',
    rows: ['H1-08'],
    title: 'a connection is not used again if the server says close, or speaks HTTP/1.0, and leaves it open',
    verdict: 'same',
    rfc: 'RFC 9112 §9.3',
    layer: 'bytes',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      for (const [head, connections] of [
        [OK, 1],
        [`${OK}Connection: close\r\n`, 2],
        [`${OK}Connection: X-Other, Close\r\n`, 2],
        [`${OK}Connection: keep-alive\r\nConnection: close\r\n`, 2],
        [`${OK}Connection: closed\r\n`, 1],
        ['HTTP/1.0 200 OK\r\n', 2],
        ['HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n', 1],
      ] as const) {
        const server = await t.scripted(answering(`${head}Content-Length: 2\r\n\r\nok`));
        const client = t.client();
        for (let i = 0; i < 2; i++) t.assert.equal((await client.get(server.url())).text, 'ok');
        t.assert.equal(server.connections, connections, head);
      }
    },
  },
  {
    id: 'H1-08.request',
    rows: ['H1-08'],
    title: 'nor if the request said close',
    verdict: 'same',
    rfc: 'RFC 9112 §9.6',
    layer: 'live',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      for (const [value, connections] of [
        ['close', 2],
        ['keep-alive', 1],
        ['X-Other, CLOSE', 2],
        ['closed', 1],
      ] as const) {
        const server = await t.scripted(answering(PLAIN));
        const client = t.client({ headers: { Connection: value } });
        for (let i = 0; i < 2; i++) t.assert.equal((await client.get(server.url())).text, 'ok');
        t.assert.equal(server.connections, connections, value);
      }
    },
  },
  {
    id: 'H1-16.again',
    rows: ['H1-16'],
    title: 'interim responses are counted for each request',
    verdict: 'differs:httpx waits for ever',
    layer: 'live',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      const server = await t.replies(`${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(60)}${PLAIN}`);
      const client = t.client();
      for (let i = 0; i < 3; i++) t.assert.equal((await client.get(server.url())).text, 'ok');
      t.assert.equal(server.connections, 1);
    },
  },
  {
    id: 'H1-16.other',
    rows: ['H1-16'],
    title: 'a body that waits for 100 is not let go by another interim response',
    verdict: 'fixed:D22',
    rfc: 'RFC 9110 §10.1.1',
    layer: 'live',
    needs: ['expect-continue'],
    async run(t) {
      let early = -1;
      const server = await t.scripted(async (peer) => {
        const head = await peer.readHead();
        await peer.send('HTTP/1.1 103 Early Hints\r\n\r\n');
        await peer.wait(50);
        early = peer.bytesReceived - head.raw.length;
        await peer.send('HTTP/1.1 100 Continue\r\n\r\n');
        const { text } = await peer.readBody(head);
        await peer.send(reply(200, [], text));
      });
      const headers = { Expect: '100-continue' };
      const response = await t.client().post(server.url(), { content: 'the body', headers });
      t.assert.deepEqual([response.text, early], ['the body', 0]);
    },
  },
];
