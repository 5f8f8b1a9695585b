import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../src/index.ts';
import { bomb, flood } from './flood.ts';

/** Something that a hostile server does, and what must become of it. */
export interface LimitCase {
  readonly name: string;
  /** Name of the error, or `bounded` if the client goes on within its bounds. */
  readonly outcome: 'bounded' | 'DecodingError' | 'RemoteProtocolError';
  /** Peak RSS of the client may be so much above that of one harmless request, in MiB. */
  readonly mebibytes: number;
  /** What the server says to a request. */
  serve(socket: Socket): Promise<void>;
  /** What the client does. Resolves to a word about what it saw. */
  attempt(client: Client, url: string): Promise<string>;
}

const HEAD = 'HTTP/1.1 200 OK\r\n';

async function get(client: Client, url: string): Promise<string> {
  const { bytes } = await client.get(url);
  return `${bytes.length} octets`;
}

async function stream(client: Client, url: string): Promise<string> {
  let octets = 0;
  const response = await client.stream('GET', url);
  for await (const chunk of response) octets += chunk.length;
  return `${octets} octets`;
}

function bombCase(coding: Parameters<typeof bomb>[0], how: typeof get, word: string): LimitCase {
  return {
    name: `1 GiB of zeros as ${coding}, ${word}`,
    outcome: 'DecodingError',
    mebibytes: how === get ? 320 : 96,
    async serve(socket) {
      const body = await bomb(coding);
      socket.write(`${HEAD}Content-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.write(body);
    },
    attempt: how,
  };
}

const canZstd = 'zstdDecompressSync' in process.getBuiltinModule('node:zlib');

/** Reads one piece in 10 ms, for two seconds. */
async function readSlowly(client: Client, url: string): Promise<string> {
  const until = performance.now() + 2000;
  let octets = 0;
  const response = await client.stream('GET', url);
  for await (const chunk of response) {
    octets += chunk.length;
    if (performance.now() > until) break;
    await sleep(10);
  }
  await response.cancel();
  return `${octets} octets, then given up`;
}

export const CASES: readonly LimitCase[] = [
  bombCase('gzip', get, 'read whole'),
  bombCase('gzip', stream, 'streamed'),
  bombCase('deflate', get, 'read whole'),
  bombCase('br', get, 'read whole'),
  bombCase('gzip, gzip', get, 'read whole'),
  ...(canZstd ? [bombCase('zstd', get, 'read whole')] : []),
  {
    name: '10,000 fields',
    outcome: 'RemoteProtocolError',
    mebibytes: 24,
    async serve(socket) {
      socket.write(HEAD);
      await flood(socket, 'X-A: b\r\n', 10_000);
      socket.write('Content-Length: 0\r\n\r\n');
    },
    attempt: get,
  },
  {
    name: 'a head of 300 KiB',
    outcome: 'RemoteProtocolError',
    mebibytes: 24,
    async serve(socket) {
      socket.write(`${HEAD}X-Long: `);
      await flood(socket, 'x'.repeat(1024), 300);
      socket.write('\r\nContent-Length: 0\r\n\r\n');
    },
    attempt: get,
  },
  {
    name: 'a head that never ends',
    outcome: 'RemoteProtocolError',
    mebibytes: 24,
    async serve(socket) {
      socket.write(`${HEAD}X-Long: `);
      await flood(socket, 'x'.repeat(65_536));
    },
    attempt: get,
  },
  {
    name: 'a status line that never ends',
    outcome: 'RemoteProtocolError',
    mebibytes: 24,
    serve: (socket) => flood(socket, 'HTTP/1.1 200 '.padEnd(65_536, 'x')),
    attempt: get,
  },
  {
    name: 'interim responses without end',
    outcome: 'RemoteProtocolError',
    mebibytes: 24,
    serve: (socket) => flood(socket, 'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n'),
    attempt: get,
  },
  {
    name: '100,000 trailers',
    outcome: 'RemoteProtocolError',
    mebibytes: 24,
    async serve(socket) {
      socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n`);
      await flood(socket, 'X-T: v\r\n', 100_000);
      socket.write('\r\n');
    },
    attempt: get,
  },
  {
    name: 'a chunk-size line of 1 MiB',
    outcome: 'RemoteProtocolError',
    mebibytes: 24,
    async serve(socket) {
      socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n2;a=`);
      await flood(socket, 'x'.repeat(1024), 1024);
      socket.write('\r\nok\r\n0\r\n\r\n');
    },
    attempt: get,
  },
  {
    name: 'a body without end, read slowly',
    outcome: 'bounded',
    mebibytes: 48,
    async serve(socket) {
      socket.write(`${HEAD}Content-Length: 1099511627776\r\n\r\n`);
      await flood(socket, Buffer.alloc(65_536, 'x'));
    },
    attempt: readSlowly,
  },
  {
    name: 'chunks of one octet without end, read slowly',
    outcome: 'bounded',
    mebibytes: 48,
    async serve(socket) {
      socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
      await flood(socket, '1\r\nx\r\n'.repeat(8192));
    },
    attempt: readSlowly,
  },
  {
    name: 'a body without end, read whole with decode.maxBytes',
    outcome: 'DecodingError',
    mebibytes: 64,
    async serve(socket) {
      socket.write(HEAD + '\r\n');
      await flood(socket, Buffer.alloc(65_536, 'x'));
    },
    attempt: (client, url) => get(client.extend({ decode: { maxBytes: 8 << 20 } }), url),
  },
  {
    name: 'cookies without end: 90 on each of 50 responses',
    outcome: 'bounded',
    mebibytes: 24,
    serve(socket) {
      const cookies = Array.from({ length: 90 }, () => `Set-Cookie: ${randomUUID()}=${'x'.repeat(200)}\r\n`);
      socket.write(`${HEAD}${cookies.join('')}Content-Length: 0\r\n\r\n`);
      return Promise.resolve();
    },
    async attempt(client, url) {
      for (let index = 0; index < 50; index++) await client.get(url);
      const { length } = [...client.cookies];
      if (length > 180) throw new RangeError(`${length} cookies of one host are kept`);
      return `${length} cookies kept`;
    },
  },
];
