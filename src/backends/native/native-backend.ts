import type { BackendAttempt } from '../../errors/backend-unavailable-error.ts';
import { VERSION } from '../../models/version.ts';
import type { Accelerator } from '../accelerator.ts';
import { type Backend, BACKEND_ABI } from '../contract.ts';
import { LazyEngine } from './lazy-engine.ts';
import { isWireHost, WIRE_ABI } from './wire-host.ts';

/** The backend of an addon. */
export type NativeBackend = Backend & { readonly wire: LazyEngine };

/** One engine for each addon: all clients of a process share its thread. */
const engines = new WeakMap<object, NativeBackend>();

/** The native engine of an accelerator, or why it cannot run. */
export function nativeBackend({ host }: Pick<Accelerator, 'host'>): NativeBackend | BackendAttempt {
  const { target } = host;
  if (!isWireHost(host) || host.wireAbi() !== WIRE_ABI) {
    return {
      name: 'native',
      step: 'abi',
      detail: '@ternhttp/native brings kernels only: no engine that this ternhttp can talk to.',
      cure: `Install it with 'npm install @ternhttp/native@${VERSION}', or use backend: { kernels: 'native' }.`,
    };
  }
  let backend = engines.get(host);
  if (backend === undefined) {
    const wire = new LazyEngine(host);
    const capabilities = [
      'h1',
      'h2',
      'unix-socket',
      'http-proxy',
      'socks5',
      'trailers',
      'informational',
      'upgrade',
    ];
    const close = (): Promise<void> => {
      wire.close();
      return Promise.resolve();
    };
    const info = { name: 'native', version: VERSION, abi: BACKEND_ABI, target, capabilities } as const;
    backend = { info, wire, close };
    engines.set(host, backend);
  }
  return backend;
}
