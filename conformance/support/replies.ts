/** The start of a head. */
export const OK = 'HTTP/1.1 200 OK\r\n';

/** A whole response. */
export const PLAIN: string = `${OK}Content-Length: 2\r\n\r\nok`;
