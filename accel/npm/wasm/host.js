'use strict';

/** Memory that an instance may keep: it can grow, but not shrink. */
const KEPT = 64 * 1024 * 1024;

/** A trap: no offset is known. */
const INTERNAL = -(255 * 2 ** 32);

/**
 * The boundary of the module, as `ternhttp` calls it.
 *
 * @param instantiate makes an instance, when the first call comes and after every one that was given up
 */
exports.makeHost = function makeHost(instantiate) {
  let instance = null;

  /** The exports of a live instance; made anew after a trap, which leaves one of no use. */
  function live() {
    if (instance !== null) return instance.exports;
    instance = instantiate();
    return instance.exports;
  }

  function abi() {
    return live().abi();
  }

  /**
   * Runs an operation. The length of its result, or `-(code * 2 ** 32 + offset)`. The result is in `out` if it fits, and
   * else waits for `take`, which is to be called next.
   */
  function run(operation, input, program, maxOutput, out) {
    const kernels = live();
    let outcome;
    try {
      const inputAt = kernels.input(input.length);
      const programAt = kernels.program(program.length);
      // Either call may have moved the memory.
      const memory = new Uint8Array(kernels.memory.buffer);
      memory.set(input, inputAt >>> 0);
      memory.set(program, programAt >>> 0);
      outcome = kernels.run(operation, input.length, program.length, maxOutput);
    } catch (error) {
      instance = null;
      if (error instanceof WebAssembly.RuntimeError) return INTERNAL;
      throw error;
    }
    if (outcome >= 0 && outcome <= out.length) {
      out.set(new Uint8Array(kernels.memory.buffer, kernels.result() >>> 0, outcome));
      release(kernels);
    }
    return outcome;
  }

  /** Copies the result of the last call. */
  function take(out) {
    const kernels = live();
    out.set(new Uint8Array(kernels.memory.buffer, kernels.result() >>> 0, out.length));
    release(kernels);
  }

  function release(kernels) {
    if (kernels.memory.buffer.byteLength > KEPT) instance = null;
  }

  return { abi, run, take, target: 'wasm32-wasip1' };
};
