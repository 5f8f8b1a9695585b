import { HTTP2Peer } from '../../fixtures/http2-peer.ts';
import type { ScriptedPeer } from '../../fixtures/scripted-peer.ts';
import type { ScriptedServer } from '../../fixtures/scripted-server.ts';
import type { Client, ClientOptions, Response } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

/** What a server says, frame by frame. `start` and the settings are its affair; connections are numbered from 0. */
export type FrameScript = (peer: HTTP2Peer, connection: ScriptedPeer) => Promise<void>;

/** A client that speaks HTTP/2 without asking. */
export function http2Client(t: CaseContext, options: ClientOptions = {}): Client {
  return t.client({ http1: false, http2: true, ...options });
}

/** A client that asks for HTTP/2 and trusts the authority of the run. */
export function secureClient(t: CaseContext, options: ClientOptions = {}): Client {
  return t.client({ http2: true, tls: { ca: t.ca.certificate }, ...options });
}

/** A server that speaks frames, without TLS. */
export function frameServer(t: CaseContext, script: FrameScript): Promise<ScriptedServer> {
  return t.scripted((connection) => script(new HTTP2Peer(connection), connection));
}

/**
 * A server whose first request is answered by a script, and every later one with `ok`.
 *
 * @param script is given the number of the stream of the request, which has been read
 */
export async function answeringOnce(
  t: CaseContext,
  script: (peer: HTTP2Peer, stream: number, connection: ScriptedPeer) => Promise<void>,
): Promise<ScriptedServer> {
  let isFirst = true;
  return frameServer(t, async (peer, connection) => {
    await peer.start();
    const stream = await peer.request();
    if (isFirst) {
      isFirst = false;
      await script(peer, stream, connection);
    } else {
      await peer.respond(stream);
    }
    await peer.serve();
  });
}

/** What an echoing HTTP/2 server saw. */
export interface Echo {
  readonly method: string;
  readonly path: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly content: string;
}

export function echoOf(response: Response): Echo {
  return response.json() as Echo;
}

/** Values of a field as an echoing server saw them. */
export function valuesOf(echo: Echo, name: string): string[] {
  return echo.fields.filter(([field]) => field === name).map(([, value]) => value);
}
