import type { MakeClient } from './client.ts';
import { makeWith } from './tern.ts';

/** The client over the engine in TypeScript, with kernels in WebAssembly. */
export const make: MakeClient = makeWith('wasm');
