import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type Backoff, DEFAULT_BACKOFF, resolveBackoff } from './backoff.ts';
import { checkCount, checkNames } from './check-policy.ts';

/** How a download that breaks off is continued. */
export interface ResumePolicy {
  /** Attempts in a row that bring no octet; 5 by default. */
  readonly attempts: number;
  readonly backoff: Backoff;
}

/** What to change of a policy. */
export interface ResumeOptions {
  readonly attempts?: number | undefined;
  readonly backoff?: Partial<Backoff> | undefined;
}

/** True and false switch it on and off. */
export type ResumeInit = ResumeOptions | boolean | null;

const DEFAULT_POLICY: ResumePolicy = Object.freeze({ attempts: 5, backoff: DEFAULT_BACKOFF });

/**
 * The policy that an option stands for; null means that what breaks off has failed.
 *
 * @throws InvalidArgument if it is none
 */
export function resolveResume(
  init: ResumeInit | undefined,
  inherited: ResumePolicy | null,
): ResumePolicy | null {
  if (init === undefined) return inherited;
  if (init === null || init === false) return null;
  const base = inherited ?? DEFAULT_POLICY;
  if (init === true) return base;
  if (typeof init !== 'object')
    throw new InvalidArgument(`'resume' must be true, false, a policy, or null, not ${describeValue(init)}.`);
  checkNames('resume', init, ['attempts', 'backoff']);
  const { attempts = base.attempts, backoff } = init;
  return {
    attempts: checkCount('resume.attempts', attempts, 1),
    backoff: backoff === undefined ? base.backoff : resolveBackoff('resume.backoff', backoff, base.backoff),
  };
}
