import type { BackendReport, ClientOptions } from '../../src/index.ts';
import type { Tern } from '../case.ts';
import { withEnvironment } from './environment.ts';

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
