/** Text in UTF-8. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Pieces that come one turn of the event loop after another. */
export async function* later(
  ...pieces: readonly (string | Uint8Array)[]
): AsyncGenerator<string | Uint8Array> {
  for (const piece of pieces) {
    await new Promise(setImmediate);
    yield piece;
  }
}
