import { beforeEach, describe, expect, test } from 'vitest';
import { wireConfig } from '../../fixtures/wire-setup.ts';
import { acceleratorDouble } from '../../fixtures/accelerator-double.ts';
import { useAcceleratorFolder } from '../../fixtures/accelerator-folder.ts';
import { hasZstd } from '../body/content-coding.ts';
import { Client } from '../client/client.ts';
import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { compileJSONQuery } from '../kernels/json-program.ts';
import { findAccelerator, isAccelerator } from './accelerator.ts';
import { brokenKernels, tryKernel } from './kernel-trials.ts';
import { selectBackend, selectZstd } from './select.ts';
import { selectKernels } from './select-kernels.ts';

const install = useAcceleratorFolder();

const QUERY = compileJSONQuery({ columns: { a: ['a'] } });
const LONG = Buffer.from(JSON.stringify({ a: 1, b: 'x'.repeat(100_000) }));

describe('a kernel that does not work', () => {
  beforeEach(() => {
    install('wasm', acceleratorDouble('fake', ['jsonPluck', 'zstdDecode']));
  });

  test('is that of TypeScript under auto, and reports say why from then on', () => {
    const selection = selectBackend('auto', wireConfig());
    expect(selection.report).toMatchObject({
      kernels: { jsonPluck: 'wasm', htmlExtract: 'wasm' },
      attempts: [{ name: 'native' }],
    });
    const { jsonPluck } = selectKernels('auto');
    expect(jsonPluck(LONG, QUERY).value(0, 0)).toBe(1);
    expect(selectBackend('auto', wireConfig()).report).toEqual(selection.report);
    expect(selection.report).toMatchObject({
      kernels: { jsonPluck: 'js', htmlExtract: 'wasm' },
      attempts: [
        { name: 'native' },
        {
          name: 'wasm',
          step: 'selftest',
          detail: '@ternhttp/wasm does not work: jsonPluck says 3 instead of 20.',
          cure: expect.stringContaining("kernels: 'js'") as string,
        },
      ],
    });
  });

  test('is an error for each use where the accelerator was named', () => {
    for (const choice of ['wasm', { kernels: 'wasm' }] as const) {
      const { jsonPluck, jsonValidate } = selectKernels(choice);
      // Short inputs are for TypeScript anyway, and the other kernels work.
      expect(jsonPluck(Buffer.from('{"a":1}'), QUERY).value(0, 0)).toBe(1);
      expect(jsonValidate(LONG)).toBe(1);
      for (let use = 0; use < 2; use++) {
        expect(() => jsonPluck(LONG, QUERY)).toThrow(BackendUnavailableError);
        expect(() => jsonPluck(LONG, QUERY)).toThrow('jsonPluck says 3 instead of 20');
      }
    }
    expect(selectBackend('wasm', wireConfig()).report.kernels.jsonPluck).toBe('wasm');
  });

  test('which one named does not concern those who took what there is', () => {
    expect(() => selectKernels('wasm').jsonPluck(LONG, QUERY)).toThrow(BackendUnavailableError);
    expect(selectKernels('auto').jsonPluck(LONG, QUERY).value(0, 0)).toBe(1);
  });

  test('is not offered to servers', () => {
    expect(selectZstd('auto')).toBeNull();
    expect(() => selectZstd('wasm')).toThrow('zstdDecode says 3 instead of 44');
    const accepted = new Client().headers.get('accept-encoding')!;
    expect(accepted.includes('zstd')).toBe(hasZstd(process.versions.node));
    if (!hasZstd(process.versions.node))
      expect(() => new Client({ backend: 'wasm' })).toThrow(BackendUnavailableError);
  });
});

test('a kernel is tried out once', () => {
  install('native', acceleratorDouble('fake', ['htmlExtract']));
  const accelerator = findAccelerator('native');
  if (!isAccelerator(accelerator)) throw new Error(accelerator.detail);
  const { host, selfTestMs } = accelerator;
  // The first one when the accelerator is loaded.
  expect(tryKernel(host, 'jsonValidate')).toEqual({ fault: null, ms: selfTestMs });
  const trial = tryKernel(host, 'htmlExtract');
  expect(trial.fault).toBe('htmlExtract says 3 instead of 44');
  expect(tryKernel(host, 'htmlExtract')).toBe(trial);
  expect([...brokenKernels('native', host).keys()]).toEqual(['htmlExtract']);
});
