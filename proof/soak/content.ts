import { createRandom } from '../../fixtures/random.ts';

/** The octets that the server answers with, known to both sides. */
const BLOCK: Buffer = createRandom(20_261_121).bytes(1 << 20);

/** `length` octets of them from `offset` on. */
export function contentAt(offset: number, length: number): Buffer {
  return BLOCK.subarray(offset, offset + length);
}

/** The events of the stream with a number. */
export function eventText(index: number): string {
  return `event ${index} ${contentAt(index * 31, 12).toString('hex')}`;
}
