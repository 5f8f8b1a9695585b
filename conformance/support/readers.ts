import type { StreamResponse } from '../../src/index.ts';

/** Everything that an iterator gives. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** The text of pieces. */
export function joined(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString();
}

/** The ways to take the content of a response, by name. */
export const READERS: Readonly<Record<string, (response: StreamResponse) => AsyncIterable<unknown>>> = {
  iterRaw: (response) => response.iterRaw(),
  iterBytes: (response) => response.iterBytes(),
  iterText: (response) => response.iterText(),
  iterLines: (response) => response.iterLines(),
  'for await': (response) => response,
};
