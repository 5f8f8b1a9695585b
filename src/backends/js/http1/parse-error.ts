/** What a response can have wrong. */
export type ParseErrorCode =
  | 'bad-chunk'
  | 'bad-content-length'
  | 'bad-field'
  | 'bad-status-line'
  | 'bad-transfer-coding'
  | 'limit'
  | 'truncated'
  | 'unasked-upgrade';

/** The octets received are not a response that HTTP/1.1 allows (RFC 9112). */
export class ParseError extends Error {
  readonly code: ParseErrorCode;
  /** Position of the offending octet, counted from the first octet of the response, interim ones included. */
  readonly offset: number;

  constructor(code: ParseErrorCode, message: string, offset: number) {
    super(message);
    this.name = 'ParseError';
    this.code = code;
    this.offset = offset;
  }
}
