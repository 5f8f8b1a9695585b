/** Fields of requests that may stand in one only once; the other engine has the same, of Node. */
const SINGLE = new Set([
  'access-control-request-method',
  'authorization',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
  'date',
  'dnt',
  'from',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'max-forwards',
  'proxy-authorization',
  'range',
  'referer',
  'upgrade-insecure-requests',
  'user-agent',
]);

/** The name of a field that stands in a request more often than it may, or null. */
export function repeatedField(fields: readonly string[]): string | null {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    if (!SINGLE.has(name)) continue;
    for (let other = i + 2; other < fields.length; other += 2) if (fields[other] === name) return name;
  }
  return null;
}
