import { allCases } from '../../conformance/all-cases.ts';
import { runConformance } from '../../conformance/runner.ts';

/** Runs the cases whose ids are, or begin with, one of the arguments, and prints what failed as JSON. */
const wanted = process.argv.slice(2);
const cases = allCases.filter(({ id }) =>
  wanted.some((prefix) => id === prefix || id.startsWith(`${prefix}.`)),
);
const { results } = await runConformance({ backend: 'js', cases, timeoutMs: 8000 });
const failed = results.filter(({ outcome }) => outcome === 'fail').map((result) => result.case.id);
process.stdout.write(`\n${JSON.stringify({ ran: results.length, failed })}\n`);
process.exit(0);
