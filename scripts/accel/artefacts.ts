import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of everything that is not TypeScript. */
export const accel: string = fileURLToPath(new URL('../../accel/', import.meta.url));
const OLDEST_RUST = '1.88';
const WASM_TARGET = 'wasm32-wasip1';
const WASM_FEATURES = '-C target-feature=+simd128,+bulk-memory';

/** A way to build it, or why there is none here, with the cure. */
type Way =
  | {
      readonly cargo: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly missing: string };

/** An accelerator that this machine may be able to build. */
export interface Artefact {
  readonly name: 'native' | 'wasm';
  readonly way: () => Way;
  /** What cargo makes, and where it goes, below `accel`. */
  readonly built: string;
  readonly place: string;
}

/** The accelerators of this machine; how they can be built is found out when it is asked. */
export const artefacts: readonly Artefact[] = [native(), wasm()];

/** Where an accelerator lies once it is built. */
export function placeOf({ place }: Artefact): string {
  return path.join(accel, place);
}

function native(): Artefact {
  const target = nativeTarget();
  const library = { win32: 'tern_native.dll', darwin: 'libtern_native.dylib' }[process.platform as string];
  return {
    name: 'native',
    way: () => wayToNative(target),
    built: `target/release/${library ?? 'libtern_native.so'}`,
    place: `npm/native-${target}/ternhttp.node`,
  };
}

function wayToNative(target: string): Way {
  if (!existsSync(path.join(accel, 'npm', `native-${target}`))) {
    return { missing: `There is no package for ${target}.` };
  }
  const cargo = findOnPath('cargo');
  if (cargo === null) {
    return {
      missing: `There is no cargo on the PATH. Install Rust ${OLDEST_RUST} or newer (https://rustup.rs).`,
    };
  }
  return {
    cargo,
    args: ['build', '--release', '--locked', '-p', 'tern-native'],
    // Rust links musl statically by default, and makes no libraries then.
    env: remapped(
      {},
      'CARGO_BUILD_RUSTFLAGS',
      target.endsWith('-musl') ? '-C target-feature=-crt-static' : '',
    ),
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
    way: () =>
      wayToWasm(
        `build --profile wasm --locked -p tern-wasm --target ${WASM_TARGET} --target-dir ${targets}`.split(
          ' ',
        ),
      ),
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
      `There is no compiler with the target ${WASM_TARGET}. Run 'rustup target add ${WASM_TARGET}', or on Debian 'apt-get install rustc-web cargo-web rust-web-src wasi-libc' ` +
      "beside rustup's toolchain, whose rust-lld links, or with 'lld-22'.",
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
