import type { BackendAttempt } from '../errors/backend-unavailable-error.ts';
import { KERNEL_ABI, type KernelHost, NO_PROGRAM, OPERATIONS } from '../kernels/kernel-host.ts';
import { VERSION } from '../models/version.ts';

/** An accelerator package that is installed and works. */
export interface Accelerator {
  readonly name: 'native' | 'wasm';
  readonly version: string;
  /** The version of the boundary that it speaks. */
  readonly abi: number;
  readonly host: KernelHost;
  /** Milliseconds that loading it took, and trying it out. */
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
  const fault = selfTest(host);
  if (fault !== null) {
    return failed('selftest', `${specifier} does not work: ${fault}.`, "Use backend: 'js', and report this.");
  }
  return { name, version, abi, host, loadMs: loaded - started, selfTestMs: performance.now() - loaded };
}

const LOAD_CURES: Readonly<Record<'native' | 'wasm', string>> = {
  native:
    `Its package for ${process.platform}-${process.arch} may be missing: install without --omit=optional, ` +
    'delete a lock file made on another platform, and do not run Node with --no-addons.',
  wasm: "Its own dependencies may be missing: install it with 'npm install'.",
};

/** The program of `{ columns: { a: ['a'] } }`, so that the compiler of queries is not needed to select a backend. */
export const PROGRAM: Uint8Array = Uint8Array.of(
  1,
  0,
  0,
  0,
  1,
  0,
  0,
  0,
  3,
  0,
  0,
  0,
  255,
  255,
  255,
  255,
  0,
  0,
  0,
  0,
  1,
  0,
  0,
  0,
  3,
  0,
  0,
  0,
  1,
  0,
  0,
  0,
  1,
  0,
  0,
  0,
  68,
  0,
  0,
  0,
  1,
  0,
  0,
  0,
  12,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  1,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  97,
);
/** Its table for `{"a":1}`: one row, of one cell, a number from octet 5 to 6. */
const TABLE = [1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0];

/**
 * What is wrong, or null: a result and a fault, with their octets and offsets. V8 compiles functions of wasm when they are
 * first called, so more than these would not be done within a millisecond.
 */
function selfTest({ run }: KernelHost): string | null {
  const out = new Uint8Array(TABLE.length);
  try {
    if (run(OPERATIONS.jsonPluck, Buffer.from('{"a":1}'), PROGRAM, 64, out) !== TABLE.length)
      return 'JSON is refused';
    if (run(OPERATIONS.jsonValidate, Uint8Array.of(0x5b), NO_PROGRAM, 0, NO_PROGRAM) !== UNENDED)
      return 'a fault in JSON is missed';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return TABLE.every((octet, index) => out[index] === octet) ? null : 'JSON is read wrongly';
}

/** `syntax` at octet 1, the end of `[`. */
const UNENDED = -(2 * 2 ** 32 + 1);
