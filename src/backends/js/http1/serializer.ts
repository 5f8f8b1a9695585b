/**
 * The request line and fields as one Latin-1 text (RFC 9112 §3). Names, values and target were checked where
 * they came in; here they are written as they are, in their case and order.
 */
export function serializeHead(method: string, target: string, fields: readonly string[]): string {
  let head = `${method} ${target} HTTP/1.1\r\n`;
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i]!}: ${fields[i + 1]!}\r\n`;
  return `${head}\r\n`;
}

/** A chunk with its size line (RFC 9112 §7.1); small enough to be worth copying into one piece. */
export function serializeSmallChunk(chunk: Uint8Array): Buffer {
  const size = chunk.length.toString(16);
  const bytes = Buffer.allocUnsafe(size.length + chunk.length + 4);
  bytes.write(`${size}\r\n`, 'latin1');
  bytes.set(chunk, size.length + 2);
  bytes.write('\r\n', bytes.length - 2, 'latin1');
  return bytes;
}

/** The last chunk and the trailer section. */
export function serializeEnd(trailers: readonly string[] = []): string {
  let end = '0\r\n';
  for (let i = 0; i < trailers.length; i += 2) end += `${trailers[i]!}: ${trailers[i + 1]!}\r\n`;
  return `${end}\r\n`;
}
