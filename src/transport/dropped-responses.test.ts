import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { cancelWhenDropped, keepWhenDropped } from './dropped-responses.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('what nobody can reach any more is cancelled, unless that was revoked', async () => {
  const cancelled: string[] = [];
  const source = (name: string) => ({ cancel: () => void cancelled.push(name) });
  const revoked = {};
  cancelWhenDropped({ big: new Uint8Array(1000) }, source('dropped'), {});
  cancelWhenDropped({ big: new Uint8Array(1000) }, source('revoked'), revoked);
  const kept = {};
  cancelWhenDropped(kept, source('kept'), {});
  keepWhenDropped(revoked);
  for (let i = 0; i < 50 && cancelled.length === 0; i++) {
    collectGarbage();
    await turn();
  }
  expect([cancelled, kept]).toEqual([['dropped'], {}]);
});
