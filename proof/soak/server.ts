import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { constants, createServer as createHTTP2Server, type Http2ServerRequest } from 'node:http2';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { contentAt, eventText } from './content.ts';

/**
 * The server of the soak, a process of its own: answers what the path asks for, faults included. It sends its ports
 * (HTTP/1.1 and HTTP/2 with prior knowledge) to its parent and ends with it.
 *
 * - `/plain/OFFSET/LENGTH`, `/chunked/…`, `/gzip/…`: content; `/close/…` ends the connection, in good order
 * - `/events/COUNT`: an event stream; `/slow/OFFSET/LENGTH`: content that never ends
 * - `/live/COUNT`: three events at a time, from the one behind `Last-Event-ID` on; then the connection breaks
 * - `/echo`: what was sent
 * - `/reset/…`, `/cut/…`, `/garbage/…`: a connection (in HTTP/2: a stream) that dies in the middle, ends early, or says
 *   nonsense
 */
type Incoming = Http2ServerRequest | IncomingMessage;
/** What both kinds of response can do. */
type Outgoing = Pick<ServerResponse, 'destroy' | 'end' | 'on' | 'setHeader' | 'write' | 'writeHead'>;

const gzipped = new Map<string, Buffer>();

function answer(request: Incoming, response: Outgoing): void {
  const [, kind = '', first = '0', second = '0'] = (request.url ?? '').split('/');
  const offset = Number(first);
  const length = Number(second);
  request.on('error', () => response.destroy());
  response.on('error', () => response.destroy());
  if (kind === 'echo') {
    echo(request, response);
    return;
  }
  request.resume();
  const content = contentAt(offset, length);
  switch (kind) {
    case 'plain':
    case 'close': {
      const head = { 'content-length': String(length) };
      const stream = 'stream' in request ? request.stream : null;
      if (kind === 'close' && stream === null) response.setHeader('connection', 'close');
      response.writeHead(200, head);
      response.end(content);
      // GOAWAY: what runs goes on, what comes later goes elsewhere. Not for each, as many share the connection.
      if (kind === 'close' && offset % 20 === 0) stream?.session?.close();
      return;
    }
    case 'chunked':
      response.writeHead(200);
      for (let at = 0; at < length; at += 7000) response.write(content.subarray(at, at + 7000));
      response.end();
      return;
    case 'gzip':
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(zipped(request.url!, content));
      return;
    case 'events':
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let index = 0; index < offset; index++)
        response.write(`id: ${index}\ndata: ${eventText(index)}\n\n`);
      response.end();
      return;
    case 'live':
      live(request, response, offset);
      return;
    case 'slow':
      response.writeHead(200, { 'content-length': String(length + 1) });
      response.write(content);
      return;
    default:
      fail(kind, request, response, content);
  }
}

function live(request: Incoming, response: Outgoing, count: number): void {
  const last = request.headers['last-event-id'];
  const first = last === undefined ? 0 : Number(last) + 1;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('retry: 1\n\n');
  const end = Math.min(first + 3, count);
  for (let index = first; index < end; index++) response.write(`id: ${index}\ndata: ${eventText(index)}\n\n`);
  if (end === count) response.end();
  else setTimeout(() => response.destroy(), 1);
}

function echo(request: Incoming, response: Outgoing): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    response.writeHead(200, { 'content-length': String(body.length) });
    response.end(body);
  });
}

function fail(kind: string, request: Incoming, response: Outgoing, content: Buffer): void {
  if (!('stream' in request)) {
    const { socket } = request;
    if (kind === 'garbage') {
      socket.end('HTTP/1.1 abc nonsense\r\n\r\n');
      return;
    }
    response.writeHead(200, { 'content-length': String(content.length + 1) });
    response.write(content, () => {
      if (kind === 'reset') socket.resetAndDestroy();
      else socket.end();
    });
    return;
  }
  const { stream } = request;
  if (kind === 'garbage') {
    // More was announced than is sent: malformed (RFC 9113 §8.1.1).
    stream.respond({ ':status': 200, 'content-length': String(content.length + 1) });
    stream.end(content);
    return;
  }
  response.writeHead(200);
  response.write(content, () => {
    stream.close(kind === 'reset' ? constants.NGHTTP2_INTERNAL_ERROR : constants.NGHTTP2_CANCEL);
  });
}

function zipped(url: string, content: Buffer): Buffer {
  let body = gzipped.get(url);
  if (body === undefined) {
    body = gzipSync(content, { level: 1 });
    if (gzipped.size < 512) gzipped.set(url, body);
  }
  return body;
}

function listen(server: NetServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

const http1 = createServer({ keepAliveTimeout: 2000 }, answer);
const http2 = createHTTP2Server((request, response) => answer(request, response as unknown as Outgoing));
http2.on('session', (session) => session.on('error', () => session.destroy()));
for (const server of [http1, http2])
  server.on('connection', (socket: Socket) => socket.on('error', () => socket.destroy()));
process.send?.({ http1: await listen(http1), http2: await listen(http2), pid: process.pid });
process.on('disconnect', () => process.exit(0));
