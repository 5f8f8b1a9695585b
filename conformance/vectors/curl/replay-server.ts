import { createRandom } from '../../../fixtures/random.ts';
import { framingOf, type RequestHead } from '../../../fixtures/request-head.ts';
import type { ReceivedBody, ScriptedPeer } from '../../../fixtures/scripted-peer.ts';
import { type Script, type ScriptedServer, startScriptedServer } from '../../../fixtures/scripted-server.ts';
import { contentOf, type CurlCase, type Placeholders, type Section } from './case.ts';

/** A request that the server got. */
export interface ReplayedRequest {
  readonly head: RequestHead;
  /** The body as it came over the wire, chunk framing included; empty if the server did not wait for it. */
  readonly raw: Buffer;
}

/** Plays the server's part of a case. */
export interface ReplayServer {
  readonly port: number;
  /** Port of the one that speaks TLS and is the same server otherwise; that of the plain one if there is none. */
  readonly tlsPort: number;
  /** All requests, in the order of arrival. */
  readonly requests: readonly ReplayedRequest[];
  /** Connections accepted. */
  readonly connections: number;
  /** Stops, and throws if a request came for which the case has no answer. */
  close(): Promise<void>;
}

/** What a server needs to speak TLS. */
export interface ServerTLS {
  readonly cert: string;
  readonly key: string;
}

/** What the server was told to do besides answering. */
interface Commands {
  readonly isIdle: boolean;
  readonly closes: boolean;
  readonly requiresAuth: boolean;
  /** Octets of the body that it does not wait for. */
  readonly skip: number;
  /** Milliseconds before it answers. */
  readonly delay: number;
  /** Milliseconds between the pieces of an answer. */
  readonly writeDelay: number;
  /** Milliseconds after an answer. */
  readonly wait: number;
}

/**
 * Starts a server that answers like the one of curl's tests.
 *
 * @param values placeholders; the ports of this server are added to them as `HTTPPORT`, `HTTP6PORT` and `HTTPSPORT`
 * @param second length of a second in milliseconds, so that cases that wait need not take their time
 * @param tls certificate and key of the server that speaks TLS, if the case has one
 */
export async function startReplayServer(
  one: Pick<CurlCase, 'id' | 'reply' | 'servers'>,
  values: Placeholders,
  second: number,
  tls: ServerTLS | null = null,
): Promise<ReplayServer> {
  const commands = commandsOf(one.reply, second);
  const requests: ReplayedRequest[] = [];
  const random = createRandom(one.id);
  let bounced: number | null = null;

  async function answer(peer: ScriptedPeer): Promise<boolean> {
    const head = await peer.readHead();
    const raw = await readBody(peer, head, commands);
    requests.push({ head, raw });
    if (commands.isIdle) {
      await peer.closed;
      return false;
    }
    const part = bounced ?? partOf(head);
    const section = sectionOf(one.reply, head.method, part);
    const isBounce = section.flags?.includes('swsbounce') === true;
    bounced = isBounce ? part + 1 : null;
    const text = contentOf(section, {
      ...values,
      HTTPPORT: String(server.port),
      HTTP6PORT: String(server.port),
      HTTPSPORT: String(secure?.port ?? server.port),
    });
    if (commands.delay > 0) await peer.wait(commands.delay);
    const bytes = Buffer.from(text, 'latin1');
    const pieces = commands.writeDelay > 0 ? random.splits(bytes, 1 + Math.ceil(bytes.length / 8)) : [bytes];
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) await peer.wait(commands.writeDelay);
      if (piece.length > 0) await peer.send(piece);
    }
    if (commands.wait > 0) await peer.wait(commands.wait);
    const closes =
      commands.closes ||
      bytes.length === 0 ||
      lastsUntilEnd(text, head.method) ||
      section.flags?.includes('swsclose') === true ||
      /(?:^|,)\s*close\s*(?:,|$)/i.test(head.get('connection') ?? '');
    return !closes;
  }

  const host = one.servers.includes('http-ipv6') ? '::1' : '127.0.0.1';
  const play: Script = async (peer) => {
    while (await answer(peer));
    await peer.end();
  };
  const server: ScriptedServer = await startScriptedServer({ host }, play);
  const secure = tls === null ? null : await startScriptedServer({ host, tls }, play);
  return {
    requests,
    get port() {
      return server.port;
    },
    get tlsPort() {
      return secure?.port ?? server.port;
    },
    get connections() {
      return server.connections + (secure?.connections ?? 0);
    },
    async close() {
      await secure?.close();
      await server.close();
    },
  };
}

/**
 * Whether nothing but the end of the connection can tell where a reply ends (RFC 9112 §6.3), so that a server has to
 * close it. curl's leaves it open behind redirects, whose content curl does not look at.
 */
function lastsUntilEnd(text: string, method: string): boolean {
  const head = /^HTTP\/1\.[01] 3\d\d.*?\r?\n\r?\n/s.exec(text)?.[0];
  if (head === undefined || method === 'HEAD' || /^HTTP\/1\.. 304/.test(head)) return false;
  return !/^(?:content-length|transfer-encoding):/im.test(head);
}

/**
 * Number of the part of a reply that a request gets: the last four digits of the number behind the last slash, if
 * that is above 10000. Credentials choose another one.
 */
export function partOf(head: Pick<RequestHead, 'get' | 'target'>): number {
  const digits = /^\d+/.exec(head.target.slice(head.target.lastIndexOf('/') + 1))?.[0] ?? '';
  let part = Number(digits) > 10_000 ? Number(digits.slice(-4)) : 0;
  // Those for a proxy count alike.
  const credentials = head.get('authorization') ?? head.get('proxy-authorization') ?? '';
  if (/^digest\b/i.test(credentials)) part += 1000;
  else if (/^basic\b/i.test(credentials) && part >= 1000) part += 1;
  return part;
}

function sectionOf(reply: CurlCase['reply'], method: string, part: number): Section {
  const name = `${method === 'CONNECT' ? 'connect' : 'data'}${part === 0 ? '' : part}`;
  const section = reply[name];
  if (section === undefined || typeof section === 'string')
    throw new Error(`the case has no reply '${name}'`);
  return section;
}

async function readBody(peer: ScriptedPeer, head: RequestHead, commands: Commands): Promise<Buffer> {
  if (commands.requiresAuth && head.get('authorization') === undefined) return Buffer.alloc(0);
  const framing = framingOf(head);
  if (framing.kind === 'length' && commands.skip > 0) {
    return peer.read(Math.max(0, framing.length - commands.skip));
  }
  const body: ReceivedBody = await peer.readBody(head);
  return body.raw;
}

/** @throws Error for a command that is not known: to ignore it would be another server than the case wants */
export function commandsOf(
  reply: Pick<CurlCase['reply'], 'postcmd' | 'servercmd'>,
  second: number,
): Commands {
  const known = {
    isIdle: false,
    closes: false,
    requiresAuth: false,
    skip: 0,
    delay: 0,
    writeDelay: 0,
    wait: 0,
  };
  // Such lines tell the SOCKS server what to do.
  const isForSOCKS = /^(?:method|user|password|backendport) /;
  const lines = [reply.servercmd ?? '', reply.postcmd ?? '']
    .flatMap((text) => text.split('\n'))
    .filter((line) => !isForSOCKS.test(line));
  for (const line of lines) {
    const [, name = '', value = ''] = /^(\w[\w-]*)(?::?\s*(\d+))?\s*$/.exec(line.trim()) ?? [];
    switch (name) {
      case '':
        if (line.trim() !== '') throw new Error(`the server does not know the command '${line}'`);
        break;
      case 'connection-monitor':
        // Only whoever compares connections has to know.
        break;
      case 'idle':
        known.isIdle = true;
        break;
      case 'swsclose':
        known.closes = true;
        break;
      case 'auth_required':
        known.requiresAuth = true;
        break;
      case 'skip':
        known.skip = Number(value);
        break;
      case 'delay':
        known.delay = Number(value);
        break;
      case 'writedelay':
        known.writeDelay = Number(value);
        break;
      case 'wait':
        known.wait = Number(value) * second;
        break;
      default:
        throw new Error(`the server does not know the command '${line}'`);
    }
  }
  return known;
}
