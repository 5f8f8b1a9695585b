import { spawnSync } from 'node:child_process';
import { copyFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { accel, artefacts, placeOf } from './accel/artefacts.ts';
import { browserEntry, bundleBrowserEntry } from './accel/bundle-browser.ts';

/*
 * Builds the accelerators that this machine can build, and says what the others need. What is built lies beside the
 * manifests in accel/npm and is not part of the repository. Cargo keeps what it compiled in accel/target*.
 */

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const wanted = artefacts.filter(({ name }) => values.only?.includes(name) ?? true);
if (wanted.length === 0) throw new Error('--only takes native and wasm');

const failed: string[] = [];
for (const artefact of wanted) {
  const { name, built, place } = artefact;
  const way = artefact.way();
  if ('missing' in way) {
    console.log(`${name}: cannot be built here. ${way.missing}`);
    failed.push(name);
    continue;
  }
  const started = performance.now();
  console.log(`${name}: ${way.cargo} ${way.args.join(' ')}`);
  const { status, error } = spawnSync(way.cargo, way.args, {
    cwd: accel,
    stdio: 'inherit',
    env: { ...process.env, ...way.env },
  });
  if (error !== undefined) throw error;
  if (status !== 0) {
    console.log(`${name}: the build FAILED`);
    failed.push(name);
    continue;
  }
  // Renamed into place: who has loaded the old one goes on with it.
  const target = placeOf(artefact);
  copyFileSync(path.join(accel, built), `${target}.new`);
  renameSync(`${target}.new`, target);
  if (name === 'wasm') writeFileSync(browserEntry, await bundleBrowserEntry());
  const size = statSync(target).size / 1024;
  const seconds = (performance.now() - started) / 1000;
  console.log(`${name}: accel/${place}, ${size.toFixed(0)} KiB, after ${seconds.toFixed(1)} s`);
}
if (failed.length > 0) {
  console.log(`not built: ${failed.join(', ')}; without them everything runs in TypeScript`);
  // A machine that can build nothing is not broken; a CI that was to build everything is.
  if (process.env['CI'] === 'true' || failed.length === wanted.length) process.exitCode = 1;
}
