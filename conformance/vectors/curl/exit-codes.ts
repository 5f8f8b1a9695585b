import assert from 'node:assert/strict';
import {
  ConnectError,
  DecodingError,
  HTTPStatusError,
  InvalidURL,
  ProtocolError,
  ProxyError,
  ReadError,
  RemoteProtocolError,
  TimeoutException,
  TooManyRedirects,
  UnsupportedProtocol,
} from '../../../src/index.ts';

type ErrorClass = abstract new (...args: never) => Error;

/** The errors that stand for an exit code of curl. */
const CLASSES: Readonly<Record<number, readonly ErrorClass[]>> = {
  1: [UnsupportedProtocol, ProtocolError],
  3: [InvalidURL],
  5: [ConnectError],
  6: [ConnectError],
  7: [ConnectError, ProxyError],
  8: [ProtocolError],
  18: [RemoteProtocolError, ReadError],
  22: [HTTPStatusError],
  28: [TimeoutException],
  47: [TooManyRedirects],
  52: [RemoteProtocolError, ReadError],
  56: [RemoteProtocolError, ReadError],
  60: [ConnectError],
  // curl counts transfer codings among the encodings; here they are part of the protocol (RFC 9112 §6.1).
  61: [DecodingError, RemoteProtocolError],
  63: [DecodingError],
  77: [ConnectError],
  97: [ProxyError],
};

/** Exit codes of curl that have no counterpart here: they are about its command line and the files it reads and writes. */
export const OWN_CODES: Readonly<Record<number, string>> = {
  2: 'a command line that contradicts itself',
  23: 'a file that cannot be written',
  25: 'an upload that the command line cannot repeat or announce',
  26: 'a file that cannot be read',
  33: 'the resumption of a download',
  43: 'an argument that is not understood',
  49: 'an argument that is not understood',
};

/**
 * Compares how a command ended.
 *
 * @param codes the exit codes that are allowed
 * @param error null if it succeeded
 * @throws AssertionError, or the error if there should have been none
 */
export function compareExit(codes: readonly number[], error: Error | null): void {
  if (codes.includes(0) && error === null) return;
  if (codes.every((code) => code === 0)) {
    if (error !== null) throw error;
    return;
  }
  const classes = codes.flatMap((code) => {
    const known = CLASSES[code];
    if (known === undefined && code !== 0) throw new Error(`nothing is known about the exit code ${code}`);
    return known ?? [];
  });
  const isExpected = classes.some((errorClass) => error instanceof errorClass);
  const names = classes.map(({ name }) => name).join(' or ');
  assert.ok(isExpected, `exit code ${codes.join(' or ')} stands for ${names}, but it gave ${String(error)}`);
}
