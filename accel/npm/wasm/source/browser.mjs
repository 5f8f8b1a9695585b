/*
 * What `@ternhttp/wasm` is in browsers. `npm run build:accel` makes `browser.mjs` of it: one file, without imports.
 */

import { compileHTMLQuery } from '../../../../src/kernels/html-program.ts';
import { compileJSONQuery } from '../../../../src/kernels/json-program.ts';
import { KernelFault } from '../../../../src/kernels/kernel-fault.ts';
import { KERNEL_ABI } from '../../../../src/kernels/kernel-host.ts';
import { hostKernels } from '../../../../src/kernels/kernels.ts';
import { makeHost } from '../host.js';

export { compileHTMLQuery, compileJSONQuery, KernelFault };

/**
 * Loads the kernels.
 *
 * @param {string | URL | Response | BufferSource | WebAssembly.Module} [source] where `kernels.wasm` is, or what it
 *   holds; without it, the one beside this file
 * @returns {Promise<object>} jsonValidate, jsonPluck, htmlExtract, charsetDetect, zstdDecode
 */
export async function loadKernels(source = new URL('kernels.wasm', import.meta.url)) {
  const module = await compile(source);
  const system = new System();
  // Without blocking. Instances that follow a trap are wanted at once, and the module is compiled by then.
  let first = await WebAssembly.instantiate(module, system.imports);
  const host = makeHost(() => {
    const instance = first ?? new WebAssembly.Instance(module, system.imports);
    first = null;
    const { memory, _initialize: initialize } = instance.exports;
    system.memory = memory;
    initialize();
    return instance;
  });
  if (host.abi() !== KERNEL_ABI)
    throw new Error(`kernels.wasm speaks version ${host.abi()} of the boundary, not ${KERNEL_ABI}`);
  return hostKernels(host);
}

async function compile(source) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source);
  const response = source instanceof Response ? source : await fetch(source);
  if (!response.ok) throw new Error(`${response.url} is answered with status ${response.status}`);
  // Other types are refused by the compiler of streams.
  const isWasm = response.headers.get('content-type')?.toLowerCase() === 'application/wasm';
  return isWasm ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

const BAD_FILE = 8;

/** What the module takes of WASI: an empty environment, no files, and an end that is a trap. */
class System {
  /** That of the instance that runs. */
  memory;
  imports = {
    wasi_snapshot_preview1: {
      environ_get: () => 0,
      environ_sizes_get: (count, size) => {
        const view = new DataView(this.memory.buffer);
        view.setUint32(count, 0, true);
        view.setUint32(size, 0, true);
        return 0;
      },
      fd_write: () => BAD_FILE,
      proc_exit: (code) => {
        throw new WebAssembly.RuntimeError(`kernels.wasm ended with ${code}`);
      },
    },
  };
}
