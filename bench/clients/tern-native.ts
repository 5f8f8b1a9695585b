import type { MakeClient } from './client.ts';
import { makeWith } from './tern.ts';

/** The client over the native engine. */
export const make: MakeClient = makeWith('native');
