import type { TLSInfo } from '../../../models/connection-info.ts';
import {
  type DialControl,
  type ProxyReply,
  type ProxyRoute,
  type Route,
  type WireConfig,
  WireError,
} from '../../contract.ts';
import type { SecuredSocket, SecureSetup } from '../../open-connection.ts';
import type { OpenedSocket, WireSocket } from '../../wire-socket.ts';
import { connect } from './connect.ts';
import { Dialogue } from './dialogue.ts';
import { HopStream } from './hop-stream.ts';
import { askSOCKS } from './socks5.ts';

/** Proxies that speak HTTP/2 are not asked to. */
const ALPN = ['http/1.1'];

/** How a proxy is passed. */
export interface PassageSetup<S extends WireSocket, O extends OpenedSocket<S>> {
  readonly proxy: ProxyRoute;
  readonly route: Route;
  readonly config: WireConfig;
  readonly control: DialControl;
  /** Makes TLS with the proxy; null unless it is an `https` one. */
  readonly secure:
    | ((opened: O, setup: Omit<SecureSetup<never>, 'context'>) => Promise<SecuredSocket<S>>)
    | null;
  /** The connected proxy, for errors. */
  readonly peer: string | undefined;
  /** Connects to the proxy once more: it may close the connection on which it has asked for credentials. */
  readonly dial: () => Promise<O>;
  /** Told when a step begins. */
  readonly onPhase: (phase: 'connect' | 'proxy' | 'tls') => void;
}

/** A connection that leads through a proxy. */
export interface Passage<S extends WireSocket, O extends OpenedSocket<S>> {
  readonly opened: O;
  /** The one on which requests are sent, or TLS with the origin is made: that of `opened`, or TLS with the proxy on it. */
  readonly socket: S;
  /** TLS with the proxy. */
  readonly tls: TLSInfo | null;
}

/**
 * Does with the connection to a proxy what has to be done before it can be used for requests. Rejects with a
 * {@link WireError} or the reason of the signal; nothing is open then.
 */
export async function passProxy<S extends WireSocket, O extends OpenedSocket<S>>(
  first: O,
  setup: PassageSetup<S, O>,
): Promise<Passage<S, O>> {
  const { proxy, route, config, control, peer, onPhase } = setup;
  // Without TLS a server of HTTP/2 may send its settings at once (RFC 9113 §3.4).
  const speaksFirst = !route.secure && !config.http1;
  let opened = first;
  let dialogue: Dialogue | null = null;
  try {
    for (;;) {
      const secure = await secureHop(opened, setup);
      const socket = secure?.socket ?? opened.socket;
      const passage = { opened, socket, tls: secure && secure.info };
      if (!proxy.isTunnel) return passage;
      onPhase('proxy');
      const stream = new HopStream(opened, socket, control.signal, peer);
      try {
        if (proxy.scheme === 'socks5' || proxy.scheme === 'socks5h') {
          await askSOCKS(stream, proxy, route, control, peer);
          stream.release(speaksFirst);
          return passage;
        }
        dialogue ??= await Dialogue.start(proxy, control.signal);
        if (await askHTTP(stream, dialogue, setup)) {
          await dialogue.close();
          stream.release(speaksFirst);
          return passage;
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
    await dialogue?.close();
  }
}

/** Whether the tunnel is open; else the dialogue has to go on over another connection. */
async function askHTTP(
  stream: HopStream,
  dialogue: Dialogue,
  setup: Pick<PassageSetup<never, never>, 'config' | 'control' | 'peer' | 'proxy'>,
): Promise<boolean> {
  const { proxy, config, control, peer } = setup;
  for (let isRepeat = false; ; isRepeat = true) {
    let outcome;
    try {
      outcome = await connect(stream, proxy, dialogue.fields, config.parser, control, peer);
    } catch (error) {
      // It need not say that it closes a connection on which it has answered.
      if (isRepeat && error instanceof WireError && error.retrySafe) return false;
      throw error;
    }
    const { reply, isReusable } = outcome;
    const goesOn = await dialogue.takes(reply);
    if (reply.status < 300) return true;
    if (!goesOn) throw refusal(proxy, reply, peer);
    if (!isReusable) return false;
  }
}

async function secureHop<S extends WireSocket, O extends OpenedSocket<S>>(
  opened: O,
  { proxy, control, peer, onPhase, secure }: PassageSetup<S, O>,
): Promise<SecuredSocket<S> | null> {
  if (secure === null) return null;
  onPhase('tls');
  const { tls, hostname } = proxy;
  return secure(opened, {
    route: { key: `proxy ${proxy.url}`, hostname, servername: null },
    config: { tls },
    alpn: ALPN,
    peer,
    control,
    step: 'connection.start_tls',
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
