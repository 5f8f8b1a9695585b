/** Whether cookies marked `Secure` may travel with this scheme. A loopback host does not make http secure. */
export function isSecureScheme(scheme: string): boolean {
  return scheme === 'https' || scheme === 'wss';
}

/** Whether a canonical host is an IPv4 or IPv6 address, which has no subdomains. */
export function isIPAddress(host: string): boolean {
  for (let i = host.length - 1; i >= 0; i--) {
    const code = host.charCodeAt(i);
    if (code !== 46 && (code < 48 || code > 57)) return host.includes(':');
  }
  return host !== '';
}

/** Domain match of RFC 6265bis §5.1.3: the host is the domain or below it. Both are canonical. */
export function domainMatches(host: string, domain: string): boolean {
  if (host === domain) return true;
  const dot = host.length - domain.length - 1;
  return dot > 0 && host.charCodeAt(dot) === 46 && host.endsWith(domain) && !isIPAddress(host);
}

/** Whether a domain has a single label, such as `com` or `localhost`, so that it belongs to a registry or to one host. */
export function isSingleLabel(domain: string): boolean {
  const dot = domain.indexOf('.');
  return dot === -1 || dot === domain.length - 1;
}

/** A host without the brackets of an IPv6 address. */
export function withoutBrackets(host: string): string {
  return host.charCodeAt(0) === 91 ? host.slice(1, -1) : host;
}

/**
 * The canonical form of a domain that a person gave: lower case, ASCII, no leading dot, no brackets. `null` if
 * it is not a host name or an address, or has more to it, such as a port.
 */
export function canonicalDomain(text: string): string | null {
  let host = text.startsWith('.') ? text.slice(1) : text;
  if (host === '') return null;
  if (host.includes(':') && !host.startsWith('[')) host = `[${host}]`;
  // The URL parser drops tabs and line ends and splits at the rest; a host has none of them.
  for (const char of '\t\n\r/?#@\\ ') if (host.includes(char)) return null;
  if (!host.startsWith('[') ? host.includes(':') : !host.endsWith(']')) return null;
  try {
    return withoutBrackets(new URL(`http://${host}/`).hostname);
  } catch {
    // The answer is that it is not a host; the caller knows what it was for and throws.
    return null;
  }
}

/** The path of a request target, without the query. `/` for a target that is not a path. */
export function requestPath(target: string): string {
  if (target.charCodeAt(0) !== 47) return '/';
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}

/** The path of a cookie that names none (RFC 6265bis §5.1.4): the directory of the request's path. */
export function defaultPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** Path match of RFC 6265bis §5.1.4: equal, or below at a segment boundary. Nothing is decoded. */
export function pathMatches(path: string, cookiePath: string): boolean {
  if (!path.startsWith(cookiePath)) return false;
  const length = cookiePath.length;
  return path.length === length || cookiePath.charCodeAt(length - 1) === 47 || path.charCodeAt(length) === 47;
}
