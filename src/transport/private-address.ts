import type { BlockList } from 'node:net';

/**
 * Ranges that lead to no place of the public internet: this host and network, private use, link-local, shared,
 * documentation, benchmarks, multicast, reserved (RFC 6890 and its registries), and the forms of IPv6 in which an
 * IPv4 address is hidden, which nobody needs in a URL.
 */
const RANGES: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

let list: BlockList | null = null;

/** Whether an IP address, without brackets, is none of the public internet. What is no address is not private. */
export function isPrivateAddress(address: string): boolean {
  const { isIP } = process.getBuiltinModule('node:net');
  const family = isIP(address);
  if (family === 0) return false;
  // An IPv4 address that is written as one of IPv6 is none of the public internet either.
  if (/^(?:0{0,4}:){2,6}ffff:/i.test(address)) return true;
  list ??= makeList();
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** The same for the host of a URL: names of the machine itself count, too (RFC 6761 §6.3). */
export function isPrivateHost(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || isPrivateAddress(hostname);
}

function makeList(): BlockList {
  const { BlockList: List } = process.getBuiltinModule('node:net');
  const made = new List();
  for (const range of RANGES) {
    const [network = '', bits] = range.split('/');
    made.addSubnet(network, Number(bits), network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return made;
}
