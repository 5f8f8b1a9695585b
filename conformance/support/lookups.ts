import type { Lookup } from '../../src/index.ts';

/** Every name is this machine. */
export const loopback: Lookup = (_name, _options, done) => {
  setImmediate(done, null, [{ address: '127.0.0.1', family: 4 }]);
};

/** Every name is this machine after so long; with null it is never found out. */
export function lookup(milliseconds: number | null): Lookup {
  return (_hostname, _options, callback) => {
    if (milliseconds === null) return;
    setTimeout(callback, milliseconds, null, [{ address: '127.0.0.1', family: 4 }]);
  };
}
