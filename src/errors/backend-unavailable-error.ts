import { brand, TernError } from './tern-error.ts';

/** One step of the search for a backend that failed. */
export interface BackendAttempt {
  /** The backend that was tried. */
  readonly name: 'js' | 'native' | 'wasm';
  /** The step that failed: finding its package, loading it, comparing ABI and version, its self-test, an option, its work. */
  readonly step: 'abi' | 'load' | 'option' | 'resolve' | 'run' | 'selftest' | 'version';
  /** What was found. */
  readonly detail: string;
  /** What to do about it. */
  readonly cure: string;
  readonly cause?: unknown;
}

/**
 * A backend was asked for by name and cannot be had. An explicit choice is never replaced by another one.
 *
 * @example
 * ```ts
 * import { BackendUnavailableError } from 'ternhttp';
 *
 * const attempt = { name: 'native', step: 'resolve', detail: 'It is not installed.', cure: 'npm install it' } as const;
 * const error = new BackendUnavailableError('native', [attempt]);
 * console.log(error.attempts[0]?.cure); // 'npm install it'
 * ```
 */
export class BackendUnavailableError extends TernError {
  /** The backend that was asked for. */
  readonly backend: 'js' | 'native' | 'wasm';
  /** What was tried, in order. */
  readonly attempts: readonly BackendAttempt[];

  constructor(backend: 'js' | 'native' | 'wasm', attempts: readonly BackendAttempt[]) {
    const lines = attempts.map(({ name, step, detail, cure }) => `  ${name}, ${step}: ${detail} ${cure}`);
    super(
      [`The backend '${backend}' is not available.`, ...lines].join('\n'),
      'ERR_BACKEND_UNAVAILABLE',
      attempts.find((attempt) => attempt.cause !== undefined)?.cause,
    );
    this.backend = backend;
    this.attempts = attempts;
  }

  static {
    brand(BackendUnavailableError, 'BackendUnavailableError');
  }
}
