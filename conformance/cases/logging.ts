import { inspect } from 'node:util';
import { reply } from '../../fixtures/reply-server.ts';
import type { ClientOptions, Logger } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';

function recording(): { readonly logger: Logger; readonly info: string[]; readonly debug: string[] } {
  const info: string[] = [];
  const debug: string[] = [];
  return {
    logger: { info: (line) => void info.push(line), debug: (line) => void debug.push(line) },
    info,
    debug,
  };
}

const SECRET = 'hunter2';
/** The secret, and what Basic authentication makes of it. */
const LEAK = /hunter2|dXNlcjpodW50ZXIy/;

export const cases: readonly ConformanceCase[] = [
  {
    id: 'LG-01',
    rows: ['LG-01'],
    title: 'one line for each hop, with method, URL and status line',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      const { logger, info } = recording();
      const client = t.client({ logger, redirect: true });
      await client.get(server.url('/redirect/1'));
      await client.post(server.url('/status/404'));
      t.assert.deepEqual(info, [
        `HTTP Request: GET ${server.url('/redirect/1')} "HTTP/1.1 302 Found"`,
        `HTTP Request: GET ${server.url('/get')} "HTTP/1.1 200 OK"`,
        `HTTP Request: POST ${server.url('/status/404')} "HTTP/1.1 404 Not Found"`,
      ]);
    },
  },
  {
    id: 'LG-01.reason',
    rows: ['LG-01'],
    title: 'version and reason phrase as received',
    verdict: 'same',
    layer: 'live',
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies([
        'HTTP/1.0 299 Just so\r\nContent-Length: 0\r\n\r\n',
        'HTTP/1.1 204\r\n\r\n',
      ]);
      const { logger, info } = recording();
      const client = t.client({ logger });
      await client.get(server.url('/a'));
      await client.get(server.url('/b'));
      t.assert.deepEqual(info, [
        `HTTP Request: GET ${server.url('/a')} "HTTP/1.0 299 Just so"`,
        `HTTP Request: GET ${server.url('/b')} "HTTP/1.1 204"`,
      ]);
    },
  },
  {
    id: 'LG-01.silence',
    rows: ['LG-01'],
    title: 'no logger, no lines; a failure is none either',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client({ logger: null });
      t.assert.equal((await client.get(server.url())).status, 200);
      const { logger, info, debug } = recording();
      const { url } = await t.refusedPort();
      await t.assert.rejects(t.client({ logger }).get(url), { name: 'ConnectError' });
      t.assert.deepEqual(info, []);
      t.assert.ok(debug.some((line) => line.includes('client.request.failed')));
    },
  },
  {
    id: 'LG-02',
    rows: ['LG-02'],
    title: 'no secret in any line: user information, query, fields, cookies, redirects, failures',
    verdict: 'fixed:D35',
    layer: 'live',
    async run(t) {
      const server = await t.replies(({ target }) =>
        target.startsWith('/hop')
          ? reply(302, [
              ['Location', `/end?access_token=${SECRET}&page=2`],
              ['Set-Cookie', `session=${SECRET}`],
            ])
          : reply(200),
      );
      const { logger, info, debug } = recording();
      const client = t.client({ logger, redirect: true, auth: ['user', SECRET] });
      const secretURL = `${server.url('/hop')}?token=${SECRET}&q=shown`.replace(
        'http://',
        `http://user:${SECRET}@`,
      );
      await client.get(secretURL, {
        headers: { 'X-Api-Key': SECRET, 'Proxy-Authorization': SECRET },
        cookies: { a: SECRET },
      });
      const broken = await t.replies({ bytes: `garbage ${SECRET.length}`, after: 'end' });
      const failed = `${broken.url('/')}?password=${SECRET}`.replace('http://', `http://user:${SECRET}@`);
      const error = await client.get(failed).catch((caught: unknown) => caught);
      t.assert.ok(info.length >= 2 && debug.length > 20);
      for (const line of [...info, ...debug]) t.assert.doesNotMatch(line, LEAK);
      t.assert.doesNotMatch(inspect(error, { depth: 10 }), LEAK);
      t.assert.equal(
        info[0],
        `HTTP Request: GET http://[secure]@127.0.0.1:${server.port}/hop?token=[secure]&q=shown "HTTP/1.1 302 Found"`,
      );
      t.assert.ok(info[1]?.includes('/end?access_token=[secure]&page=2'));
    },
  },
  {
    id: 'LG-02.own',
    rows: ['LG-02'],
    title: 'what else is a secret can be told, and that nothing is',
    verdict: 'fixed:D35',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200));
      const linesWith = async (options: ClientOptions): Promise<string> => {
        const { logger, info, debug } = recording();
        const url = server.url('/?ticket=hunter2&token=hunter2');
        await t.client({ logger, ...options }).get(url, { headers: { 'X-Ticket': SECRET } });
        return [...info, ...debug].join('\n');
      };
      t.assert.match(await linesWith({}), /ticket=hunter2/);
      t.assert.doesNotMatch(await linesWith({ redact: { query: ['Ticket'], headers: ['x-ticket'] } }), LEAK);
      t.assert.match(await linesWith({ redact: null }), /token=hunter2/);
    },
  },
  {
    id: 'LG-03',
    rows: ['LG-03'],
    title: 'what happens on the network goes to debug, event by event, numbered by request',
    verdict: 'same',
    layer: 'live',
    needs: ['trace'],
    async run(t) {
      const server = await t.replies(reply(200, [], 'ok'));
      const { logger, debug } = recording();
      const names: string[] = [];
      const client = t.client({ logger, trace: ({ name }) => void names.push(name) });
      await client.get(server.url());
      t.assert.deepEqual(
        debug.map((line) => line.split(' ')[1]),
        names,
      );
      t.assert.equal(new Set(debug.map((line) => line.split(' ')[0])).size, 1);
      const line = (name: string): string => debug.find((entry) => entry.split(' ')[1] === name) ?? '';
      t.assert.match(
        line('connection.connect_tcp.started'),
        new RegExp(`host="127\\.0\\.0\\.1" port=${server.port}$`),
      );
      t.assert.match(line('http11.receive_response_headers.complete'), /status=200 reason="OK"/);
      t.assert.match(line('http11.receive_response_body.complete'), /bytes=2$/);
    },
  },
  {
    id: 'LG-03.failure',
    rows: ['LG-03'],
    title: 'a failure goes to debug with its reason',
    verdict: 'same',
    layer: 'live',
    needs: ['trace'],
    async run(t) {
      const { url } = await t.refusedPort();
      const { logger, debug } = recording();
      await t.assert.rejects(t.client({ logger }).get(url), { name: 'ConnectError' });
      const failed = debug.find((line) => line.includes('connection.connect_tcp.failed'));
      t.assert.match(String(failed), /error=connection refused \(ECONNREFUSED\)$/);
    },
  },
];
