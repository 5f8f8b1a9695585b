import type * as Tern from '../../src/index.ts';

/** The built package, as users get it; its types are those of the sources. */
export async function loadTern(): Promise<typeof Tern> {
  return (await import(new URL('../../dist/index.js', import.meta.url).href)) as typeof Tern;
}
