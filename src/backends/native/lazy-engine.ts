import type { UnsupportedOptionInfo } from '../../errors/unsupported-option.ts';
import type { Connection, DialControl, Route, WireConfig, WireEngine } from '../contract.ts';
import type { NativeWireEngine } from './engine.ts';
import { unsupportedOptions } from './unsupported-options.ts';
import type { WireHost } from './wire-host.ts';

/** The native engine, whose code is loaded with the first connection: only those who choose it pay for it. */
export class LazyEngine implements WireEngine {
  readonly #host: WireHost;
  #engine: NativeWireEngine | null = null;
  #loading: Promise<NativeWireEngine> | null = null;
  #isClosed = false;

  constructor(host: WireHost) {
    this.#host = host;
  }

  /** Why the engine works no more, if so. */
  get failure(): string | null {
    return this.#engine?.failure ?? null;
  }

  supports(config: WireConfig): UnsupportedOptionInfo[] {
    return unsupportedOptions(config);
  }

  connect(route: Route, config: WireConfig, control: DialControl): Promise<Connection> {
    if (this.#engine !== null) return this.#engine.connect(route, config, control);
    this.#loading ??= this.#load();
    return this.#loading.then((engine) => engine.connect(route, config, control));
  }

  close(): void {
    this.#isClosed = true;
    this.#engine?.close();
  }

  async #load(): Promise<NativeWireEngine> {
    const { NativeWireEngine } = await import('./engine.ts');
    this.#engine = new NativeWireEngine(this.#host);
    if (this.#isClosed) this.#engine.close();
    return this.#engine;
  }
}
