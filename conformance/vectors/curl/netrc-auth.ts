import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Auth, NetRCAuth } from '../../../src/index.ts';

/** The auth for a netrc file with this content, which is needed on a disk for a moment. */
export function netrcAuthOf(latin1: string): Auth {
  const folder = mkdtempSync(join(tmpdir(), 'tern-curl-netrc-'));
  try {
    const file = join(folder, 'netrc');
    writeFileSync(file, latin1, 'latin1');
    return new NetRCAuth(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
