import type { ScriptedPeer } from '../../fixtures/scripted-peer.ts';
import type { RequestOptions } from '../../src/index.ts';
import type { Expected } from './failures.ts';
import { OK } from './replies.ts';

/** Something that happens on a socket, and the failure that it is. */
export interface SocketEvent extends Expected {
  readonly event: string;
  readonly script: (peer: ScriptedPeer) => Promise<void> | void;
  readonly method?: string;
  readonly options?: RequestOptions;
  /** Large bodies and many octets are not sent one by one. */
  readonly isLarge?: boolean;
}

const REMOTE = { name: 'RemoteProtocolError', code: 'ERR_REMOTE_PROTOCOL' } as const;

/** Reads the request, sends something, and ends the connection. */
export function says(text: string, ending: 'end' | 'reset' | 'stay' = 'end'): SocketEvent['script'] {
  return async (peer) => {
    await peer.readRequest();
    await peer.send(text);
    if (ending === 'end') await peer.end();
    if (ending === 'reset') {
      await peer.wait(20);
      peer.reset();
    }
  };
}

export const EVENTS: readonly SocketEvent[] = [
  { event: 'nothing, then the end', script: says(''), ...REMOTE, phase: 'firstByte' },
  {
    event: 'reset instead of a response',
    script: says('', 'reset'),
    name: 'ReadError',
    code: 'ERR_READ',
    phase: 'firstByte',
  },
  {
    event: 'reset within the head',
    script: says('HTTP/1.1 200', 'reset'),
    name: 'ReadError',
    code: 'ERR_READ',
    phase: 'firstByte',
  },
  { event: 'end within the status line', script: says('HTTP/1.1 2'), ...REMOTE, phase: 'firstByte' },
  { event: 'end within the fields', script: says(`${OK}Content-`), ...REMOTE, phase: 'firstByte' },
  { event: 'not HTTP at all', script: says('SSH-2.0-OpenSSH_9.6\r\n'), ...REMOTE, phase: 'firstByte' },
  {
    event: 'a status that is no number',
    script: says('HTTP/1.1 2xx OK\r\n\r\n'),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: 'another version of HTTP',
    script: says('HTTP/9.9 200 OK\r\n\r\n'),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: 'a field without a colon',
    script: says(`${OK}no colon\r\n\r\n`),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: 'a field name with a space',
    script: says(`${OK}Bad Name: x\r\n\r\n`),
    ...REMOTE,
    phase: 'firstByte',
  },
  { event: 'a NUL in a field', script: says(`${OK}X: a\0b\r\n\r\n`), ...REMOTE, phase: 'firstByte' },
  {
    event: 'a head without end',
    script: says(`${OK}X: ${'x'.repeat(110_000)}`, 'stay'),
    ...REMOTE,
    phase: 'firstByte',
    isLarge: true,
  },
  {
    event: 'lengths that differ',
    script: says(`${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nab`),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: 'a negative length',
    script: says(`${OK}Content-Length: -1\r\n\r\n`),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: 'a length that is no number',
    script: says(`${OK}Content-Length: 0x2\r\n\r\nab`),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: '101 that nobody asked for',
    script: says('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: 'end within a body with a length',
    script: says(`${OK}Content-Length: 10\r\n\r\nab`),
    ...REMOTE,
    phase: 'read',
  },
  {
    event: 'reset within a body with a length',
    script: says(`${OK}Content-Length: 10\r\n\r\nab`, 'reset'),
    name: 'ReadError',
    code: 'ERR_READ',
    phase: 'read',
  },
  {
    event: 'end within a chunked body',
    script: says(`${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nab`),
    ...REMOTE,
    phase: 'read',
  },
  {
    event: 'end before the last chunk',
    script: says(`${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n`),
    ...REMOTE,
    phase: 'read',
  },
  {
    event: 'a chunk size that is none',
    script: says(`${OK}Transfer-Encoding: chunked\r\n\r\nxyz\r\nab\r\n`),
    ...REMOTE,
    phase: 'read',
  },
  {
    event: 'a chunk that is longer than its size',
    script: says(`${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`),
    ...REMOTE,
    phase: 'read',
  },
  {
    event: 'reset within a body up to the end',
    script: says(`${OK}\r\nab`, 'reset'),
    name: 'ReadError',
    code: 'ERR_READ',
    phase: 'read',
  },
  {
    event: 'no response in time',
    script: says('', 'stay'),
    options: { timeout: { read: 40 } },
    name: 'ReadTimeout',
    code: 'ERR_READ_TIMEOUT',
    phase: 'firstByte',
  },
  {
    event: 'no first octet in time',
    script: says('', 'stay'),
    options: { timeout: { firstByte: 40 } },
    name: 'FirstByteTimeout',
    code: 'ERR_FIRST_BYTE_TIMEOUT',
    phase: 'firstByte',
  },
  {
    event: 'no more of the body in time',
    script: says(`${OK}Content-Length: 10\r\n\r\nab`, 'stay'),
    options: { timeout: { read: 200 } },
    name: 'ReadTimeout',
    code: 'ERR_READ_TIMEOUT',
    phase: 'read',
  },
  {
    event: 'not all in time',
    script: says(`${OK}Content-Length: 10\r\n\r\nab`, 'stay'),
    options: { timeout: { total: 60 } },
    name: 'TotalTimeout',
    code: 'ERR_TOTAL_TIMEOUT',
    phase: 'total',
  },
  {
    event: 'the peer takes no data in time',
    script: (peer) => peer.pause(),
    method: 'POST',
    options: { content: new Uint8Array(32 * 1024 * 1024), timeout: { write: 60 } },
    name: 'WriteTimeout',
    code: 'ERR_WRITE_TIMEOUT',
    phase: 'write',
    isLarge: true,
  },
  {
    event: 'reset within the upload',
    script: async (peer) => {
      await peer.readHead();
      await peer.read(10);
      peer.reset();
    },
    method: 'POST',
    options: { content: new Uint8Array(32 * 1024 * 1024) },
    // Whether the system tells it to a read or to a write is a matter of its mood.
    name: 'ReadError|WriteError',
    code: 'ERR_READ|ERR_WRITE',
    phase: 'write',
    isLarge: true,
  },
  {
    event: 'corrupt content',
    script: says(`${OK}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd`),
    name: 'DecodingError',
    code: 'ERR_CONTENT_CODING',
    phase: 'decode',
  },
];
