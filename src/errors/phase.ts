/**
 * The step of a request in which something happened.
 *
 * `build` making the request · `pool` waiting for a connection · `dns`, `connect`, `tls`, `proxy` opening one ·
 * `write` sending · `firstByte` waiting for the response to begin · `read` receiving · `decode` undoing content
 * codings, charsets and JSON · `redirect` deciding the next hop · `total` the deadline over everything ·
 * `close` letting go.
 */
export type Phase =
  | 'build'
  | 'close'
  | 'connect'
  | 'decode'
  | 'dns'
  | 'firstByte'
  | 'pool'
  | 'proxy'
  | 'read'
  | 'redirect'
  | 'tls'
  | 'total'
  | 'write';
