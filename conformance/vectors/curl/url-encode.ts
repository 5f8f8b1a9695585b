/**
 * Reads what `--data-urlencode` and `--url-query` take: `content`, `=content`, `name=content`, `@file`, `name@file`.
 *
 * @param read gives the content of a file as Latin-1 text
 */
export function urlEncoded(spec: string, read: (name: string) => string): string {
  const at = /[=@]/.exec(spec);
  if (at === null) return encode(spec);
  const name = spec.slice(0, at.index);
  const rest = spec.slice(at.index + 1);
  const value = encode(at[0] === '@' ? read(rest) : rest);
  return name === '' ? value : `${name}=${value}`;
}

/** Percent-encodes everything but unreserved characters (RFC 3986 §2.3); a space becomes a plus sign. */
function encode(latin1: string): string {
  return latin1.replaceAll(/[^\w.~-]/g, (char) =>
    char === ' ' ? '+' : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
