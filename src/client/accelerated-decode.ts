import { selectZstd } from '../backends/select.ts';
import { type DecodeOptions, hasZstd } from '../body/content-coding.ts';
import { HTTPTransport } from '../transport/http-transport.ts';
import type { ClientOptions } from './options.ts';

/** Adds the Zstandard of an accelerator, if this Node has none. A transport that is not the built-in one has no backend. */
export function withZstd(
  decode: DecodeOptions,
  { backend = 'auto', transport }: ClientOptions,
): DecodeOptions {
  if (decode.zstd !== undefined || hasZstd(process.versions.node)) return decode;
  if (transport != null && !(transport instanceof HTTPTransport)) return decode;
  const zstd = selectZstd(transport?.backend.requested ?? backend);
  return zstd === null ? decode : { ...decode, zstd };
}
