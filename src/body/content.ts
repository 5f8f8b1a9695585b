import { InvalidArgument } from '../errors/invalid-argument.ts';
import { QueryParams } from '../models/query-params.ts';
import { type BlobLike, blobBody, isBlob } from './blob-body.ts';
import { viewBytes } from './chunk-encoder.ts';
import { describeValue } from './describe-value.ts';
import { factoryBody } from './factory-body.ts';
import { fileHandleBody, type FileHandleLike, isFileHandle } from './file-handle-body.ts';
import { isPromise } from './is-promise.ts';
import { asyncIterableBody, iterableBody } from './iterable-body.ts';
import { isNodeStream, nodeStreamBody } from './node-stream-body.ts';
import { bytesBody, type RequestBody } from './request-body.ts';
import { utf8 } from './utf8.ts';
import { isWebStream, type ReadableStreamLike, webStreamBody } from './web-stream-body.ts';

/**
 * What can be sent as it is. Text goes out as UTF-8.
 *
 * | content | length known | can be sent again |
 * |---|---|---|
 * | string, typed array, `DataView`, `ArrayBuffer` | yes | yes |
 * | `Blob`, `File` | yes | yes |
 * | `FileHandle` of `node:fs/promises` (sent from the start of the file; stays open) | regular file | regular file |
 * | file stream of `node:fs` (what is left of it) | yes, if its position is | no |
 * | any other Node.js stream, web `ReadableStream` | no | no |
 * | array of chunks, iterable that makes new iterators | no | yes |
 * | iterator, generator, sync or async | no | no |
 * | function that makes any of these, or a promise of one | no | yes, it is called each time |
 */
export type ContentInit =
  | string
  | ArrayBuffer
  | SharedArrayBuffer
  | ArrayBufferView
  | BlobLike
  | FileHandleLike
  | ReadableStreamLike
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>
  | (() => ContentInit | Promise<ContentInit>);

/**
 * Prepares content for sending, without reading it.
 *
 * @throws InvalidArgument if it is nothing that has octets (the message suggests the option that fits);
 * StreamConsumed if it is a stream that is locked, destroyed or has ended
 */
export function encodeContent(content: ContentInit): RequestBody {
  if (typeof content === 'string') return bytesBody(utf8(content));
  if (content instanceof Uint8Array) return bytesBody(content);
  if (typeof content === 'function') return factoryBody(() => makeContent(content));
  if (typeof content !== 'object' || content === null) throw refuse(content);
  const bytes = viewBytes(content);
  if (bytes !== null) return bytesBody(bytes);
  if (isBlob(content)) return blobBody(content);
  if (isWebStream(content)) return webStreamBody(content);
  if (isNodeStream(content)) return nodeStreamBody(content);
  if (isFileHandle(content)) return fileHandleBody(content);
  if (Symbol.asyncIterator in content) return asyncIterableBody(content);
  if (Symbol.iterator in content && !isEntries(content)) return iterableBody(content);
  throw refuse(content);
}

function makeContent(make: () => ContentInit | Promise<ContentInit>): RequestBody | Promise<RequestBody> {
  const content = make();
  return isPromise(content) ? Promise.resolve(content).then(encodeContent) : encodeContent(content);
}

/** Iterables of pairs, which have an option of their own. */
function isEntries(value: object): boolean {
  const tag = Object.prototype.toString.call(value);
  return (
    tag === '[object Map]' ||
    tag === '[object FormData]' ||
    tag === '[object URLSearchParams]' ||
    tag === '[object Headers]' ||
    value instanceof QueryParams
  );
}

function refuse(value: unknown): InvalidArgument {
  const what = describeValue(value);
  if (value instanceof Promise) {
    return new InvalidArgument(
      'content: got a Promise; await it, or pass a function that returns it: content: () => promise',
    );
  }
  const tag = Object.prototype.toString.call(value);
  let advice = 'pass it as json or form, or turn it into a string or bytes';
  if (tag === '[object FormData]') advice = 'pass it as multipart';
  else if (tag === '[object URLSearchParams]' || value instanceof QueryParams) advice = 'pass it as form';
  return new InvalidArgument(`content: got ${what}, which has no octets of its own; ${advice}`);
}
