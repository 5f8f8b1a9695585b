import type { MakeClient } from './client.ts';
import { makeWith } from './tern-sync.ts';

/** The client that blocks over the native engine. */
export const make: MakeClient = makeWith('native');
