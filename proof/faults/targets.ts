import { constants } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createSecureServer, createServer as createHTTP2Server } from 'node:http2';
import { createServer as createSecureHTTPServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import type { ClientOptions } from '../../src/index.ts';
import { Relay } from './relay.ts';

/** Octets of the content that every path answers with. */
export const CONTENT: string = 'every octet of this must come, in order, or none. '.repeat(3);

/** A way to a server, with a relay in the middle that can go wrong. */
export interface Target {
  readonly name: string;
  readonly relay: Relay;
  readonly url: string;
  readonly options: ClientOptions;
  /** A wrong octet cannot be noticed by the protocol, so that the content may be another. */
  readonly isPlain: boolean;
  /** Every so many octets a fault is tried. */
  readonly step: number;
}

const gzipped = gzipSync(CONTENT);

const answer: RequestListener = (request, response) => {
  request.resume();
  switch (request.url) {
    case '/chunked':
      response.write(CONTENT.slice(0, 60));
      response.write(CONTENT.slice(60));
      response.end();
      return;
    case '/gzip':
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': gzipped.length });
      response.end(gzipped);
      return;
    default:
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.end(CONTENT);
  }
};

/** All targets, and what closes them. */
export async function startTargets(): Promise<{ targets: Target[]; close: () => void }> {
  const authority = createCertificateAuthority();
  const { certificate: cert, key } = authority.issue({ commonName: 'localhost', ipAddresses: ['127.0.0.1'] });
  const tls = { ca: authority.certificate };
  const servers = {
    plain: createServer(answer),
    // Without tickets each connection has a handshake in full.
    secure: createSecureHTTPServer({ cert, key, secureOptions: constants.SSL_OP_NO_TICKET }, answer),
    http2: createHTTP2Server(answer as never),
    secureHTTP2: createSecureServer({ cert, key }, answer as never),
    proxy: createServer(),
  };
  servers.proxy.on('connect', (request, client, head) => {
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const server = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.write(head);
      server.pipe(client);
      client.pipe(server);
    });
    server.on('error', () => client.destroy());
    client.on('error', () => server.destroy());
    client.on('close', () => server.destroy());
  });
  const sockets = new Set<Socket>();
  const ports = new Map<Server, number>();
  for (const server of Object.values(servers)) {
    server.on('sessionError', () => null);
    server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.set(server, (server.address() as AddressInfo).port);
  }
  const relays: Relay[] = [];
  const through = async (
    name: string,
    server: Server,
    scheme: string,
    path: string,
    step: number,
    options: ClientOptions = {},
  ): Promise<Target> => {
    const relay = await Relay.start(ports.get(server)!);
    relays.push(relay);
    const url = `${scheme}://127.0.0.1:${relay.port}${path}`;
    return { name, relay, url, options, isPlain: scheme === 'http', step };
  };
  const proxied = await through('tunnel', servers.proxy, 'http', '', 5);
  const targets = [
    await through('http1 length', servers.plain, 'http', '/length', 1),
    await through('http1 chunked', servers.plain, 'http', '/chunked', 1),
    await through('http1 gzip', servers.plain, 'http', '/gzip', 1),
    await through('http1 over TLS', servers.secure, 'https', '/chunked', 11, { tls }),
    await through('http2', servers.http2, 'http', '/length', 1, { http1: false, http2: true }),
    await through('http2 over TLS', servers.secureHTTP2, 'https', '/length', 13, { tls, http2: true }),
    {
      ...proxied,
      url: `https://127.0.0.1:${ports.get(servers.secure)}/chunked`,
      options: { tls, proxy: `http://127.0.0.1:${proxied.relay.port}` },
      isPlain: false,
    },
  ];
  const close = (): void => {
    for (const relay of relays) relay.close();
    for (const server of Object.values(servers)) server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { targets, close };
}
