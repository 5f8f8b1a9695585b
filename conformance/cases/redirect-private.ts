import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { clientOn } from '../support/transports.ts';

const PRIVATE_HOSTS = [
  'localhost',
  'localhost.',
  'a.localhost',
  '127.0.0.1',
  '127.1',
  '0x7f000001',
  '2130706433',
  '0',
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '192.168.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:10.0.0.1]',
  '[64:ff9b::10.0.0.1]',
  '[fd00::1]',
  '[fe80::1]',
  '[ff02::1]',
];

/** Where private addresses are refused. */
const POLICY = { redirect: { allowPrivate: false } };

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RD-14.private',
    rows: ['RD-14'],
    title:
      'redirect.allowPrivate: false refuses to go to this machine and to private networks, however they are written',
    verdict: 'differs:httpx has no such option',
    rfc: 'RFC 6890',
    layer: 'model',
    async run(t) {
      const seen: string[] = [];
      let location = '';
      const transport = new t.tern.MockTransport(({ url }) => {
        seen.push(url.hostname);
        return url.hostname === 'a.test'
          ? new t.tern.Response(302, { headers: { Location: location } })
          : new t.tern.Response(200);
      });
      const client = clientOn(t, transport, POLICY);
      for (const host of PRIVATE_HOSTS) {
        location = `http://user:hunter2@${host}:8080/?token=hunter2`;
        await t.assert.rejects(client.get('https://a.test/'), (error: Error & { phase?: string }) => {
          t.assert.deepEqual([error.name, error.phase], ['RemoteProtocolError', 'redirect'], host);
          t.assert.match(error.message, /redirect\.allowPrivate/);
          t.assert.doesNotMatch(error.message, /hunter2/);
          return true;
        });
      }
      t.assert.deepEqual(new Set(seen), new Set(['a.test']));
      for (const host of ['b.test', '1.1.1.1', '[2600::1]', 'localhost.test']) {
        location = `https://${host}/`;
        t.assert.equal((await client.get('https://a.test/')).status, 200, host);
      }
      // The first URL is the word of the program.
      t.assert.equal((await client.get('http://127.0.0.1/')).status, 200);
      location = 'http://127.0.0.1/';
      const { status } = await client.get('https://a.test/', { redirect: { allowPrivate: true } });
      t.assert.equal(status, 200);
      const unfollowed = await client.get('https://a.test/', { redirect: false });
      t.assert.equal(unfollowed.nextRequest?.url.hostname, '127.0.0.1');
    },
  },
  {
    id: 'RD-14.private-name',
    rows: ['RD-14'],
    title:
      'a name that turns out to lead there is refused before the request is sent, on a connection that is kept, too',
    verdict: 'differs:httpx has no such option',
    layer: 'live',
    needs: ['socket-options'],
    async run(t) {
      const server = await t.replies((request) => {
        const host = request.get('host')?.replace('a.test', 'b.test');
        return request.target === '/start'
          ? reply(307, [['Location', `http://${host}/end`]])
          : reply(200, [], 'there');
      });
      const url = (host: string, path: string): string => `http://${host}:${server.port}${path}`;
      const client = t.client({
        ...POLICY,
        socket: {
          lookup: (_hostname, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
        },
      });
      const refused = { name: 'RemoteProtocolError', phase: 'redirect', peer: `127.0.0.1:${server.port}` };
      await t.assert.rejects(client.post(url('a.test', '/start'), { content: 'secret' }), refused);
      t.assert.deepEqual(
        server.requests.map(({ target }) => target),
        ['/start'],
      );
      t.assert.equal((await client.get(url('b.test', '/end'))).text, 'there');
      const before = server.connections;
      await t.assert.rejects(client.get(url('a.test', '/start')), refused);
      t.assert.deepEqual([server.requests.length, server.connections], [3, before]);
      const allowed = await client.get(url('a.test', '/start'), { redirect: { allowPrivate: true } });
      t.assert.equal(allowed.text, 'there');
      t.assert.equal(client.stats.active, 0);
    },
  },
];
