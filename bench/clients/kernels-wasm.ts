import type { MakeClient } from './client.ts';
import { makeKernels } from './kernels.ts';

export const make: MakeClient = makeKernels('wasm');
