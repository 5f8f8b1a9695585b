import { decodeStream } from '../body/decode-stream.ts';
import { failWithoutRequest } from '../body/fail.ts';
import type { Caller } from './caller.ts';
import type { DecodeCommand } from './protocol.ts';
import { RemoteChunks } from './remote-body.ts';
import type { WorkerExchange } from './worker-exchange.ts';
import type { Reader } from './worker-host.ts';

/**
 * Undoes content codings for a thread that blocks.
 *
 * @param exchange whose response is decoded; null for octets that the thread has itself
 */
export function openDecoder(
  caller: Caller,
  { id, codings, options, hasZstd }: DecodeCommand,
  exchange: WorkerExchange | null,
): Reader {
  const source = exchange === null ? new RemoteChunks(caller, id) : exchange.chunks;
  const decode = hasZstd ? { ...options, zstd: caller.zstd(id) } : options;
  const content = decodeStream(source, codings, decode, failWithoutRequest);
  return {
    async read() {
      const { done, value } = await content.next();
      const piece = done === true ? null : new Uint8Array(value);
      return exchange === null
        ? { piece, isLast: piece === null, bytesReceived: 0, trailers: null, marks: null }
        : exchange.pieceReply(piece, piece === null);
    },
    cancel() {
      void content.return();
    },
  };
}
