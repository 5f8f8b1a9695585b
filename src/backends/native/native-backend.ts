import type { BackendAttempt } from '../../errors/backend-unavailable-error.ts';
import { VERSION } from '../../models/version.ts';
import type { Accelerator } from '../accelerator.ts';
import { type Backend, BACKEND_ABI, type WireEngine } from '../contract.ts';
import { NativeWireEngine } from './engine.ts';
import { isWireHost, WIRE_ABI } from './wire-host.ts';

type WireBackend = Backend & { readonly wire: WireEngine };

/** One engine for each addon: all clients of a process share its thread. */
const engines = new WeakMap<object, WireBackend>();

/** The native engine of an accelerator, or why it cannot run. */
export function nativeBackend({ host }: Pick<Accelerator, 'host'>): WireBackend | BackendAttempt {
  const { target } = host;
  if (process.env['TERN_NATIVE_WIRE'] !== 'experimental') {
    return refused(
      'option',
      `The native engine of ternhttp ${VERSION} that opens connections is an experiment.`,
      "Set TERN_NATIVE_WIRE=experimental in the environment to try it, or use backend: 'auto'.",
    );
  }
  if (!isWireHost(host) || host.wireAbi() !== WIRE_ABI) {
    const detail = 'The addon of @ternhttp/native has no engine that this ternhttp can talk to.';
    return refused('abi', detail, `Install it with 'npm install @ternhttp/native@${VERSION}'.`);
  }
  let backend = engines.get(host);
  if (backend === undefined) {
    const wire = new NativeWireEngine(host);
    const capabilities = [
      'h1',
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

function refused(step: BackendAttempt['step'], detail: string, cure: string): BackendAttempt {
  return { name: 'native', step, detail, cure };
}
