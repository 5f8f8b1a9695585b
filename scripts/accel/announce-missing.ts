import { existsSync } from 'node:fs';
import { artefacts, placeOf } from './artefacts.ts';

/*
 * Tells at the end of a test run, where it is read, which accelerators were not there to be tested. Where CI is `true`,
 * conformance/kernels fails for them.
 */

/** Called by vitest after the last test. */
export function teardown(): void {
  const text = describeMissing();
  if (text !== null) console.warn(`\n${text}\n`);
}

function describeMissing(): string | null {
  const lines = artefacts
    .filter((artefact) => !existsSync(placeOf(artefact)))
    .map((artefact) => {
      const way = artefact.way();
      return `!! ${artefact.name}: ${'missing' in way ? way.missing : 'This machine can build it, but nobody has.'}`;
    });
  if (lines.length === 0) return null;
  return [
    '!! ACCELERATORS ARE NOT BUILT, so they were NOT TESTED; everything ran in TypeScript.',
    ...lines,
    "!! 'npm run build:accel' builds them.",
  ].join('\n');
}
