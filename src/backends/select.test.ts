import { afterEach, describe, expect, test, vi } from 'vitest';
import { wireConfig } from '../../fixtures/wire-setup.ts';
import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { jsBackend } from './js/engine.ts';
import type { BackendChoice } from './choice.ts';
import { selectBackend } from './select.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('choice', () => {
  test('js is there', () => {
    const { backend, report } = selectBackend('js', wireConfig());
    expect(backend).toEqual(jsBackend);
    expect(report).toMatchObject({ requested: 'js', wire: 'js', info: { name: 'js', abi: 1 }, attempts: [] });
  });

  test('auto takes what there is and says why not more', () => {
    vi.stubEnv('TERN_BACKEND', '');
    const { backend, report } = selectBackend('auto', wireConfig());
    expect(backend).toEqual(jsBackend);
    expect(report.requested).toBe('auto');
    expect(report.attempts).toMatchObject([
      { name: 'native', step: 'resolve' },
      { name: 'wasm', step: 'resolve' },
    ]);
  });

  test.each(['native', 'wasm'] as const)('%s is taken at its word', (name) => {
    expect(() => selectBackend(name, wireConfig())).toThrow(BackendUnavailableError);
    try {
      selectBackend(name, wireConfig());
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_BACKEND_UNAVAILABLE', attempts: [{ name, step: 'resolve' }] });
    }
  });

  test('anything else is no backend', () => {
    expect(() => selectBackend('fast' as BackendChoice, wireConfig())).toThrow(InvalidArgument);
  });
});

describe('TERN_BACKEND', () => {
  test('replaces auto, and auto only', () => {
    vi.stubEnv('TERN_BACKEND', 'native');
    expect(() => selectBackend('auto', wireConfig())).toThrow(BackendUnavailableError);
    expect(selectBackend('js', wireConfig()).report.wire).toBe('js');
    vi.stubEnv('TERN_BACKEND', 'js');
    expect(selectBackend('auto', wireConfig()).report).toMatchObject({ requested: 'auto', attempts: [] });
  });

  test('must name one', () => {
    vi.stubEnv('TERN_BACKEND', 'fast');
    expect(() => selectBackend('auto', wireConfig())).toThrow(
      "TERN_BACKEND must be one of auto, js, native, wasm, not 'fast'",
    );
  });
});
