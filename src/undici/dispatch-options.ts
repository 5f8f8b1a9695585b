import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import type { Request } from '../message/request.ts';
import { sameName } from '../models/field-syntax.ts';
import type { Framing } from '../transport/framing.ts';
import { authorityOf } from '../transport/outgoing.ts';
import { type Upload, UploadBlob, UploadIterable } from './upload.ts';

/** A body in memory up to this size is handed to undici in one piece. */
const SMALL_BODY = 65_536;

/** What a dispatcher is asked to send. */
export interface DispatchOptions {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  /** An object, as interceptors spread it and look up names in it. */
  readonly headers: Record<string, string[] | string>;
  readonly body: Buffer | UploadBlob | UploadIterable | string | null;
  readonly upgrade?: string;
  readonly servername?: string;
  /** 0 switches the dispatcher's own limits off: those of the request are watched here, more exactly. */
  readonly headersTimeout: 0;
  readonly bodyTimeout: 0;
}

/**
 * A request in undici's terms.
 *
 * @param upload the body, for one that is not small and in memory
 * @param isMocked the dispatcher compares bodies with what a test expects, as text
 * @throws LocalProtocolError for fields that undici would drop or contradict
 */
export function dispatchOptions(
  request: Request,
  framing: Framing,
  upload: Upload | null,
  isMocked: boolean,
): DispatchOptions {
  const { parsedURL, extensions, method } = request;
  const { scheme, hostname, port, origin, target } = parsedURL;
  const body = bodyFor(request, framing, upload, isMocked);
  const { headers, upgrade } = headersFor(request, body instanceof UploadIterable);
  const servername =
    extensions.sniHostname ?? (scheme === 'https' && !isAddress(hostname) ? hostname : undefined);
  return {
    origin,
    path: extensions.target ?? (method === 'CONNECT' ? authorityOf({ hostname, port }) : target),
    method,
    headers,
    body,
    ...(upgrade === null ? {} : { upgrade }),
    ...(servername === undefined ? {} : { servername }),
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}

/** Whether undici is given the body in one piece, or there is none. */
export function isSmallBody({ payload }: Request, framing: Framing): boolean {
  if (payload === null) return true;
  return framing.kind !== 'chunked' && payload.bytes !== null && payload.bytes.length <= SMALL_BODY;
}

function bodyFor(
  { payload }: Request,
  framing: Framing,
  upload: Upload | null,
  isMocked: boolean,
): DispatchOptions['body'] {
  if (payload === null) return null;
  const { bytes } = payload;
  if (isMocked && bytes !== null) return textOrBytes(bytes);
  if (upload === null) return bytes === null || bytes.length === 0 ? null : toBuffer(bytes);
  return framing.length !== -1 && payload.replayable
    ? new UploadBlob(upload, framing.length)
    : new UploadIterable(upload);
}

/** The fields that undici takes; it writes Host, Connection, Content-Length and Transfer-Encoding by itself. */
function headersFor(
  request: Request,
  isUnmeasured: boolean,
): { headers: Record<string, string[] | string>; upgrade: string | null } {
  const { fields, parsedURL } = request;
  const headers: Record<string, string[] | string> = {};
  const names = new Map<string, string>();
  let upgrade: string | null = null;
  let connection: string | null = null;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    const value = fields[i + 1]!;
    const key = name.toLowerCase();
    switch (key) {
      case 'host':
        if (value !== parsedURL.host) headers[name] = value;
        break;
      case 'connection':
        connection = connection === null ? value : `${connection}, ${value}`;
        break;
      case 'content-length':
        if (isUnmeasured) headers[name] = value;
        break;
      case 'expect':
        throw illegal(`undici cannot send Expect: ${value}`, request);
      case 'transfer-encoding':
        if (value.toLowerCase() !== 'chunked')
          throw illegal(`undici cannot send Transfer-Encoding: ${value}`, request);
        break;
      case 'upgrade':
        upgrade = upgrade === null ? value : `${upgrade}, ${value}`;
        break;
      default:
        add(headers, names, key, name, value);
    }
  }
  const options = connection === null ? [] : connection.split(',').map((option) => option.trim());
  const unknown = options.find((option) => !isManaged(option));
  if (unknown !== undefined) throw illegal(`undici cannot send Connection: ${unknown}`, request);
  if (options.some((option) => sameName(option, 'close'))) headers['Connection'] = 'close';
  return { headers, upgrade };
}

/** Options of Connection that undici sends, or need not be sent, by itself. */
function isManaged(option: string): boolean {
  return (
    option === '' ||
    sameName(option, 'keep-alive') ||
    sameName(option, 'close') ||
    sameName(option, 'upgrade')
  );
}

function add(
  headers: Record<string, string[] | string>,
  names: Map<string, string>,
  key: string,
  name: string,
  value: string,
): void {
  const known = names.get(key);
  if (known === undefined) {
    names.set(key, name);
    // Not by assignment: a field may be named '__proto__'.
    Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true });
    return;
  }
  const earlier = headers[known]!;
  if (Array.isArray(earlier)) earlier.push(value);
  else headers[known] = [earlier, value];
}

function isAddress(hostname: string): boolean {
  return process.getBuiltinModule('node:net').isIP(hostname) !== 0;
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function textOrBytes(bytes: Uint8Array): Buffer | string {
  const buffer = toBuffer(bytes);
  const text = buffer.toString();
  return Buffer.byteLength(text) === buffer.length && buffer.equals(Buffer.from(text)) ? text : buffer;
}

function illegal(reason: string, request: Request): LocalProtocolError {
  return new LocalProtocolError({ reason, request, phase: 'build' });
}
