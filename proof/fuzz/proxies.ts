import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Client, TernError } from '../../src/index.ts';
import { ensure, type FuzzTarget } from './target.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Clients of proxies that answer anything at all, over sockets: a response, or an error of ours; and nothing is left. */
export async function startProxyTargets(): Promise<{ targets: FuzzTarget[]; close: () => Promise<void> }> {
  let script: readonly string[] = [];
  const server: Server = createServer((socket) => {
    const [first = '', ...others] = script;
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      socket.resume();
      socket.write(Buffer.from(first, 'latin1'));
      setTimeout(() => socket.end(Buffer.from(others.join('') + ANSWER, 'latin1')), 1);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const options = { timeout: 5000, limits: { maxConnections: 1, maxKeepAlive: 0 } };
  const clients = {
    SOCKS: new Client({ ...options, proxy: `socks5://127.0.0.1:${port}` }),
    CONNECT: new Client({ ...options, proxy: { url: `http://127.0.0.1:${port}`, tunnel: true } }),
  };
  const run = async (client: Client, answers: readonly string[]): Promise<void> => {
    script = answers;
    try {
      await client.get('http://origin.test/');
    } catch (error) {
      if (!(error instanceof TernError)) throw error;
    }
    const { active, connecting, waiting } = client.stats;
    ensure(active + connecting + waiting === 0, 'a slot that is lost');
  };
  const targets: FuzzTarget[] = [
    {
      name: 'SOCKS replies',
      seeds: [
        '\x05\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50',
        '\x05\xff',
        '\x05\x00\x05\x05\x00\x01\0\0\0\0\0\0',
        '\x05\x00\x05\x00\x00\x03\x04test\x00\x50',
      ],
      pieces: ['\x05', '\x00', '\x04', '\xff', '\x01\x00', 'HTTP/1.1 400 \r\n\r\n'],
      check: (input) => run(clients.SOCKS, [input.slice(0, 2), input.slice(2)]),
    },
    {
      name: 'CONNECT replies',
      seeds: [
        'HTTP/1.1 200 Connection established\r\n\r\n',
        'HTTP/1.1 407 No\r\nContent-Length: 2\r\nProxy-Authenticate: Basic\r\n\r\nno',
        'HTTP/1.0 200\r\n\r\n',
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
      ],
      pieces: [
        '\r\n',
        '\r\n\r\n',
        'HTTP/1.1 ',
        '200',
        '407',
        'Content-Length: 5\r\n',
        'Transfer-Encoding: chunked\r\n',
        ':',
      ],
      check: (input) => run(clients.CONNECT, [input]),
    },
  ];
  return {
    targets,
    async close() {
      for (const client of Object.values(clients)) await client.close();
      server.close();
    },
  };
}
