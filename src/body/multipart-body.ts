import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { DONE } from './body-chunks.ts';
import {
  alreadyRead,
  type BodyIterator,
  byteCount,
  bytesBody,
  mustWait,
  openSync,
  type RequestBody,
  type SyncPiece,
} from './request-body.ts';
import { utf8 } from './utf8.ts';

/** The content of a part that is not in memory. */
export interface StreamedPart {
  readonly name: string;
  readonly body: RequestBody;
  /** Octets that it must have, `null` if unknown. */
  readonly length: number | null;
}

/** Collects the pieces of a multipart body in their order. */
export class MultipartBuilder {
  #text = '';
  readonly #segments: (Uint8Array | StreamedPart)[] = [];

  addText(text: string): void {
    this.#text += text;
  }

  addContent(part: StreamedPart): void {
    this.#endText();
    this.#segments.push(part.body.bytes ?? part);
  }

  /** @param count number of parts */
  finish(count: number): RequestBody {
    this.#endText();
    const segments = this.#segments;
    return segments.every((segment) => segment instanceof Uint8Array)
      ? bytesBody(segments.length === 1 ? segments[0]! : concatenate(segments))
      : new MultipartBody(segments, count);
  }

  #endText(): void {
    if (this.#text !== '') this.#segments.push(utf8(this.#text));
    this.#text = '';
  }
}

class MultipartBody implements RequestBody {
  readonly bytes = null;
  readonly length: number | null;
  readonly replayable: boolean;
  readonly description: string;
  readonly #segments: readonly (Uint8Array | StreamedPart)[];
  #isSpent = false;

  constructor(segments: readonly (Uint8Array | StreamedPart)[], count: number) {
    this.#segments = segments;
    let length: number | null = 0;
    let oneShot: StreamedPart | undefined;
    for (const segment of segments) {
      const size: number | null = segment instanceof Uint8Array ? segment.byteLength : segment.length;
      length = length === null || size === null ? null : length + size;
      if (!(segment instanceof Uint8Array) && !segment.body.replayable) oneShot ??= segment;
    }
    this.length = length;
    this.replayable = oneShot === undefined;
    this.description =
      oneShot === undefined
        ? `multipart content of ${count === 1 ? 'one part' : `${count} parts`}`
        : `multipart content whose part '${oneShot.name}' is ${oneShot.body.description}`;
  }

  open(): AsyncIterator<Uint8Array> {
    if (this.#isSpent) throw alreadyRead(this.description);
    this.#isSpent = !this.replayable;
    return new MultipartChunks(this.#segments);
  }

  openSync(): Iterator<SyncPiece> {
    for (const segment of this.#segments) {
      if (!(segment instanceof Uint8Array) && segment.body.openSync === undefined) {
        throw mustWait(`multipart content whose part '${segment.name}' is ${segment.body.description}`);
      }
    }
    if (this.#isSpent) throw alreadyRead(this.description);
    this.#isSpent = !this.replayable;
    return piecesOf(this.#segments);
  }

  async cancel(reason?: unknown): Promise<void> {
    if (this.#isSpent) return;
    this.#isSpent = !this.replayable;
    await cancelFrom(this.#segments, 0, reason);
  }
}

class MultipartChunks implements AsyncIterator<Uint8Array> {
  readonly #segments: readonly (Uint8Array | StreamedPart)[];
  /** Index of the next segment. */
  #next = 0;
  #part: StreamedPart | null = null;
  #iterator: BodyIterator | null = null;
  /** Octets that the part at hand has given. */
  #count = 0;

  constructor(segments: readonly (Uint8Array | StreamedPart)[]) {
    this.#segments = segments;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#part === null || this.#iterator === null) {
      const segment = this.#segments[this.#next];
      if (segment === undefined) return DONE;
      this.#next++;
      if (segment instanceof Uint8Array) {
        return segment.byteLength > 0 ? { done: false, value: segment } : this.next();
      }
      this.#part = segment;
      this.#count = 0;
    }
    const part = this.#part;
    try {
      this.#iterator ??= part.body.open();
      const result = await this.#iterator.next();
      if (this.#part !== part) return DONE;
      if (result.done !== true) {
        this.#count += result.value.byteLength;
        if (part.length === null || this.#count <= part.length) return result;
        throw wrongLength(part, `more than ${this.#count - 1}`);
      }
      this.#part = null;
      this.#iterator = null;
      if (part.length !== null && this.#count < part.length) throw wrongLength(part, String(this.#count));
    } catch (error) {
      await this.return(error);
      throw error;
    }
    return this.next();
  }

  async return(reason?: unknown): Promise<IteratorResult<Uint8Array>> {
    const iterator = this.#iterator;
    const from = this.#next;
    this.#part = null;
    this.#iterator = null;
    this.#next = this.#segments.length;
    await Promise.all([iterator?.return?.(reason), cancelFrom(this.#segments, from, reason)]);
    return DONE;
  }
}

function* piecesOf(segments: readonly (Uint8Array | StreamedPart)[]): Generator<SyncPiece, void, void> {
  let next = 0;
  let iterator: Iterator<SyncPiece> | null = null;
  try {
    for (; next < segments.length; next++) {
      const segment = segments[next]!;
      if (segment instanceof Uint8Array) {
        if (segment.byteLength > 0) yield segment;
        continue;
      }
      let count = 0;
      iterator = openSync(segment.body);
      for (let step = iterator.next(); step.done !== true; step = iterator.next()) {
        count += step.value instanceof Uint8Array ? step.value.byteLength : step.value.size;
        if (segment.length !== null && count > segment.length)
          throw wrongLength(segment, `more than ${count - 1}`);
        yield step.value;
      }
      iterator = null;
      if (segment.length !== null && count < segment.length) throw wrongLength(segment, String(count));
    }
  } finally {
    iterator?.return?.();
    if (next < segments.length) void cancelFrom(segments, next + 1, undefined);
  }
}

function wrongLength(part: StreamedPart, got: string): LocalProtocolError {
  return new LocalProtocolError({
    reason: `multipart part '${part.name}' was announced with ${byteCount(part.length ?? 0)}, its content has ${got}`,
  });
}

async function cancelFrom(
  segments: readonly (Uint8Array | StreamedPart)[],
  start: number,
  reason: unknown,
): Promise<void> {
  const pending: Promise<void>[] = [];
  for (let index = start; index < segments.length; index++) {
    const segment = segments[index]!;
    if (segment instanceof Uint8Array) continue;
    const cancelled = segment.body.cancel?.(reason);
    if (cancelled !== undefined) pending.push(cancelled);
  }
  await Promise.all(pending);
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const piece of pieces) length += piece.byteLength;
  const whole = new Uint8Array(length);
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.byteLength;
  }
  return whole;
}
