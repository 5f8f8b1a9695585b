import type { ClientHttp2Session, ClientSessionOptions } from 'node:http2';
import type { Socket } from 'node:net';
import type { HTTP2Settings } from '../../../models/http2-options.ts';
import type { ParserLimits } from '../../contract.ts';

/** Megabytes that a session may hold in memory besides the bodies: heads, and what waits to be sent. */
const SESSION_MEMORY = 64;

/**
 * Starts HTTP/2 on a connected socket: sends the preface with our settings (RFC 9113 §3.4). Whatever has been read from
 * the socket by then must still be in it.
 */
export function startSession(
  socket: Socket,
  scheme: 'http' | 'https',
  settings: HTTP2Settings,
  limits: ParserLimits,
): ClientHttp2Session {
  const { streamWindow, connectionWindow, maxFrameSize, headerTableSize } = settings;
  const options: ClientSessionOptions = {
    createConnection: () => socket,
    maxSessionMemory: SESSION_MEMORY,
    maxHeaderListPairs: limits.maxHeadFields + 1,
    settings: {
      enablePush: false,
      initialWindowSize: streamWindow,
      maxFrameSize,
      headerTableSize,
      maxHeaderListSize: limits.maxHeadBytes,
    },
  };
  // Requests name their authority themselves; this one is never used.
  const session = process.getBuiltinModule('node:http2').connect(`${scheme}://localhost`, options);
  session.setLocalWindowSize(connectionWindow);
  return session;
}
