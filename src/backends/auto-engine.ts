import type { UnsupportedOptionInfo } from '../errors/unsupported-option.ts';
import type { Connection, DialControl, Route, WireConfig, WireEngine } from './contract.ts';
import { unsupportedTLS } from './native/unsupported-options.ts';

/** Host names for which rustls cannot ask: a hyphen at the end of a label, or more octets than DNS has (RFC 1035 §2.3). */
const UNASKABLE = /^-|\.-|-\.|-$|[^.]{64}|^.{254}/;

/** An engine that may end before its owner does. */
export interface FallibleEngine extends WireEngine {
  /** Why it works no more, if so. */
  readonly failure: string | null;
}

/** The engine behind `auto`: the preferred one, and the one that is always there for what that cannot do, or once it has failed. */
export class AutoEngine implements WireEngine {
  readonly #preferred: FallibleEngine;
  readonly #other: WireEngine;
  readonly #onFailure: () => void;

  /** @param onFailure called before a connection is opened by the other engine, as the preferred one has failed */
  constructor(preferred: FallibleEngine, other: WireEngine, onFailure: () => void) {
    this.#preferred = preferred;
    this.#other = other;
    this.#onFailure = onFailure;
  }

  supports(): UnsupportedOptionInfo[] {
    return [];
  }

  connect(route: Route, config: WireConfig, control: DialControl): Promise<Connection> {
    const hasFailed = this.#preferred.failure !== null;
    if (hasFailed) this.#onFailure();
    const engine = hasFailed || !canCarry(route, config) ? this.#other : this.#preferred;
    return engine.connect(route, config, control);
  }
}

function canCarry({ secure, hostname, servername, proxy }: Route, { tls }: WireConfig): boolean {
  if (secure && UNASKABLE.test(servername ?? tls.servername ?? hostname)) return false;
  if (proxy === null || proxy.scheme !== 'https') return true;
  return (
    !UNASKABLE.test(proxy.tls.servername ?? proxy.hostname) && unsupportedTLS(proxy.tls, 'tls').length === 0
  );
}
