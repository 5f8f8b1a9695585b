import { openSync } from '../body/request-body.ts';
import type { Request } from '../message/request.ts';
import { unpackError } from './portable-error.ts';
import { WorkerThread } from './worker-thread.ts';

/** Reads a streamed body of a request into memory; after that the request can be sent again. */
export function readBody(request: Request): Uint8Array {
  const { payload } = request;
  if (payload !== null && payload.bytes === null) {
    const chunks: Uint8Array[] = [];
    const iterator = openSync(payload);
    for (let step = iterator.next(); step.done !== true; step = iterator.next())
      chunks.push(step.value instanceof Uint8Array ? step.value : readBlob(step.value));
    request.keepContent(chunks.length === 1 ? chunks[0]! : new Uint8Array(Buffer.concat(chunks)));
  }
  return request.content;
}

/** The octets of a blob, which only a thread that waits can read. */
function readBlob(blob: Blob): Uint8Array {
  const thread = WorkerThread.current;
  const reply = thread.call({ kind: 'blob', id: thread.nextId(), blob });
  if (reply.kind === 'failure') throw unpackError(reply.error);
  return reply.value as Uint8Array;
}
