import { type DialControl, type ProxyRoute, type Route, WireError } from '../../contract.ts';
import type { HopStream } from './hop-stream.ts';

const VERSION = 5;
const NO_AUTH = 0;
const USERNAME_PASSWORD = 2;
const METHODS: Readonly<Record<number, string>> = {
  0: 'NO AUTHENTICATION REQUIRED',
  1: 'GSSAPI',
  2: 'USERNAME/PASSWORD',
  255: 'NO ACCEPTABLE METHODS',
};
/** RFC 1928 §6 */
const REPLIES: Readonly<Record<number, string>> = {
  1: 'General SOCKS server failure',
  2: 'Connection not allowed by ruleset',
  3: 'Network unreachable',
  4: 'Host unreachable',
  5: 'Connection refused',
  6: 'TTL expired',
  7: 'Command not supported',
  8: 'Address type not supported',
};

/**
 * Asks a SOCKS5 proxy for a connection to the origin (RFC 1928, RFC 1929). Names are resolved by the proxy.
 *
 * @throws WireError, of kind `proxy` if the proxy refuses, or the reason of the signal
 */
export async function askSOCKS(
  stream: HopStream,
  proxy: ProxyRoute,
  route: Route,
  control: DialControl,
  peer: string | undefined,
): Promise<void> {
  const { tracer } = control;
  const info = { proxy: proxy.url, host: route.hostname, port: route.port };
  tracer?.emit('socks.setup_socks5_connection.started', info);
  try {
    await greet(stream, proxy, peer);
    await request(stream, route, peer);
  } catch (error) {
    tracer?.emit('socks.setup_socks5_connection.failed', { ...info, error });
    throw error;
  }
  tracer?.emit('socks.setup_socks5_connection.complete', info);
}

async function greet(
  stream: HopStream,
  { credentials }: ProxyRoute,
  peer: string | undefined,
): Promise<void> {
  // Credentials that were given are meant to be used, so nothing else is offered beside them.
  const method = credentials === null ? NO_AUTH : USERNAME_PASSWORD;
  stream.write(Uint8Array.of(VERSION, 1, method));
  const [version, chosen] = await stream.readExactly(2);
  checkVersion(version, VERSION, peer);
  if (chosen !== method) {
    const answer = METHODS[chosen!] ?? `method ${chosen}`;
    throw refused(`Requested ${METHODS[method]!} from proxy server, but got ${answer}.`, peer);
  }
  if (credentials === null) return;
  const { username, password } = credentials;
  stream.write(
    Buffer.concat([Uint8Array.of(1, username.length), username, Uint8Array.of(password.length), password]),
  );
  const [subversion, status] = await stream.readExactly(2);
  checkVersion(subversion, 1, peer);
  if (status !== 0) throw refused('Invalid username/password', peer);
}

async function request(
  stream: HopStream,
  { hostname, port }: Route,
  peer: string | undefined,
): Promise<void> {
  stream.write(
    Buffer.concat([
      Uint8Array.of(VERSION, 1, 0),
      addressOf(hostname, peer),
      Uint8Array.of(port >> 8, port & 255),
    ]),
  );
  const [version, reply, , type] = await stream.readExactly(4);
  checkVersion(version, VERSION, peer);
  if (reply !== 0) {
    throw refused(`Proxy Server could not connect: ${REPLIES[reply!] ?? `reply ${reply}`}.`, peer);
  }
  // The address to which the proxy is bound is of no use here, but it has to be read.
  let length = type === 1 ? 4 : type === 4 ? 16 : -1;
  if (type === 3) length = (await stream.readExactly(1))[0]!;
  if (length === -1) throw malformed(`an address of type ${type}`, peer);
  await stream.readExactly(length + 2);
}

/** Type and octets of the destination. */
function addressOf(hostname: string, peer: string | undefined): Uint8Array {
  const { isIP } = process.getBuiltinModule('node:net');
  const family = isIP(hostname);
  if (family === 4) return Uint8Array.of(1, ...hostname.split('.').map(Number));
  if (family === 6) return Uint8Array.of(4, ...octetsOfIPv6(hostname));
  const name = Buffer.from(hostname, 'latin1');
  if (name.length > 255)
    throw refused(`A host name of ${name.length} octets is too long for SOCKS5 (RFC 1928 §5).`, peer);
  return Buffer.concat([Uint8Array.of(3, name.length), name]);
}

/** The octets of an address in the form that URLs have: hexadecimal groups, one `::` at most. */
function octetsOfIPv6(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 255]);
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function checkVersion(given: number | undefined, wanted: number, peer: string | undefined): void {
  if (given !== wanted) throw malformed(`version ${given} where ${wanted} belongs`, peer);
}

function refused(reason: string, peer: string | undefined): WireError {
  return new WireError({ kind: 'proxy', phase: 'proxy', reason, peer });
}

function malformed(what: string, peer: string | undefined): WireError {
  const reason = `the proxy does not speak SOCKS5: ${what}`;
  return new WireError({ kind: 'remote-protocol', phase: 'proxy', reason, peer });
}
