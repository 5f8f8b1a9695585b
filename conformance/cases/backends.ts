import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  acceleratorDouble,
  DOUBLE_OF_ENGINE,
  installAccelerator,
} from '../../fixtures/accelerator-double.ts';
import type { BackendChoice } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { reportOf, withAccelerators } from '../support/accelerators.ts';

/** What the error of a choice says was tried. */
function attemptOf(
  t: CaseContext,
  backend: BackendChoice,
): { name: string; step: string; detail: string; cure: string } {
  try {
    reportOf(t.tern, { backend });
  } catch (error) {
    if (!(error instanceof t.tern.BackendUnavailableError)) throw error;
    t.assert.equal(error.code, 'ERR_BACKEND_UNAVAILABLE');
    t.assert.equal(error.attempts.length, 1);
    return error.attempts[0]!;
  }
  throw new Error('the choice was replaced');
}

const differs = 'differs:httpx has one engine';

const WORKING = acceleratorDouble('double');

export const cases: readonly ConformanceCase[] = [
  {
    id: 'BK-01',
    rows: ['BK-01'],
    title: 'wasm is its kernels over the wire in TypeScript; js takes none',
    verdict: differs,
    layer: 'model',
    async run(t) {
      const folder = t.tempDir();
      installAccelerator(folder, 'wasm', t.tern.VERSION, WORKING);
      await withAccelerators(folder, () => {
        const wasm = reportOf(t.tern, { backend: 'wasm' });
        t.assert.equal(wasm.wire, 'js');
        t.assert.equal(wasm.info.name, 'wasm');
        t.assert.equal(wasm.info.target, 'double');
        t.assert.equal(wasm.kernels.jsonPluck, 'wasm');
        const js = reportOf(t.tern, { backend: 'js' });
        t.assert.equal(js.info.name, 'js');
        t.assert.deepEqual([...new Set(Object.values(js.kernels))], ['js']);
        t.assert.deepEqual(js.attempts, []);
      });
    },
  },
  {
    id: 'BK-01.parts',
    rows: ['BK-01'],
    title: 'wire and kernels are chosen by themselves; other parts and names are refused',
    verdict: differs,
    layer: 'model',
    async run(t) {
      const folder = t.tempDir();
      installAccelerator(folder, 'native', t.tern.VERSION, WORKING);
      installAccelerator(folder, 'wasm', t.tern.VERSION, WORKING);
      await withAccelerators(folder, () => {
        const { kernels, wire, decidedBy, info } = reportOf(t.tern, {
          backend: { wire: 'js', kernels: 'wasm' },
        });
        t.assert.deepEqual([wire, kernels.htmlExtract, info.name], ['js', 'wasm', 'js']);
        t.assert.deepEqual(decidedBy, { wire: 'option', kernels: 'option' });
        for (const backend of ['fast', { wire: 'wasm' }, { kernels: 'fast' }, { kernel: 'js' }]) {
          t.assert.throws(
            () => reportOf(t.tern, { backend: backend as BackendChoice }),
            t.tern.InvalidArgument,
            JSON.stringify(backend),
          );
        }
      });
    },
  },
  {
    id: 'BK-02',
    rows: ['BK-02'],
    title: 'TERN_BACKEND takes the place of auto, part by part, and of nothing else',
    verdict: differs,
    layer: 'model',
    async run(t) {
      const folder = t.tempDir();
      installAccelerator(folder, 'native', t.tern.VERSION, WORKING);
      installAccelerator(folder, 'wasm', t.tern.VERSION, WORKING);
      const kernelsOf = (backend: BackendChoice): string[] => {
        const { kernels, decidedBy } = reportOf(t.tern, { backend });
        return [kernels.jsonPluck, decidedBy.wire, decidedBy.kernels];
      };
      await withAccelerators(
        folder,
        () => {
          t.assert.deepEqual(kernelsOf('auto'), ['wasm', 'TERN_BACKEND', 'TERN_BACKEND']);
          t.assert.deepEqual(kernelsOf('js'), ['js', 'option', 'option']);
          t.assert.deepEqual(kernelsOf({ wire: 'js' }), ['wasm', 'option', 'TERN_BACKEND']);
          t.assert.deepEqual(kernelsOf({ kernels: 'native' }), ['native', 'TERN_BACKEND', 'option']);
        },
        'wasm',
      );
      await withAccelerators(
        folder,
        () => t.assert.deepEqual(kernelsOf('auto'), ['wasm', 'default', 'TERN_BACKEND']),
        'kernels=wasm',
      );
      for (const text of ['fast', 'wire=wasm', 'fast=js']) {
        await withAccelerators(
          folder,
          () => t.assert.throws(() => reportOf(t.tern, {}), t.tern.InvalidArgument, text),
          text,
        );
      }
    },
  },
  {
    id: 'BK-03',
    rows: ['BK-03'],
    title: 'an accelerator that is not there is an error with the step and the cure',
    verdict: differs,
    layer: 'model',
    async run(t) {
      const folder = t.tempDir();
      await withAccelerators(folder, () => {
        for (const backend of ['wasm', { kernels: 'wasm' }] as const) {
          const { name, step, cure } = attemptOf(t, backend);
          t.assert.deepEqual([name, step], ['wasm', 'resolve']);
          t.assert.ok(cure.includes(`npm install @ternhttp/wasm@${t.tern.VERSION}`), cure);
        }
      });
    },
  },
  {
    id: 'BK-04',
    rows: ['BK-04'],
    title: 'auto takes native before wasm before TypeScript, and says why not more',
    verdict: differs,
    layer: 'model',
    async run(t) {
      const seen: unknown[] = [];
      const look = (): void => {
        const { kernels, attempts, wire } = reportOf(t.tern, { backend: 'auto' });
        const kernelAttempts = attempts.filter(({ step }) => step === 'resolve').map(({ name }) => name);
        seen.push([wire === 'native' ? 'native' : kernels.jsonPluck, kernelAttempts]);
      };
      const folders = [t.tempDir(), t.tempDir(), t.tempDir()] as const;
      installAccelerator(folders[1], 'wasm', t.tern.VERSION, WORKING);
      installAccelerator(folders[2], 'wasm', t.tern.VERSION, WORKING);
      installAccelerator(folders[2], 'native', t.tern.VERSION, WORKING);
      for (const folder of folders) await withAccelerators(folder, look);
      t.assert.deepEqual(seen, [
        ['js', ['native', 'wasm']],
        ['wasm', ['native']],
        ['native', []],
      ]);
    },
  },
  {
    id: 'BK-04.engine',
    rows: ['BK-04'],
    title: 'auto takes the engine of native too, unless it cannot do what is configured, and says so',
    verdict: differs,
    layer: 'model',
    async run(t) {
      const folder = t.tempDir();
      installAccelerator(folder, 'native', t.tern.VERSION, WORKING + DOUBLE_OF_ENGINE);
      await withAccelerators(folder, () => {
        const { wire, info, attempts } = reportOf(t.tern, { backend: 'auto' });
        t.assert.deepEqual([wire, info.name, attempts], ['native', 'native', []]);
        const older = { tls: { minVersion: 'TLSv1.1' } } as const;
        const other = reportOf(t.tern, { backend: 'auto', ...older });
        t.assert.deepEqual([other.wire, other.info.name, other.kernels.jsonPluck], ['js', 'js', 'native']);
        t.assert.deepEqual(
          other.attempts.map(({ name, step }) => [name, step]),
          [['native', 'option']],
        );
        t.assert.ok(other.attempts[0]!.detail.includes('tls.minVersion'), other.attempts[0]!.detail);
        t.assert.throws(() => reportOf(t.tern, { backend: 'native', ...older }), t.tern.UnsupportedOption);
        t.assert.equal(reportOf(t.tern, { backend: { wire: 'js' } }).wire, 'js');
      });
    },
  },
  {
    id: 'BK-05',
    rows: ['BK-05'],
    title: 'another version, another boundary and a failed self-test are refused',
    verdict: differs,
    layer: 'model',
    async run(t) {
      const { VERSION } = t.tern;
      for (const [step, version, code] of [
        ['version', '0.0.1', WORKING],
        ['load', VERSION, 'throw new Error("broken")'],
        ['abi', VERSION, WORKING.replace('=> 1', '=> 2')],
        ['selftest', VERSION, WORKING.replace('return 20', 'return 8')],
        ['selftest', VERSION, WORKING.replace("'AQAA", "'AgAA")],
        ['selftest', VERSION, WORKING.replace('+ 1)', '+ 2)')],
        ['selftest', VERSION, WORKING.replace('return 20', 'throw new Error("trap")')],
      ] as const) {
        const folder = t.tempDir();
        installAccelerator(folder, 'wasm', version, code);
        await withAccelerators(folder, () => {
          t.assert.equal(attemptOf(t, 'wasm').step, step);
          const { kernels, attempts } = reportOf(t.tern, { backend: 'auto' });
          t.assert.equal(kernels.jsonPluck, 'js');
          t.assert.equal(attempts.at(-1)?.step, step);
        });
      }
    },
  },
  {
    id: 'BK-06',
    rows: ['BK-06'],
    title: 'each selection is published on ternhttp:backend as its report',
    verdict: differs,
    layer: 'model',
    async run(t) {
      const seen: unknown[] = [];
      const listen = (message: unknown): void => {
        seen.push(message);
      };
      await withAccelerators(t.tempDir(), () => {
        subscribe('ternhttp:backend', listen);
        try {
          const report = reportOf(t.tern, { backend: 'js' });
          t.assert.deepEqual(seen, [report]);
        } finally {
          unsubscribe('ternhttp:backend', listen);
        }
      });
    },
  },
];
