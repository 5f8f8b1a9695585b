import type { BackendAttempt } from '../errors/backend-unavailable-error.ts';
import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Backend, BackendInfo, BackendName, WireEngine } from './contract.ts';
import { VERSION } from '../models/version.ts';
import { jsBackend } from './js/engine.ts';

/** A backend by name, or `auto`: the fastest that is there. */
export type BackendChoice = BackendName | 'auto';

/** Which engine runs, and why. */
export interface BackendReport {
  /** What was asked for. */
  readonly requested: BackendChoice;
  /** The engine that opens connections and frames messages. */
  readonly wire: 'js' | 'native';
  readonly info: BackendInfo;
  /** Why a backend that would have been preferred does not run. */
  readonly attempts: readonly BackendAttempt[];
}

const CHOICES: readonly BackendChoice[] = ['auto', 'js', 'native', 'wasm'];

/**
 * Finds the backend to run. A name is taken at its word: if that backend cannot be had, the error says what was
 * tried and what to do. `auto` takes what it can get; TERN_BACKEND in the environment replaces `auto`.
 */
export function selectBackend(choice: BackendChoice): {
  backend: Backend & { wire: WireEngine };
  report: BackendReport;
} {
  const requested = choice === 'auto' ? fromEnvironment() : choice;
  if (!CHOICES.includes(requested)) {
    throw new InvalidArgument(`'backend' must be one of ${CHOICES.join(', ')}, not '${String(requested)}'.`);
  }
  const attempts: BackendAttempt[] = [];
  if (requested === 'native' || requested === 'wasm') {
    throw new BackendUnavailableError(requested, [unavailable(requested)]);
  }
  if (requested === 'auto') attempts.push(unavailable('native'));
  const backend = jsBackend as Backend & { wire: WireEngine };
  return { backend, report: { requested: choice, wire: 'js', info: backend.info, attempts } };
}

function fromEnvironment(): BackendChoice {
  const value = process.env['TERN_BACKEND'];
  if (value === undefined || value === '') return 'auto';
  if (!CHOICES.includes(value as BackendChoice)) {
    throw new InvalidArgument(`TERN_BACKEND must be one of ${CHOICES.join(', ')}, not '${value}'.`);
  }
  return value as BackendChoice;
}

/** Accelerators are packages of their own that are installed beside this one; this version cannot drive any yet. */
function unavailable(name: 'native' | 'wasm'): BackendAttempt {
  return {
    name,
    step: 'resolve',
    detail: `ternhttp ${VERSION} has no accelerator for '${name}'.`,
    cure: "Use backend: 'js', or 'auto' to take the fastest one that is there.",
  };
}
