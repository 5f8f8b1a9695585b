import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from 'vitest';
import { wireConfig } from '../../fixtures/wire-setup.ts';
import { acceleratorDouble } from '../../fixtures/accelerator-double.ts';
import { useAcceleratorFolder } from '../../fixtures/accelerator-folder.ts';
import { hasZstd } from '../body/content-coding.ts';
import { Client } from '../client/client.ts';
import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { jsKernels } from '../kernels/kernels.ts';
import { VERSION } from '../models/version.ts';
import { findAccelerator, isAccelerator } from './accelerator.ts';
import { selectBackend } from './select.ts';
import { selectKernels } from './select-kernels.ts';

const WORKING = acceleratorDouble('fake');
const install = useAcceleratorFolder();

describe('findAccelerator', () => {
  test('a package that works', () => {
    install('wasm', WORKING);
    const accelerator = findAccelerator('wasm');
    expect(isAccelerator(accelerator)).toBe(true);
    expect(accelerator).toMatchObject({ name: 'wasm', version: VERSION, abi: 1, host: { target: 'fake' } });
    expect(findAccelerator('wasm')).toBe(accelerator);
  });

  test('none', () => {
    expect(findAccelerator('native')).toMatchObject({ name: 'native', step: 'resolve' });
  });

  test.each([
    ['version', WORKING, '0.0.1', 'is version 0.0.1'],
    ['load', 'throw new Error("boom\\nand more")', VERSION, 'cannot be loaded: boom.'],
    ['load', 'module.exports = {}', VERSION, 'cannot be loaded: host.abi is not a function.'],
    ['abi', WORKING.replace('=> 1', '=> 2'), VERSION, 'version 2 of the boundary, not 1'],
    [
      'selftest',
      acceleratorDouble('fake', ['jsonValidate']),
      VERSION,
      'jsonValidate says 3 instead of -8589',
    ],
    ['selftest', WORKING.replace('return result.length', 'return 1'), VERSION, 'says 1 instead of 0.'],
    [
      'selftest',
      WORKING.replace('return result.length', 'throw new Error("trap")'),
      VERSION,
      'does not work: jsonValidate throws trap.',
    ],
  ])('%s', (step, code, version, detail) => {
    install('native', code, version);
    const attempt = findAccelerator('native');
    expect(attempt).toMatchObject({
      name: 'native',
      step,
      detail: expect.stringContaining(detail) as string,
    });
    expect(attempt).toHaveProperty('cure');
  });
});

describe('selectBackend', () => {
  test('wasm is its kernels over the wire in TypeScript', () => {
    install('wasm', WORKING);
    const { backend, report } = selectBackend('wasm', wireConfig());
    expect(report).toMatchObject({
      requested: 'wasm',
      wire: 'js',
      info: { name: 'wasm', target: 'fake' },
      attempts: [],
    });
    expect(report.kernels).toMatchObject({ jsonPluck: 'wasm', htmlExtract: 'wasm' });
    expect(backend.info).toBe(report.info);
    expect(backend.wire).toBe(selectBackend('js', wireConfig()).backend.wire);
  });

  test('auto takes the kernels of native before those of wasm', () => {
    install('wasm', WORKING);
    expect(selectBackend('auto', wireConfig()).report).toMatchObject({
      wire: 'js',
      info: { name: 'js' },
      kernels: { jsonPluck: 'wasm' },
      attempts: [{ name: 'native', step: 'resolve' }],
    });
  });

  test('auto takes the kernels of a native that has no engine, and says so', () => {
    install('native', WORKING);
    expect(selectBackend('auto', wireConfig()).report).toMatchObject({
      wire: 'js',
      kernels: { jsonPluck: 'native' },
      attempts: [{ name: 'native', step: 'abi', detail: expect.stringContaining('kernels only') as string }],
    });
  });

  test('js takes none', () => {
    install('native', WORKING);
    expect(selectBackend('js', wireConfig()).report.kernels).toEqual({
      jsonValidate: 'js',
      jsonPluck: 'js',
      htmlExtract: 'js',
      charsetDetect: 'js',
      zstdDecode: 'js',
    });
  });

  test('each part by itself', () => {
    install('native', WORKING);
    expect(selectBackend({ wire: 'js', kernels: 'native' }, wireConfig()).report).toMatchObject({
      requested: { wire: 'js', kernels: 'native' },
      decidedBy: { wire: 'option', kernels: 'option' },
      wire: 'js',
      info: { name: 'js' },
      kernels: { jsonPluck: 'native' },
      attempts: [],
    });
    expect(() => selectBackend({ kernels: 'wasm' }, wireConfig())).toThrow(BackendUnavailableError);
    expect(() => selectBackend({ wire: 'native', kernels: 'js' }, wireConfig())).toThrow(
      'brings kernels only',
    );
  });

  test('is published with its report', () => {
    install('wasm', WORKING);
    const seen: unknown[] = [];
    const listen = (message: unknown): void => {
      seen.push(message);
    };
    subscribe('ternhttp:backend', listen);
    const { report } = selectBackend('wasm', wireConfig());
    expect(() => selectBackend('native', wireConfig())).toThrow(BackendUnavailableError);
    unsubscribe('ternhttp:backend', listen);
    selectBackend('wasm', wireConfig());
    expect(seen).toEqual([report]);
  });

  test('native has no wire, whatever is installed', () => {
    install('native', WORKING);
    expect(() => selectBackend('native', wireConfig())).toThrow('brings kernels only');
  });
});

describe('selectKernels', () => {
  test('those of TypeScript, if there is nothing else', () => {
    expect(selectKernels('auto')).toBe(jsKernels);
    expect(selectKernels('js')).toBe(jsKernels);
  });

  test('those of an accelerator, for inputs that are long enough', () => {
    install('native', WORKING);
    const kernels = selectKernels('native');
    expect(selectKernels('native')).toBe(kernels);
    expect(kernels.jsonValidate(Buffer.from('{}'))).toBe(-1);
    expect(kernels.jsonValidate(Buffer.from(`"${'x'.repeat(10_000)}"`))).toBe(1);
  });

  test('a name is taken at its word', () => {
    expect(() => selectKernels('wasm')).toThrow(BackendUnavailableError);
  });
});

test('a client offers Zstandard if this Node or an accelerator has it', () => {
  install('wasm', WORKING);
  const accepts = (backend: 'auto' | 'js' | 'wasm'): boolean =>
    new Client({ backend }).headers.get('accept-encoding')!.includes('zstd');
  expect([accepts('wasm'), accepts('auto'), accepts('js')]).toEqual([
    true,
    true,
    hasZstd(process.versions.node),
  ]);
});
