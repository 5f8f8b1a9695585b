import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import type { AppOptions, Client, NodeHandler } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { gate } from '../support/waiting.ts';

/** A client whose requests go to an app of `node:http`. */
function clientOf(t: CaseContext, app: NodeHandler, options?: AppOptions): Client {
  const transport = new t.tern.NodeHandlerTransport(app, options);
  const client = new t.tern.Client({ baseURL: 'http://app.test', transport });
  t.defer(() => client.close());
  return client;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** Answers with what it has been given. */
const telling: NodeHandler = async (request, response) => {
  const { method, url, httpVersion, rawHeaders, socket } = request;
  const { remoteAddress, remotePort, localPort } = socket;
  const body = await textOf(request);
  response.setHeader('Content-Type', 'application/json');
  const isSecure = 'encrypted' in socket && socket.encrypted === true;
  const seen = { method, url, httpVersion, body, remoteAddress, remotePort, localPort, isSecure };
  response.end(JSON.stringify({ ...seen, own: rawHeaders.includes('X-Own') }));
};

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TR-07',
    rows: ['TR-07'],
    title: 'an app gets request line, fields and body, and where the request comes from',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const sent = { headers: { 'X-Own': 'x' }, content: 'body' };
      const expected = {
        method: 'PUT',
        url: '/a%20b?q=1',
        httpVersion: '1.1',
        body: 'body',
        remoteAddress: '127.0.0.1',
        remotePort: 123,
        localPort: 80,
        isSecure: false,
        own: true,
      };
      const client = clientOf(t, telling);
      t.assert.deepEqual((await client.put('/a%20b?q=1', sent)).json(), expected);
      t.assert.deepEqual((await client.put('https://app.test/a%20b?q=1', sent)).json(), {
        ...expected,
        localPort: 443,
        isSecure: true,
      });
      const far = clientOf(t, telling, { remoteAddress: '2001:db8::1', remotePort: 4711 });
      t.assert.deepEqual((await far.put('http://app.test:8080/a%20b?q=1', sent)).json(), {
        ...expected,
        remoteAddress: '2001:db8::1',
        remotePort: 4711,
        localPort: 8080,
      });
    },
  },
  {
    id: 'TR-07.response',
    rows: ['TR-07'],
    title: 'status, fields, interim responses, trailers and empty pieces come as from a server',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const client = clientOf(t, (_request, response) => {
        response.writeEarlyHints({ link: '</a>; rel=preload' });
        response.writeHead(203, 'Odd', [
          ['X-Case', '1'],
          ['x-case', '2'],
          ['Trailer', 'X-Sum'],
        ]);
        response.write('');
        response.write('some ');
        response.write('');
        response.write('content');
        response.addTrailers({ 'X-Sum': '42' });
        response.end();
      });
      const interim: number[] = [];
      const response = await client.get('/', { onInformational: ({ status }) => interim.push(status) });
      t.assert.deepEqual([interim, response.status, response.statusText], [[103], 203, 'Odd']);
      t.assert.deepEqual(response.headers.raw.slice(0, 2), [
        ['X-Case', '1'],
        ['x-case', '2'],
      ]);
      t.assert.deepEqual([response.text, response.trailers.get('x-sum')], ['some content', '42']);
      const empty = clientOf(t, (_request, response: ServerResponse) => void response.end());
      t.assert.equal((await empty.get('/')).bytes.length, 0);
    },
  },
  {
    id: 'TR-07.errors',
    rows: ['TR-07'],
    title: 'what the app throws is the error of the request, or of the content; or it is a response 500',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const failure = new RangeError('out of order');
      const isFailure = (error: unknown): boolean => error === failure;
      const early: NodeHandler[] = [
        () => {
          throw failure;
        },
        (_request, response) => {
          response.setHeader('X-Lost', '1');
          return Promise.reject(failure);
        },
      ];
      const late: NodeHandler = async (_request, response) => {
        response.write('some');
        await turn();
        throw failure;
      };
      for (const app of [...early, late]) {
        await t.assert.rejects(clientOf(t, app).get('/'), isFailure);
        await t.assert.rejects(clientOf(t, app).post('/', { content: Buffer.alloc(500_000) }), isFailure);
      }
      for (const app of early) {
        const response = await clientOf(t, app, { raiseAppErrors: false }).get('/');
        t.assert.deepEqual([response.status, response.headers.get('x-lost'), response.text], [500, null, '']);
      }
      const broken = clientOf(t, late, { raiseAppErrors: false });
      await t.assert.rejects(broken.get('/'), { name: 'RemoteProtocolError' });
    },
  },
  {
    id: 'TR-07.hung-up',
    rows: ['TR-07'],
    title: 'an app that hangs up, or never answers, is a failure as of a server',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const rude = clientOf(t, (request) => void request.socket.destroy());
      await t.assert.rejects(rude.get('/'), { name: 'RemoteProtocolError' });
      const closed: string[] = [];
      const all = gate();
      const silent = clientOf(t, (request, response) => {
        request.on('close', () => closed.push('request'));
        response.on('close', () => {
          closed.push('response');
          all.open();
        });
      });
      await t.assert.rejects(silent.get('/', { timeout: { read: 10 } }), t.tern.ReadTimeout);
      await all.passed;
      t.assert.ok(closed.includes('response'));
    },
  },
  {
    id: 'TR-07.memory',
    rows: ['TR-07'],
    title: 'app and client do not share memory: what either writes may be changed afterwards',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const client = clientOf(t, async (request, response) => {
        const pieces: Buffer[] = [];
        for await (const chunk of request) {
          pieces.push(Buffer.from(chunk as Buffer));
          (chunk as Buffer).fill('x');
        }
        const content = Buffer.concat(pieces);
        response.write(content, () => content.fill('y'));
        response.end();
      });
      const content = Buffer.alloc(100_000, 'abcd');
      const original = Buffer.from(content);
      const response = await client.post('/', { content });
      t.assert.equal(Buffer.compare(content, original), 0);
      t.assert.equal(Buffer.compare(response.bytes, original), 0);
    },
  },
];
