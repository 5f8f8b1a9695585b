import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendReport, ClientOptions } from '../../src/index.ts';
import type { Tern } from '../case.ts';
import { withEnvironment } from './environment.ts';

/** What an accelerator package has that does all that is asked of it when it is selected. */
export const WORKING = `
exports.target = 'double';
exports.abi = () => 1;
exports.run = (operation, input, program, maxOutput, out) => {
  if (operation === 1) return -(2 * 2 ** 32 + 1);
  out.set(Buffer.from('AQAAAAEAAAAEAAAABQAAAAYAAAA=', 'base64'));
  return 20;
};
exports.take = () => {};
`;

/** Puts an accelerator package into a folder, of this version of the library unless told otherwise. */
export function installDouble(
  folder: string,
  name: 'native' | 'wasm',
  version: string,
  code: string = WORKING,
): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'package.json'), JSON.stringify({ version, type: 'commonjs' }));
  writeFileSync(join(folder, name, 'index.js'), code);
}

/** Runs with the accelerators of this folder only, and with this TERN_BACKEND. */
export async function withAccelerators(
  folder: string,
  work: () => Promise<void> | void,
  backend?: string,
): Promise<void> {
  await withEnvironment({ TERN_ACCELERATORS: folder, TERN_BACKEND: backend }, async () => {
    await work();
  });
}

/** What a client without connections reports. */
export function reportOf({ Client }: Tern, options: ClientOptions): BackendReport {
  return new Client(options).backend!;
}
