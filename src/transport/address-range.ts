import type { BlockList } from 'node:net';

/** A range of IP addresses in CIDR notation (RFC 4632, RFC 4291 §2.3). */
export class AddressRange {
  /** Bits that all its addresses share. */
  readonly bits: number;
  readonly #list: BlockList;

  private constructor(list: BlockList, bits: number) {
    this.#list = list;
    this.bits = bits;
  }

  /** The range that a text like `10.0.0.0/8`, `2001:db8::/32` or `[::1]/128` names; null if it names none. */
  static parse(text: string): AddressRange | null {
    const match = /^\[?([\da-f:.]+)\]?\/(\d{1,3})$/i.exec(text);
    if (match === null) return null;
    const { BlockList, isIP } = process.getBuiltinModule('node:net');
    const [, network = '', digits] = match;
    const family = isIP(network);
    const bits = Number(digits);
    if (family === 0 || bits > (family === 4 ? 32 : 128)) return null;
    const list = new BlockList();
    list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6');
    return new AddressRange(list, bits);
  }

  /** @param hostname without brackets; a name is in no range */
  has(hostname: string): boolean {
    const family = process.getBuiltinModule('node:net').isIP(hostname);
    return family !== 0 && this.#list.check(hostname, family === 4 ? 'ipv4' : 'ipv6');
  }
}
