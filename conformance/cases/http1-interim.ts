import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { receive, refuse, refuseAll } from '../receive.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const PLAIN = `${OK}Content-Length: 2\r\n\r\nok`;

async function* pieces(...list: readonly (Uint8Array | string)[]): AsyncGenerator<Uint8Array | string> {
  yield* list;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H1-16',
    rows: ['H1-16'],
    title: 'interim responses are skipped, and seen by who asks',
    verdict: 'fixed:D38',
    rfc: 'RFC 9110 §15.2',
    layer: 'bytes',
    needs: ['informational'],
    async run(t) {
      const interim =
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nContent-Length: 99\r\n\r\n' +
        'HTTP/1.1 199\r\n\r\n';
      const seen: unknown[] = [];
      const { response } = await receive(t, interim + PLAIN, {
        onInformational: ({ status, statusText, headers }) =>
          void seen.push([status, statusText, headers.get('link')]),
      });
      t.assert.equal(response.text, 'ok');
      t.assert.deepEqual(seen, [
        [100, 'Continue', null],
        [103, 'Early Hints', '</a.css>'],
        [199, '', null],
      ]);
      t.assert.equal(response.headers.get('link'), null);
      t.assert.equal((await receive(t, interim + PLAIN)).response.text, 'ok');
    },
  },
  {
    id: 'H1-16.only',
    rows: ['H1-16', 'H1-03'],
    title: 'an interim response is no answer',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const error = await refuse(t, { bytes: 'HTTP/1.1 100 Continue\r\n\r\n', after: 'end' });
      t.assert.ok(error instanceof t.tern.RemoteProtocolError);
    },
  },
  {
    id: 'H1-16.expect',
    rows: ['H1-16', 'RB-25'],
    title: 'Expect: 100-continue holds the body back until the server wants it',
    verdict: 'fixed:D22',
    rfc: 'RFC 9110 §10.1.1',
    layer: 'bytes',
    needs: ['expect-continue'],
    async run(t) {
      const early: number[] = [];
      const server = await t.scripted(async (peer) => {
        for (;;) {
          const head = await peer.readHead();
          for (let i = 0; i < 5; i++) await peer.wait(1);
          early.push(peer.bytesReceived);
          await peer.send('HTTP/1.1 100 Continue\r\n\r\n');
          const body = await peer.readBody(head);
          early.push(peer.bytesReceived);
          await peer.send(reply(200, [], body.text));
          return;
        }
      });
      const headers = { Expect: '100-continue', Connection: 'close' };
      for (const content of ['small', pieces('a ', 'stream')]) {
        const client = t.client({ expectContinueMs: 60_000, timeout: null });
        t.assert.match((await client.post(server.url(), { content, headers })).text, /^(?:small|a stream)$/);
      }
      t.assert.equal(early[1]! - early[0]!, 5);
      t.assert.ok(early[3]! > early[2]!);
    },
  },
  {
    id: 'H1-16.refused',
    rows: ['H1-16', 'RB-25'],
    title: 'a final answer instead: the body is never sent, and its source never opened',
    verdict: 'fixed:D22',
    rfc: 'RFC 9110 §10.1.1',
    layer: 'bytes',
    needs: ['expect-continue', 'pool'],
    async run(t) {
      for (const status of [417, 200, 401]) {
        const server = await t.scripted(async (peer) => {
          await peer.readHead();
          await peer.send(reply(status, [], 'no'));
          await peer.closed;
          t.assert.equal(peer.received.includes('BODY'), false);
        });
        let isOpened = false;
        const content = (async function* () {
          isOpened = true;
          yield 'BODY';
        })();
        const client = t.client({ expectContinueMs: 60_000 });
        const response = await client.post(server.url(), { content, headers: { Expect: '100-continue' } });
        t.assert.deepEqual([response.status, response.text, isOpened], [status, 'no', false]);
        // The server may take the body for the next request, so the connection is of no more use.
        await server.untilOpen(0);
        t.assert.equal(client.stats.connections, 0);
      }
    },
  },
  {
    id: 'H1-16.impatient',
    rows: ['H1-16', 'RB-25'],
    title: 'a server that says nothing gets the body after a while',
    verdict: 'fixed:D22',
    rfc: 'RFC 9110 §10.1.1',
    layer: 'live',
    needs: ['expect-continue'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        for (;;) {
          const { body } = await peer.readRequest();
          await peer.send(reply(200, [], body.text));
        }
      });
      const headers = { Expect: '100-continue' };
      const client = t.client({ expectContinueMs: 20 });
      t.assert.equal((await client.post(server.url(), { content: 'late', headers })).text, 'late');
      // Nothing to hold back: nothing to wait for.
      const patient = t.client({ expectContinueMs: 60_000 });
      t.assert.equal((await patient.post(server.url(), { headers })).text, '');
    },
  },
  {
    id: 'H1-17',
    rows: ['H1-17'],
    title: 'switching protocols without being asked is refused',
    verdict: 'same',
    rfc: 'RFC 9110 §15.2.2',
    layer: 'bytes',
    async run(t) {
      await refuseAll(t, ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n']);
    },
  },
];
