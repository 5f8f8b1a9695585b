import type { UnsupportedOptionInfo } from '../../errors/unsupported-option.ts';
import type { WireConfig } from '../contract.ts';

/** What the native engine cannot do, of what is asked for. */
export function unsupportedOptions({ http2 }: WireConfig): UnsupportedOptionInfo[] {
  const found: UnsupportedOptionInfo[] = [];
  if (http2 !== null)
    found.push({ option: 'http2', reason: "it speaks HTTP/1.1 only; use backend: 'js' for HTTP/2." });
  return found;
}
