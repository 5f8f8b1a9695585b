import { openSync, type RequestBody } from '../body/request-body.ts';
import type { Request } from '../message/request.ts';
import { unpackError } from './portable-error.ts';
import { WorkerThread } from './worker-thread.ts';

/** A blob is read in pieces of this size. */
const PIECE = 1_048_576;

/** Reads a streamed body of a request into memory; after that the request can be sent again. */
export function readBody(request: Request): Uint8Array {
  const { payload } = request;
  if (payload !== null && payload.bytes === null) {
    const chunks = [...piecesOf(payload)];
    request.keepContent(chunks.length === 1 ? chunks[0]! : new Uint8Array(Buffer.concat(chunks)));
  }
  return request.content;
}

/** The octets of a body, piece by piece. */
export function* piecesOf(body: RequestBody): Generator<Uint8Array, void, void> {
  for (const piece of { [Symbol.iterator]: () => openSync(body) }) {
    if (piece instanceof Uint8Array) yield piece;
    else for (let at = 0; at < piece.size; at += PIECE) yield readBlob(piece.slice(at, at + PIECE));
  }
}

/** The octets of a blob, which only a thread that waits can read. */
function readBlob(blob: Blob): Uint8Array {
  const thread = WorkerThread.current;
  const reply = thread.call({ kind: 'blob', id: thread.nextId(), blob });
  if (reply.kind === 'failure') throw unpackError(reply.error);
  return reply.value as Uint8Array;
}
