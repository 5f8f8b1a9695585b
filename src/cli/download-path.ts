import type { ResponseHead } from '../message/response-head.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { suggestedFilename } from '../models/content-disposition.ts';

/** Names that are tried before giving up. */
const MAX_COPIES = 1000;
/** Octets of a name: file systems take 255, some of which go to the number and to the name of the unfinished file. */
const MAX_NAME = 200;

/**
 * Where to save a body under the name that the server or the URL suggests: free places, the best one first. A name
 * that is taken gets a number, and a leading dot goes: no server may overwrite a file here, or place one that a
 * program reads by itself.
 *
 * @throws InvalidArgument if nothing suggests a name, or all names are taken
 */
export function* suggestedPaths(
  response: ResponseHead,
  directory: string,
  exists: (path: string) => boolean = process.getBuiltinModule('node:fs').existsSync,
): Generator<string, never, void> {
  const suggestion = suggestedFilename(response.headers.get('content-disposition'), response.url.href);
  const name = suggestion?.replace(/^\.+/, '') ?? '';
  if (name === '') {
    throw new InvalidArgument(
      "Neither the server nor the URL suggests a name for the file; give one with '--download FILE'.",
    );
  }
  const paths = process.getBuiltinModule('node:path');
  const { name: full, ext } = paths.parse(name);
  const stem = shorten(full, MAX_NAME - Buffer.byteLength(ext));
  for (let copy = 0; copy < MAX_COPIES; copy++) {
    const path = paths.join(directory, copy === 0 ? stem + ext : `${stem}-${copy}${ext}`);
    if (!exists(path)) yield path;
  }
  throw new InvalidArgument(
    `There are ${MAX_COPIES} files named like '${name}' already; use '--download FILE'.`,
  );
}

function shorten(text: string, maxBytes: number): string {
  let kept = '';
  let room = maxBytes;
  for (const character of text) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    kept += character;
  }
  return kept;
}
