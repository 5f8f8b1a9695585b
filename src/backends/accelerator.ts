import type { BackendAttempt } from '../errors/backend-unavailable-error.ts';
import { KERNEL_ABI, type KernelHost } from '../kernels/kernel-host.ts';
import { VERSION } from '../models/version.ts';
import { tryKernel } from './kernel-trials.ts';

/** An accelerator package that is installed and works. */
export interface Accelerator {
  readonly name: 'native' | 'wasm';
  readonly version: string;
  /** The version of the boundary that it speaks. */
  readonly abi: number;
  readonly host: KernelHost;
  /** Milliseconds that loading it took, and trying out its first kernel. */
  readonly loadMs: number;
  readonly selfTestMs: number;
}

/** What was found, also if it was nothing: looking takes time, and the answer stays the same. */
const found = new Map<string, Accelerator | BackendAttempt>();

/**
 * Looks for the package of an accelerator, loads it and tries it out. It may be installed beside this one, or lie in
 * the folder that TERN_ACCELERATORS names.
 */
export function findAccelerator(name: 'native' | 'wasm'): Accelerator | BackendAttempt {
  const folder = process.env['TERN_ACCELERATORS'] ?? '';
  const key = `${name} ${folder}`;
  let result = found.get(key);
  if (result === undefined) {
    result = search(name, folder);
    found.set(key, result);
  }
  return result;
}

export function isAccelerator(result: Accelerator | BackendAttempt): result is Accelerator {
  return 'host' in result;
}

function search(name: 'native' | 'wasm', folder: string): Accelerator | BackendAttempt {
  const { createRequire } = process.getBuiltinModule('node:module');
  const require = createRequire(import.meta.url);
  let specifier =
    folder === '' ? `@ternhttp/${name}` : process.getBuiltinModule('node:path').resolve(folder, name);
  const failed = (
    step: BackendAttempt['step'],
    detail: string,
    cure: string,
    cause?: unknown,
  ): BackendAttempt => ({ name, step, detail, cure, ...(cause === undefined ? {} : { cause }) });
  const install = `Install it with 'npm install @ternhttp/${name}@${VERSION}'`;

  let version: string;
  let isBuiltHere = false;
  try {
    try {
      ({ version } = require(`${specifier}/package.json`) as { version: string });
    } catch (error) {
      if (folder !== '') throw error;
      // In a checkout of the repository, what it builds lies beside `dist`.
      const built = process
        .getBuiltinModule('node:url')
        .fileURLToPath(new URL(`../accel/npm/${name}`, import.meta.url));
      if (!process.getBuiltinModule('node:fs').existsSync(built)) throw error;
      specifier = built;
      isBuiltHere = true;
      ({ version } = require(`${built}/package.json`) as { version: string });
    }
  } catch (error) {
    return failed(
      'resolve',
      `The package ${specifier} is not there.`,
      `${install}, or use backend: 'js'.`,
      error,
    );
  }
  if (version !== VERSION) {
    return failed(
      'version',
      `${specifier} is version ${version}, but ternhttp is ${VERSION}.`,
      `${install}.`,
    );
  }
  let host: KernelHost;
  let abi: number;
  const started = performance.now();
  try {
    host = require(specifier) as KernelHost;
    abi = host.abi();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failed(
      'load',
      `${specifier} cannot be loaded: ${reason.split('\n', 1)[0]}.`,
      isBuiltHere ? "Build it with 'npm run build:accel'." : LOAD_CURES[name],
      error,
    );
  }
  if (abi !== KERNEL_ABI) {
    return failed(
      'abi',
      `${specifier} speaks version ${abi} of the boundary, not ${KERNEL_ABI}.`,
      `${install}.`,
    );
  }
  const loaded = performance.now();
  // V8 compiles functions of wasm when they are first called: one kernel now, each of the others before its first use.
  const { fault, ms: selfTestMs } = tryKernel(host, 'jsonValidate');
  if (fault !== null) {
    return failed('selftest', `${specifier} does not work: ${fault}.`, "Use backend: 'js', and report this.");
  }
  return { name, version, abi, host, loadMs: loaded - started, selfTestMs };
}

const LOAD_CURES: Readonly<Record<'native' | 'wasm', string>> = {
  native:
    `Its package for ${process.platform}-${process.arch} may be missing: install without --omit=optional, ` +
    'delete a lock file made on another platform, and do not run Node with --no-addons.',
  wasm: "Its own dependencies may be missing: install it with 'npm install'.",
};
