// Written by `npm run coverage`: every file of conformance/cases.
import type { ConformanceCase } from './case.ts';

/** Every case of the suite. */
export const allCases: readonly ConformanceCase[] = [];
