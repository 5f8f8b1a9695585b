import type { ParsedURL } from '../models/url.ts';
import type { DigestSession } from './digest-session.ts';

/** Most servers whose sessions are kept; a crawler meets servers without end. */
const MAX_SPACES = 256;
/** Most realms of one server. */
const MAX_REALMS = 16;

/** A session and the part of its server that it is for. */
interface Entry {
  readonly session: DigestSession;
  /** Beginnings of request targets; empty for the whole server. */
  readonly prefixes: readonly string[];
}

/** The sessions of one user: one for each realm of each server (RFC 7616 §3.3), the latest first. */
export class DigestSessions {
  readonly #spaces = new Map<string, Entry[]>();

  /** The session to use before the server has asked; null if none covers the URL. The longest prefix wins. */
  find(space: string, url: ParsedURL): DigestSession | null {
    let best: DigestSession | null = null;
    let bestLength = -1;
    for (const { session, prefixes } of this.#spaces.get(space) ?? []) {
      const length = coveredLength(prefixes, url);
      if (length > bestLength) {
        best = session;
        bestLength = length;
      }
    }
    return best;
  }

  /** The session of a realm, whatever URLs it covers. */
  ofRealm(space: string, realm: string): DigestSession | null {
    return this.#spaces.get(space)?.find(({ session }) => session.challenge.realm === realm)?.session ?? null;
  }

  /** Remembers a session, in the place of the one that its realm had. */
  keep(space: string, session: DigestSession, url: ParsedURL): void {
    const { realm, domain } = session.challenge;
    const others = (this.#spaces.get(space) ?? []).filter((entry) => entry.session.challenge.realm !== realm);
    this.#spaces.delete(space);
    if (this.#spaces.size >= MAX_SPACES) this.#spaces.delete(this.#spaces.keys().next().value!);
    const entry = { session, prefixes: prefixesOf(domain, url) };
    this.#spaces.set(space, [entry, ...others].slice(0, MAX_REALMS));
  }

  /** Forgets a session that the server did not take. */
  forget(space: string, session: DigestSession): void {
    const left = (this.#spaces.get(space) ?? []).filter((entry) => entry.session !== session);
    if (left.length === 0) this.#spaces.delete(space);
    else this.#spaces.set(space, left);
  }
}

function coveredLength(prefixes: readonly string[], { target }: ParsedURL): number {
  if (prefixes.length === 0) return 0;
  return Math.max(-1, ...prefixes.filter((prefix) => target.startsWith(prefix)).map(({ length }) => length));
}

/**
 * The paths of `domain` on this server. URIs of other servers are left out: credentials do not go where nobody asked
 * for them. If nothing is left, the parameter says nothing, and the session is for the whole server.
 */
function prefixesOf(domain: readonly string[], { href }: ParsedURL): string[] {
  const { origin } = new URL(href);
  return domain.flatMap((uri) => {
    const url = URL.canParse(uri, href) ? new URL(uri, href) : null;
    return url?.origin === origin ? [url.pathname + url.search] : [];
  });
}
