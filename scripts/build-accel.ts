import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/*
 * Builds the accelerators that this machine can build, and says what the others need. What is built lies beside the
 * manifests in accel/npm and is not part of the repository. Cargo keeps what it compiled in accel/target*.
 */

const accel = fileURLToPath(new URL('../accel/', import.meta.url));
const WASM_TARGET = 'wasm32-wasip1';
const WASM_FEATURES = '-C target-feature=+simd128,+bulk-memory';

/** A way to build the module, or why there is none. */
type Way =
  | {
      readonly cargo: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly missing: string };

interface Artefact {
  readonly name: string;
  readonly way: Way;
  /** What cargo makes, and where it goes. */
  readonly built: string;
  readonly place: string;
}

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const artefacts = [native(), wasm()].filter(({ name }) => values.only?.includes(name) ?? true);
if (artefacts.length === 0) throw new Error('--only takes native and wasm');

const failed: string[] = [];
for (const { name, way, built, place } of artefacts) {
  if ('missing' in way) {
    console.log(`${name}: cannot be built here. ${way.missing}`);
    failed.push(name);
    continue;
  }
  const started = performance.now();
  console.log(`${name}: ${way.cargo} ${way.args.join(' ')}`);
  const { status, error } = spawnSync(way.cargo, way.args, {
    cwd: accel,
    stdio: 'inherit',
    env: { ...process.env, ...way.env },
  });
  if (error !== undefined) throw error;
  if (status !== 0) {
    console.log(`${name}: the build FAILED`);
    failed.push(name);
    continue;
  }
  // Renamed into place: who has loaded the old one goes on with it.
  copyFileSync(path.join(accel, built), path.join(accel, `${place}.new`));
  renameSync(path.join(accel, `${place}.new`), path.join(accel, place));
  const size = statSync(path.join(accel, place)).size / 1024;
  const seconds = (performance.now() - started) / 1000;
  console.log(`${name}: accel/${place}, ${size.toFixed(0)} KiB, after ${seconds.toFixed(1)} s`);
}
if (failed.length > 0) {
  console.log(`not built: ${failed.join(', ')}; without them everything runs in TypeScript`);
  // A machine that can build nothing is not broken; a CI that was to build everything is.
  if (process.env['CI'] === 'true' || failed.length === artefacts.length) process.exitCode = 1;
}

function native(): Artefact {
  const target = nativeTarget();
  const cargo = findOnPath('cargo');
  const library = { win32: 'tern_native.dll', darwin: 'libtern_native.dylib' }[process.platform as string];
  return {
    name: 'native',
    way: !existsSync(path.join(accel, 'npm', `native-${target}`))
      ? { missing: `There is no package for ${target}.` }
      : cargo === null
        ? { missing: 'Install Rust 1.88 or newer (https://rustup.rs).' }
        : {
            cargo,
            args: ['build', '--release', '--locked', '-p', 'tern-native'],
            env: remapped({}, 'CARGO_BUILD_RUSTFLAGS', ''),
          },
    built: `target/release/${library ?? 'libtern_native.so'}`,
    place: `npm/native-${target}/ternhttp.node`,
  };
}

function nativeTarget(): string {
  const { platform, arch } = process;
  if (platform === 'win32') return `${platform}-${arch}-msvc`;
  if (platform !== 'linux') return `${platform}-${arch}`;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return `${platform}-${arch}-${header.glibcVersionRuntime === undefined ? 'musl' : 'gnu'}`;
}

function wasm(): Artefact {
  const targets = 'target-wasm';
  return {
    name: 'wasm',
    way: wayToWasm([
      'build',
      '--profile',
      'wasm',
      '--locked',
      '-p',
      'tern-wasm',
      '--target',
      WASM_TARGET,
      '--target-dir',
      targets,
    ]),
    built: `${targets}/${WASM_TARGET}/wasm/tern_wasm.wasm`,
    place: 'npm/wasm/kernels.wasm',
  };
}

/** With the target of rustup, or with a distribution's compiler that has the sources of the standard library. */
function wayToWasm(args: readonly string[]): Way {
  const flags = 'CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS';
  const cargo = findOnPath('cargo');
  const sysroot = cargo === null ? null : output('rustc', ['--print', 'sysroot']);
  if (cargo !== null && sysroot !== null && existsSync(path.join(sysroot, 'lib/rustlib', WASM_TARGET))) {
    return { cargo, args, env: remapped({}, flags, WASM_FEATURES) };
  }
  const linker = findLinker([sysroot]);
  const libc = '/usr/lib/wasm32-wasi';
  const own = output('/usr/bin/rustc', ['--print', 'sysroot']);
  const hasSources = own !== null && existsSync(path.join(own, 'lib/rustlib/src/rust/library'));
  if (linker !== null && hasSources && existsSync('/usr/bin/cargo') && existsSync(`${libc}/crt1-reactor.o`)) {
    return {
      cargo: '/usr/bin/cargo',
      args: [...args, '-Z', 'build-std=std,panic_abort'],
      env: remapped(
        {
          RUSTC: '/usr/bin/rustc',
          // Unlocks -Z, for this command only: build scripts look at it.
          RUSTC_BOOTSTRAP: '1',
          TERN_WASI_LIBC: libc,
          CARGO_TARGET_WASM32_WASIP1_LINKER: linker,
        },
        flags,
        `-C link-self-contained=no -C linker-flavor=wasm-ld ${WASM_FEATURES}`,
      ),
    };
  }
  return {
    missing:
      `Run 'rustup target add ${WASM_TARGET}', or on Debian 'apt-get install rustc-web cargo-web rust-web-src wasi-libc' ` +
      "beside rustup's toolchain, whose rust-lld links, or with 'lld'.",
  };
}

/** Takes the paths of this machine out of what is built, so that equal sources give equal octets. */
function remapped(env: Record<string, string>, name: string, flags: string): Record<string, string> {
  const home = process.env['CARGO_HOME'] ?? path.join(homedir(), '.cargo');
  const remaps = `--remap-path-prefix=${home}=/cargo --remap-path-prefix=${accel}=/accel/`;
  return { ...env, [name]: `${flags} ${remaps}`.trim() };
}

/** `rust-lld`, which rustup installs for wasm and never puts on the path, or the linker of LLVM. */
function findLinker(sysroots: readonly (string | null)[]): string | null {
  for (const sysroot of sysroots) {
    const root = sysroot === null ? null : path.join(sysroot, 'lib/rustlib');
    if (root === null || !existsSync(root)) continue;
    for (const host of readdirSync(root)) {
      const linker = path.join(root, host, 'bin/rust-lld');
      if (existsSync(linker)) return linker;
    }
  }
  return ['wasm-ld', 'wasm-ld-22', 'wasm-ld-19'].find((name) => findOnPath(name) !== null) ?? null;
}

function findOnPath(name: string): string | null {
  return output(name, ['--version']) === null ? null : name;
}

function output(command: string, args: readonly string[]): string | null {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', cwd: accel });
  return status === 0 ? stdout.trim() : null;
}
