import { fileURLToPath } from 'node:url';
import { defineSuite } from './define-suite.ts';

/*
 * The suite on the backend in TypeScript. TERN_BACKENDS=js,wasm takes other backends; accelerators are taken from where
 * `npm run build:accel` puts them.
 */
process.env['TERN_ACCELERATORS'] = fileURLToPath(new URL('../accel/npm', import.meta.url));
await defineSuite((process.env['TERN_BACKENDS'] ?? 'js').split(',').map(backendName));

function backendName(name: string): 'js' | 'native' | 'wasm' {
  if (name === 'js' || name === 'native' || name === 'wasm') return name;
  throw new Error(`TERN_BACKENDS: there is no backend '${name}'`);
}
