import type { HTTPErrorInit } from './http-error.ts';
import { ProtocolError } from './protocol-error.ts';
import { brand } from './tern-error.ts';

/** The server broke the HTTP protocol: malformed head, wrong framing, truncated body. */
export class RemoteProtocolError extends ProtocolError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_REMOTE_PROTOCOL', phase: 'read' });
  }

  static {
    brand(RemoteProtocolError, 'RemoteProtocolError');
  }
}
