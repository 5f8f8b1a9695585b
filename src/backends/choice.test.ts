import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type BackendChoice, describeChoice, resolveChoice } from './choice.ts';

beforeEach(() => {
  vi.stubEnv('TERN_BACKEND', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('resolveChoice', () => {
  test.each<[BackendChoice, string, string]>([
    ['auto', 'auto', 'auto'],
    ['js', 'js', 'js'],
    ['native', 'native', 'native'],
    ['wasm', 'js', 'wasm'],
    [{}, 'auto', 'auto'],
    [{ kernels: 'wasm' }, 'auto', 'wasm'],
    [{ wire: 'js', kernels: 'native' }, 'js', 'native'],
  ])('%j', (choice, wire, kernels) => {
    expect(resolveChoice(choice)).toMatchObject({ wire, kernels });
  });

  test('says who chose each part', () => {
    vi.stubEnv('TERN_BACKEND', 'wire=js');
    expect(resolveChoice({ kernels: 'js' }).decidedBy).toEqual({ wire: 'TERN_BACKEND', kernels: 'option' });
    expect(resolveChoice('auto').decidedBy).toEqual({ wire: 'TERN_BACKEND', kernels: 'default' });
    expect(resolveChoice('js').decidedBy).toEqual({ wire: 'option', kernels: 'option' });
  });

  test('wasm as one thing, wherever it is named', () => {
    expect(resolveChoice('wasm').isWasm).toBe(true);
    expect(resolveChoice({ wire: 'js', kernels: 'wasm' }).isWasm).toBe(false);
    vi.stubEnv('TERN_BACKEND', 'wasm');
    expect(resolveChoice('auto').isWasm).toBe(true);
    expect(resolveChoice('js').isWasm).toBe(false);
  });

  test.each([
    ['fast', "'backend' must be one of auto, js, native, wasm, not 'fast'."],
    ['toString', "'backend' must be one of auto, js, native, wasm, not 'toString'."],
    [
      7,
      "'backend' must be one of auto, js, native, wasm, or an object with 'wire' and 'kernels', not a number.",
    ],
    [{ wire: 'wasm' }, "'backend': 'wire' must be one of auto, js, native, not 'wasm'."],
    [{ kernels: 'fast' }, "'backend': 'kernels' must be one of auto, js, native, wasm, not 'fast'."],
    [{ kernel: 'js' }, "'backend' has the parts 'wire' and 'kernels', not 'kernel'."],
  ])('%j is refused', (choice, message) => {
    expect(() => resolveChoice(choice as BackendChoice)).toThrow(new InvalidArgument(message));
  });
});

describe('TERN_BACKEND', () => {
  test.each([
    ['wasm', 'js', 'wasm'],
    ['kernels=native', 'auto', 'native'],
    ['wire=js, kernels=wasm', 'js', 'wasm'],
  ])('%s', (text, wire, kernels) => {
    vi.stubEnv('TERN_BACKEND', text);
    expect(resolveChoice('auto')).toMatchObject({ wire, kernels });
    expect(resolveChoice('native')).toMatchObject({ wire: 'native', kernels: 'native' });
  });

  test.each([
    ['fast', "TERN_BACKEND must be one of auto, js, native, wasm, not 'fast'."],
    ['wire=wasm', "TERN_BACKEND: 'wire' must be one of auto, js, native, not 'wasm'."],
    ['wire=js,fast', "TERN_BACKEND has the parts 'wire' and 'kernels', not 'fast'."],
  ])('%s is refused, unless nothing is left to choose', (text, message) => {
    vi.stubEnv('TERN_BACKEND', text);
    expect(() => resolveChoice('auto')).toThrow(new InvalidArgument(message));
    expect(resolveChoice('js').wire).toBe('js');
  });
});

test('describeChoice', () => {
  expect(describeChoice('auto')).toBe('auto');
  expect(describeChoice({})).toBe('auto');
  expect(describeChoice({ wire: 'js', kernels: 'wasm' })).toBe('wire=js,kernels=wasm');
});
