const REPLACEMENT = 0xfffd;

/** Decodes UTF-32; what is no character, and octets left over at the end, become U+FFFD. */
export function decodeUTF32(bytes: Uint8Array, isLittleEndian: boolean): string {
  const input = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const output = Buffer.allocUnsafe(bytes.length + 4);
  let length = 0;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    const codePoint = input.getUint32(at, isLittleEndian);
    if (codePoint > 0x10_ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
      length = output.writeUInt16LE(REPLACEMENT, length);
    } else if (codePoint > 0xffff) {
      length = output.writeUInt16LE(0xd7c0 + (codePoint >> 10), length);
      length = output.writeUInt16LE(0xdc00 + (codePoint & 0x3ff), length);
    } else {
      length = output.writeUInt16LE(codePoint, length);
    }
  }
  if (at < bytes.length) length = output.writeUInt16LE(REPLACEMENT, length);
  return output.toString('utf16le', 0, length);
}
