import type { Reporter, TestCase } from 'vitest/node';

/** Tells, at the end of a test run, which tests passed only when they were run once more. */
export class SecondAttempts implements Reporter {
  readonly #names: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky === true)
      this.#names.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestRunEnd(): void {
    if (this.#names.length === 0) return;
    console.warn('\n!! PASSED ONLY AT THE SECOND ATTEMPT:');
    for (const name of this.#names) console.warn(`!! ${name}`);
  }
}
