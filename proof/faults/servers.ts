import { constants } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createSecureServer, createServer as createHTTP2Server } from 'node:http2';
import { createServer as createSecureHTTPServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTCPServer,
  type Server,
  type Socket,
} from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { CONTENT } from './content.ts';
import { Progress } from './progress.ts';
import { Relay, type RelayPlan } from './relay.ts';
import { Switchboard } from './switchboard.ts';

/**
 * The servers and the relays before them, in a thread of their own, so that a client may block. It is given
 * certificates and one switchboard for each relay, and sends the ports.
 */
export interface ServersSetup {
  readonly good: { readonly cert: string; readonly key: string };
  /** Certificates that must be refused, by name. */
  readonly bad: Readonly<Record<string, { readonly cert: string; readonly key: string }>>;
  readonly relays: readonly {
    readonly server: ServerName;
    readonly memory: SharedArrayBuffer;
    readonly plan: RelayPlan;
  }[];
}

export type ServerName =
  | 'http2'
  | 'plain'
  | 'proxy'
  | 'secure'
  | 'secure12'
  | 'secureHTTP2'
  | 'secureProxy'
  | 'socks';

export interface ServersReady {
  readonly ports: Readonly<Record<string, number>>;
  /** In the order of the relays asked for. */
  readonly relays: readonly number[];
}

const gzipped = gzipSync(CONTENT);

const answer: RequestListener = (request, response) => {
  // Fields that are the same each time are octets that cost time.
  response.sendDate = false;
  switch (request.url) {
    case '/chunked':
      response.write(CONTENT.slice(0, 9));
      response.write(CONTENT.slice(9, 60));
      response.write(CONTENT.slice(60));
      response.end();
      return;
    case '/gzip':
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': gzipped.length });
      response.end(gzipped);
      return;
    default:
      request.resume();
      request.on('end', () => {
        response.writeHead(200, { 'content-length': CONTENT.length });
        response.end(CONTENT);
      });
  }
};

function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
}

/** @param board told how far clients are, where a relay cannot see it */
function passThrough(server: Server, board: Switchboard | null = null): Server {
  return server.on('connect', (request: { url: string }, client: Socket, head: Buffer) => {
    const target = connect(Number(request.url.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      if (board !== null) {
        let progress: Progress | null = null;
        client.on('data', (chunk: Buffer) => {
          progress ??= new Progress(['tls'], (stage, begun) => board.enter(stage, begun));
          progress.push(chunk);
        });
      }
      join(client, target);
    });
    target.on('error', () => client.destroy());
    client.on('error', () => target.destroy());
  });
}

/** RFC 1928 as far as is needed: no authentication, IPv4, CONNECT. */
async function speakSOCKS(client: Socket): Promise<void> {
  const read = async (): Promise<Buffer> => ((await once(client, 'data')) as [Buffer])[0];
  await read();
  client.write(Uint8Array.of(5, 0));
  let request = await read();
  while (request.length < 10) request = Buffer.concat([request, await read()]);
  const target = connect(request.readUInt16BE(request.length - 2), '127.0.0.1');
  await once(target, 'connect');
  client.write(Uint8Array.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0));
  join(client, target);
}

function makeServers({ good, bad, relays }: ServersSetup): Record<string, Server> {
  // Without tickets each connection has a handshake in full, and nothing comes after it but what is asked for.
  const tls = { ...good, secureOptions: constants.SSL_OP_NO_TICKET };
  const servers: Record<string, Server> = {
    plain: createServer(answer),
    secure: createSecureHTTPServer(tls, answer),
    secure12: createSecureHTTPServer({ ...tls, maxVersion: 'TLSv1.2' }, answer),
    http2: createHTTP2Server(answer as never),
    secureHTTP2: createSecureServer(tls, answer as never),
    proxy: passThrough(createServer(answer)),
    socks: createTCPServer((client) => {
      client.on('error', () => client.destroy());
      speakSOCKS(client).catch(() => client.destroy());
    }),
  };
  // A proxy tells the one relay before it how far clients are.
  relays.forEach(({ server, memory }, index) => {
    if (server !== 'secureProxy') return;
    servers[`${server} ${index}`] = passThrough(createSecureHTTPServer(tls, answer), new Switchboard(memory));
  });
  for (const [name, pair] of Object.entries(bad)) {
    servers[`${name} h1`] = createSecureHTTPServer(pair, answer);
    servers[`${name} h2`] = createSecureServer(pair, answer as never);
    servers[`${name} proxy`] = passThrough(createSecureHTTPServer(pair, answer));
  }
  return servers;
}

const setup = workerData as ServersSetup;
const servers = makeServers(setup);
const ports: Record<string, number> = {};
for (const [name, server] of Object.entries(servers)) {
  server.on('sessionError', () => null);
  server.on('clientError', (_, socket: Socket) => socket.destroy());
  server.on('tlsClientError', () => null);
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()));
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ports[name] = (server.address() as AddressInfo).port;
}
const relays: number[] = [];
for (const [index, { server, memory, plan }] of setup.relays.entries()) {
  const port = ports[server] ?? ports[`${server} ${index}`]!;
  relays.push((await Relay.start(port, new Switchboard(memory), plan)).port);
}
const ready: ServersReady = { ports, relays };
parentPort!.postMessage(ready, []);
