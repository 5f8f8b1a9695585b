/** Pseudo-random numbers that a seed determines (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 up to `limit`, exclusive. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }
}

/** Octets with a few changes: other values, insertions from `alphabet`, cuts, doubled and moved parts. */
export function mutate(input: Uint8Array, random: Random, alphabet: Uint8Array): Buffer {
  let bytes = Buffer.from(input);
  for (let count = 1 + random.below(4); count > 0; count--) {
    const at = random.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + random.below(12));
    switch (random.below(6)) {
      case 0:
        if (at < bytes.length) bytes[at] = random.below(256);
        break;
      case 1:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.of(alphabet[random.below(alphabet.length)]!),
          bytes.subarray(at),
        ]);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
        break;
      case 4:
        bytes = Buffer.from(bytes.subarray(0, random.chance(3) ? at : bytes.length));
        break;
      default:
        if (at < bytes.length) bytes[at] = alphabet[random.below(alphabet.length)]!;
    }
  }
  return bytes;
}
