import path from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import * as charsetModule from '../../src/kernels/charset-models.ts';
import { accel } from './artefacts.ts';

/** Where `@ternhttp/wasm` has its entry for browsers. */
export const browserEntry: string = path.join(accel, 'npm/wasm/browser.mjs');

/** The models are made with the decoders of the library, which browsers need not have. */
const models: Plugin = {
  name: 'models',
  load(id) {
    if (!id.endsWith('/src/kernels/charset-models.ts')) return null;
    const { charsetModels, ...constants } = charsetModule;
    const packed = Buffer.from(charsetModels()).toString('base64');
    return `
      let models;
      export const charsetModels = () =>
        (models ??= Uint8Array.from(atob('${packed}'), (character) => character.charCodeAt(0)));
      export const ${Object.entries(constants)
        .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
        .join()};
    `;
  },
};

/**
 * The entry for browsers: compilers of queries, what reads tables, and the boundary of the module.
 *
 * @throws Error if a module of Node would be left in it
 */
export async function bundleBrowserEntry(): Promise<string> {
  const bundle = await rolldown({
    input: path.join(accel, 'npm/wasm/source/browser.mjs'),
    platform: 'browser',
    external: /^node:/,
    plugins: [models],
    transform: { target: 'es2022' },
    treeshake: { moduleSideEffects: false },
    logLevel: 'warn',
  });
  const { output } = await bundle.generate({ format: 'esm', comments: false });
  await bundle.close();
  const [{ code, imports }] = output;
  if (imports.length > 0) throw new Error(`the entry for browsers imports ${imports.join(', ')}`);
  return code;
}
