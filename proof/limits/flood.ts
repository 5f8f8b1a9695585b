import { once } from 'node:events';
import type { Socket } from 'node:net';
import { constants, createBrotliCompress, createDeflate, createGzip, gzipSync } from 'node:zlib';

const GIBI = 1 << 30;
const ZEROS = Buffer.alloc(1 << 20);

/** The first so many octets of a flood are sent as fast as they are taken; it ends when the socket does. */
export async function flood(socket: Socket, piece: Buffer | string, count: number = Infinity): Promise<void> {
  for (let sent = 0; sent < count && socket.writable; sent++) {
    if (!socket.write(piece) && socket.writable) await drained(socket);
  }
}

/** Resolves once the socket takes more, or nothing any more. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

/** A gibibyte of zeros, compressed. */
export async function bomb(coding: 'br' | 'deflate' | 'gzip' | 'gzip, gzip' | 'zstd'): Promise<Buffer> {
  if (coding === 'gzip, gzip') return gzipSync(await bomb('gzip'));
  if (coding === 'zstd') return zstdBomb();
  const encoder =
    coding === 'br'
      ? createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
      : coding === 'gzip'
        ? createGzip({ level: 6 })
        : createDeflate({ level: 6 });
  const chunks: Buffer[] = [];
  encoder.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = once(encoder, 'end');
  for (let sent = 0; sent < GIBI; sent += ZEROS.length) {
    if (!encoder.write(ZEROS)) await once(encoder, 'drain');
  }
  encoder.end();
  await ended;
  return Buffer.concat(chunks);
}

/** Zstandard needs no encoder for zeros: a frame of RLE blocks of 128 KiB each (RFC 8878 §3.1.1.2.2). */
function zstdBomb(): Buffer {
  const size = 131_072;
  const blocks = GIBI / size;
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  const body = Buffer.alloc(blocks * 4);
  for (let index = 0; index < blocks; index++) {
    const isLast = index === blocks - 1 ? 1 : 0;
    body.writeUIntLE((size << 3) | (1 << 1) | isLast, index * 4, 3);
  }
  return Buffer.concat([header, body]);
}
