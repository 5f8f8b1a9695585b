import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import type { Request } from '../message/request.ts';
import type { Headers } from '../models/headers.ts';
import { sameName, trimOWS } from '../models/field-syntax.ts';

/** How a request is written to the wire. */
export interface Framing {
  readonly kind: 'chunked' | 'length' | 'none';
  /** Octets that the body must have; -1 if any number will do. */
  readonly length: number;
  /** The body waits for 100 (Continue) (RFC 9110 §10.1.1). */
  readonly expectsContinue: boolean;
  readonly asksUpgrade: boolean;
}

const NO_BODY: Framing = Object.freeze({
  kind: 'none',
  length: -1,
  expectsContinue: false,
  asksUpgrade: false,
});

/**
 * What the fields of a request say about its framing, checked against its body (RFC 9112 §6).
 *
 * @throws LocalProtocolError if they contradict each other: a peer might take the rest for another request
 */
export function framingOf(request: Request): Framing {
  const { fields, payload: body } = request;
  let length = -1;
  let codings = '';
  let expectsContinue = false;
  let asksUpgrade = false;
  let hosts = 0;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    switch (name.length) {
      case 4:
        if (sameName(name, 'host') && ++hosts > 1)
          throw illegal('more than one Host (RFC 9112 §3.2)', request);
        break;
      case 6:
        if (sameName(name, 'expect')) expectsContinue = fields[i + 1]!.toLowerCase() === '100-continue';
        break;
      case 7:
        if (sameName(name, 'upgrade')) asksUpgrade = true;
        break;
      case 14:
        if (sameName(name, 'content-length')) length = parseLength(fields[i + 1]!, length, request);
        break;
      case 17:
        if (sameName(name, 'transfer-encoding')) codings += `,${fields[i + 1]!.toLowerCase()}`;
        break;
      default:
    }
  }
  if (length === -1 && codings === '' && body === null) {
    return asksUpgrade ? { ...NO_BODY, asksUpgrade } : NO_BODY;
  }
  if (codings !== '') {
    if (length !== -1) throw illegal('Content-Length and Transfer-Encoding exclude each other', request);
    if (trimOWS(codings.slice(codings.lastIndexOf(',') + 1)) !== 'chunked') {
      throw illegal("the last coding of Transfer-Encoding must be 'chunked'", request);
    }
    return { kind: 'chunked', length: -1, expectsContinue: expectsContinue && body !== null, asksUpgrade };
  }
  const actual = body === null ? 0 : body.length;
  if (
    length !== -1 &&
    actual !== null &&
    actual !== length &&
    !(request.method === 'HEAD' && body === null)
  ) {
    throw illegal(
      actual < length
        ? `too little data for declared Content-Length: ${actual} of ${length} bytes`
        : `too much data for declared Content-Length: ${actual} instead of ${length} bytes`,
      request,
    );
  }
  return {
    kind: 'length',
    length: length === -1 ? (actual ?? -1) : length,
    expectsContinue: expectsContinue && actual !== 0,
    asksUpgrade,
  };
}

/** Octets that the body of a response will have, if its fields tell; else null. */
export function lengthOf(headers: Headers, method: string, status: number): number | null {
  if (method === 'HEAD' || status === 204 || status === 304) return 0;
  const length = headers.get('content-length');
  return length !== null && /^\d+$/.test(length) ? Number(length) : null;
}

function parseLength(value: string, earlier: number, request: Request): number {
  if (!/^\d{1,15}$/.test(value)) throw illegal(`bad Content-Length '${value.slice(0, 40)}'`, request);
  if (earlier !== -1 && earlier !== Number(value))
    throw illegal('conflicting Content-Length headers', request);
  return Number(value);
}

function illegal(reason: string, request: Request): LocalProtocolError {
  return new LocalProtocolError({ reason, request, phase: 'build' });
}
