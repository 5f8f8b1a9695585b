import { reply } from '../../fixtures/reply-server.ts';
import type { StreamResponse } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { failureOf, rootCause } from '../support/failures.ts';
import { OK } from '../support/replies.ts';
import { says } from '../support/socket-events.ts';
import type { SocketEvent } from '../support/socket-events.ts';

/** Ends within the body, a moment after its first octets. */
const CUT: SocketEvent['script'] = async (peer) => {
  await peer.readRequest();
  await peer.send(`${OK}Content-Length: 10\r\n\r\nab`);
  await peer.wait(10);
  await peer.end();
};

/** Asserts that each failure has its caller in the stack, in one line. */
async function namesCallers(t: CaseContext, callers: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const caller of callers) {
    const { stack = '' } = await failureOf(t, caller());
    const lines = stack.split('\n').filter((line) => line.includes(`${caller.name} `));
    t.assert.equal(lines.length, 1, `${caller.name} in ${stack}`);
  }
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'EX-09',
    rows: ['EX-09', 'EX-17'],
    title: 'the message names method, URL without secrets, reason, phase and peer',
    verdict: 'fixed:D24',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(says(`${OK}Content-Length: 10\r\n\r\nab`));
      const url = server.url('/x?token=h1dd3n&q=1').replace('//', '//user:h1dd3n@');
      const { message, stack } = await failureOf(t, t.client().post(url));
      t.assert.match(message, /^POST http:\/\/\[secure\]@127\.0\.0\.1:\d+\/x\?token=\[secure\]&q=1: /);
      t.assert.match(message, /received 2 bytes, expected 10/);
      t.assert.match(message, new RegExp(`\\[phase read, peer 127\\.0\\.0\\.1:${server.port}\\]$`));
      t.assert.doesNotMatch(`${message}${stack}`, /h1dd3n/);
    },
  },
  {
    id: 'EX-17',
    rows: ['EX-17'],
    title: 'a failure carries the request that failed, with the fields that were sent',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const { url } = await t.refusedPort();
      const server = await t.replies(reply(302, [['Location', url]]));
      const client = t.client({ redirect: true, headers: { 'X-Own': '1' }, auth: ['user', 'secret'] });
      const { request, message } = await failureOf(t, client.post(server.url(), { content: 'x' }));
      t.assert.deepEqual(
        [request?.method, request?.url.href, request?.headers.get('x-own')],
        ['GET', url, '1'],
      );
      t.assert.equal(request?.headers.get('authorization'), null);
      t.assert.match(message, new RegExp(`^GET ${url}: `));
      const { inspect } = await import('node:util');
      const printed = inspect(await failureOf(t, client.get(url.replace('//', '//user:p4ssw0rd@'))));
      t.assert.doesNotMatch(printed, /p4ssw0rd/);
      const bare = new t.tern.ReadTimeout({ reason: 'made by hand' });
      t.assert.equal(bare.request, undefined);
    },
  },
  {
    id: 'EX-18',
    rows: ['EX-18'],
    title: 'the error of the system is the cause',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const { url } = await t.refusedPort();
      const refused = rootCause(await failureOf(t, t.client().get(url)));
      t.assert.equal((refused as NodeJS.ErrnoException).code, 'ECONNREFUSED');
      const server = await t.scripted(says('', 'reset'));
      const reset = rootCause(await failureOf(t, t.client().get(server.url())));
      t.assert.equal((reset as NodeJS.ErrnoException).code, 'ECONNRESET');
    },
  },
  {
    id: 'EX-18.caller',
    rows: ['EX-18'],
    title: 'the stack of a failure names the function that waits for the request',
    verdict: 'differs:JavaScript has no traceback that grows while an error travels',
    layer: 'live',
    async run(t) {
      const { url } = await t.refusedPort();
      const client = t.client({ timeout: { read: 30 } });
      const silent = await t.scripted(says('', 'stay'));
      const cut = await t.scripted(CUT);
      await namesCallers(t, [
        async function callerOfGet(): Promise<void> {
          await client.get(url);
        },
        async function callerOfPost(): Promise<void> {
          await client.post(silent.url(), { content: 'x' });
        },
        async function callerOfStream(): Promise<void> {
          await client.stream('GET', url);
        },
        async function callerOfSend(): Promise<void> {
          await client.send(client.buildRequest('GET', url));
        },
        async function callerOfOneShot(): Promise<void> {
          await t.tern.get(url);
        },
        async function callerOfContent(): Promise<void> {
          await client.get(cut.url());
        },
      ]);
    },
  },
  {
    id: 'EX-18.reader',
    rows: ['EX-18'],
    title: 'the stack of a failure within the content names the function that reads it',
    verdict: 'differs:JavaScript has no traceback that grows while an error travels',
    layer: 'live',
    async run(t) {
      const client = t.client();
      const cut = await t.scripted(CUT);
      const open = (): Promise<StreamResponse> => client.stream('GET', cut.url());
      await namesCallers(t, [
        async function readerByIteration(): Promise<void> {
          for await (const piece of await open()) void piece;
        },
        async function readerOfLines(): Promise<void> {
          for await (const line of (await open()).iterLines()) void line;
        },
        async function readerOfPieces(): Promise<void> {
          for await (const piece of (await open()).iterBytes(7)) void piece;
        },
        async function readerOfAll(): Promise<void> {
          await (await open()).read();
        },
      ]);
    },
  },
  {
    id: 'EX-18.own-stack',
    rows: ['EX-18'],
    title: 'an error that the program made keeps the place where it was made',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const made: Error[] = [];
      function makeInHandler(): Error {
        const error = new t.tern.ReadTimeout({ reason: 'simulated' });
        made.push(error);
        return error;
      }
      const client = new t.tern.Client({
        transport: new t.tern.MockTransport(() => {
          throw makeInHandler();
        }),
      });
      t.defer(() => client.close());
      await t.assert.rejects(client.get('https://a.test/'), (error: unknown) => {
        t.assert.equal(error, made[0]);
        t.assert.match((error as Error).stack ?? '', /makeInHandler/);
        return true;
      });
    },
  },
];
