import { fileURLToPath } from 'node:url';
import type { MakeClient } from './client.ts';
import { makeWith } from './tern-sync.ts';

/** The client that blocks over the native engine, which `npm run build:accel -- --only native` has built. */
export const make: MakeClient = (origin, connections, isHTTP2) => {
  process.env['TERN_ACCELERATORS'] = fileURLToPath(new URL('../../accel/npm', import.meta.url));
  return makeWith('native')(origin, connections, isHTTP2);
};
