import { expect, test } from 'vitest';
import type { KernelHost } from '../../kernels/kernel-host.ts';
import { wireConfig } from '../../../fixtures/wire-setup.ts';
import { nativeBackend } from './native-backend.ts';
import { WIRE_ABI } from './wire-host.ts';

function hostWith(members: object): KernelHost {
  return { target: 'here', ...members } as unknown as KernelHost;
}

test('an addon that has no engine, or another one, is no backend', () => {
  for (const host of [hostWith({}), hostWith({ wireAbi: () => WIRE_ABI + 1 })])
    expect(nativeBackend({ host })).toMatchObject({ name: 'native', step: 'abi' });
});

test('one engine for an addon, which starts when it is needed', () => {
  const host = hostWith({ wireAbi: () => WIRE_ABI });
  const backend = nativeBackend({ host });
  if (!('wire' in backend)) throw new Error(backend.detail);
  expect(nativeBackend({ host })).toBe(backend);
  expect(backend.info).toMatchObject({ name: 'native', target: 'here' });
  expect(backend.info.capabilities).toContain('h2');
  expect(backend.wire.supports(wireConfig())).toEqual([]);
});
