import { AbortError } from '../errors/abort-error.ts';
import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { HTTPError } from '../errors/http-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { InvalidURL } from '../errors/invalid-url.ts';
import { TernError } from '../errors/tern-error.ts';
import { UnsupportedOption } from '../errors/unsupported-option.ts';

/** Exit codes of the command. */
export const EXIT = {
  /** The final status is 2xx; every check is well. */
  ok: 0,
  /** Another status, or no response. */
  failure: 1,
  /** The command line, or what it relies on, is wrong: nothing was sent. */
  usage: 2,
  /** Interrupted, as shells count it: 128 and the number of SIGINT. */
  interrupted: 130,
} as const;

const USAGE_ERRORS = [InvalidArgument, InvalidURL, UnsupportedOption, BackendUnavailableError];

export function exitCodeOf(error: unknown): number {
  if (error instanceof AbortError) return EXIT.interrupted;
  return USAGE_ERRORS.some((errorClass) => error instanceof errorClass) ? EXIT.usage : EXIT.failure;
}

/** `Class: message`; with the stack for an error that nobody throws on purpose. */
export function describeError(error: unknown): string {
  if (error instanceof TernError || isSystemError(error)) return `${error.name}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}

/** An error in a form for programs. */
export interface ErrorRecord {
  /** Class of the error. */
  readonly name: string;
  /** Stable code, or that of the system; null if it has none. */
  readonly code: string | null;
  readonly phase: string | null;
  readonly message: string;
  /** Address of the other end, if the error knows one. */
  readonly peer: string | null;
}

export function errorRecord(error: unknown): ErrorRecord {
  if (!(error instanceof Error)) {
    return { name: 'Error', code: null, phase: null, message: String(error), peer: null };
  }
  const { name, message } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return error instanceof HTTPError
    ? { name, code, phase: error.phase, message, peer: error.peer ?? null }
    : { name, code, phase: null, message, peer: null };
}

/** A file that cannot be written and the like: its message says all. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
