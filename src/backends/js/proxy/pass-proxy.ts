import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TLSInfo } from '../../../models/connection-info.ts';
import {
  type DialControl,
  type ProxyReply,
  type ProxyRoute,
  type Route,
  type TunnelNegotiation,
  type WireConfig,
  WireError,
} from '../../contract.ts';
import type { ConnectedSocket } from '../connector.ts';
import { describeTLS, handshake } from '../handshake.ts';
import type { TLSContext } from '../tls-context.ts';
import { connect } from './connect.ts';
import { HopStream } from './hop-stream.ts';
import { askSOCKS } from './socks5.ts';

/** Proxies that speak HTTP/2 are not asked to. */
const ALPN = ['http/1.1'];

/** How a proxy is passed. */
export interface PassageSetup {
  readonly proxy: ProxyRoute;
  readonly route: Route;
  readonly config: WireConfig;
  readonly control: DialControl;
  /** For TLS with the proxy; null unless it is an `https` one. */
  readonly context: TLSContext | null;
  /** The connected proxy, for errors. */
  readonly peer: string | undefined;
  /** Connects to the proxy once more: it may close the connection on which it has asked for credentials. */
  readonly dial: () => Promise<ConnectedSocket>;
  /** Told when a step begins. */
  readonly onPhase: (phase: 'connect' | 'proxy' | 'tls') => void;
}

/** A connection that leads through a proxy. */
export interface Passage {
  readonly opened: ConnectedSocket;
  /** The one on which requests are sent, or TLS with the origin is made: that of `opened`, or TLS with the proxy on it. */
  readonly socket: Socket;
  /** TLS with the proxy. */
  readonly tls: TLSInfo | null;
}

/**
 * Does with the connection to a proxy what has to be done before it can be used for requests. Rejects with a
 * {@link WireError} or the reason of the signal; nothing is open then.
 */
export async function passProxy(first: ConnectedSocket, setup: PassageSetup): Promise<Passage> {
  const { proxy, route, config, control, peer, onPhase } = setup;
  let opened = first;
  let dialogue: Dialogue | null = null;
  try {
    for (;;) {
      const secure = setup.context === null ? null : await secureHop(opened, setup.context, setup);
      const socket = secure ?? opened.socket;
      const passage = { opened, socket, tls: secure && describeTLS(secure) };
      if (!proxy.isTunnel) return passage;
      onPhase('proxy');
      const stream = new HopStream(opened, socket, control.signal, peer);
      try {
        if (proxy.scheme === 'socks5' || proxy.scheme === 'socks5h') {
          await askSOCKS(stream, proxy, route, control, peer);
          stream.release();
          return passage;
        }
        dialogue ??= await startDialogue(proxy, control.signal);
        for (;;) {
          const { reply, isReusable } = await connect(
            stream,
            proxy,
            dialogue.fields,
            config.parser,
            control,
            peer,
          );
          const isOpen = reply.status < 300;
          const goesOn = await dialogue.takes(reply, control.signal);
          if (isOpen) {
            await dialogue.close(control.signal);
            stream.release();
            return passage;
          }
          if (!goesOn) throw refusal(proxy, reply, peer);
          if (!isReusable) break;
        }
        stream.close();
      } catch (error) {
        stream.close();
        throw error;
      }
      onPhase('connect');
      opened = await setup.dial();
    }
  } finally {
    await dialogue?.close(control.signal);
  }
}

function secureHop(opened: ConnectedSocket, context: TLSContext, setup: PassageSetup): Promise<TLSSocket> {
  const { proxy, control, peer, onPhase } = setup;
  onPhase('tls');
  const { tls, hostname } = proxy;
  return handshake({
    socket: opened.socket,
    route: { key: `proxy ${proxy.url}`, hostname, servername: null },
    config: { tls },
    context,
    alpn: ALPN,
    peer,
    control,
    step: 'connection.start_tls',
  });
}

/** The fields of the CONNECT that comes next, fixed or negotiated. */
class Dialogue {
  fields: readonly string[];
  #negotiation: TunnelNegotiation | null;

  constructor(fields: readonly string[], negotiation: TunnelNegotiation | null) {
    this.fields = fields;
    this.#negotiation = negotiation;
  }

  /** Whether there is another CONNECT to send after this reply. */
  async takes(reply: ProxyReply, signal: AbortSignal): Promise<boolean> {
    if (this.#negotiation === null) return false;
    const next = await unlessAborted(this.#negotiation.next(reply), signal);
    if (next === null) return false;
    this.fields = next;
    return true;
  }

  async close(signal: AbortSignal): Promise<void> {
    const negotiation = this.#negotiation;
    this.#negotiation = null;
    if (negotiation !== null) await unlessAborted(negotiation.close(), signal);
  }
}

async function startDialogue({ fields, negotiate }: ProxyRoute, signal: AbortSignal): Promise<Dialogue> {
  if (negotiate === null) return new Dialogue(fields, null);
  const negotiation = negotiate();
  try {
    return new Dialogue((await unlessAborted(negotiation.next(null), signal)) ?? fields, negotiation);
  } catch (error) {
    await negotiation.close();
    throw error;
  }
}

/** Functions of the program may take their time, but not more than there is. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

function refusal({ url, target }: ProxyRoute, reply: ProxyReply, peer: string | undefined): WireError {
  const answer = `${reply.status}${reply.reason === '' ? '' : ` ${reply.reason}`}`;
  return new WireError({
    kind: 'proxy',
    phase: 'proxy',
    reason: `the proxy ${url} answered ${answer} to CONNECT ${target}`,
    peer,
    reply,
  });
}
