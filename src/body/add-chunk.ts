/** A chunk below this size costs more than its octets: the object that it is takes about 100. */
const SMALL = 256;
/** So many chunks of whatever size are kept as they are; responses of a few chunks are what most are. */
const MANY = 16;
/** Octets that small chunks are gathered into. */
const BLOCK = 4096;

/** The chunk of a list behind which there is memory that nobody else has seen, as long as it is the last one there. */
const open = new WeakMap<Uint8Array[], Uint8Array>();

/**
 * Adds a chunk to a list of those that wait to be read or joined. A peer decides how small its chunks are, so many
 * small ones are gathered: the last chunk of the list is then replaced by a longer one, with the same octets first.
 */
export function addChunk(chunks: Uint8Array[], chunk: Uint8Array): void {
  if (chunk.length >= SMALL || chunks.length < MANY) chunks.push(chunk);
  else gather(chunks, chunk);
}

function gather(chunks: Uint8Array[], chunk: Uint8Array): void {
  const index = chunks.length - 1;
  const last = chunks[index]!;
  const { buffer, byteOffset } = last;
  const length = last.length + chunk.length;
  if (chunk.buffer === buffer && chunk.byteOffset === byteOffset + last.length) {
    chunks[index] = new Uint8Array(buffer, byteOffset, length);
  } else if (open.get(chunks) === last && length <= BLOCK) {
    const longer = new Uint8Array(buffer, 0, length);
    longer.set(chunk, last.length);
    chunks[index] = longer;
    open.set(chunks, longer);
  } else {
    const first = new Uint8Array(new ArrayBuffer(BLOCK), 0, chunk.length);
    first.set(chunk);
    chunks.push(first);
    open.set(chunks, first);
  }
}
