import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { accel } from './artefacts.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

const { version } = manifestOf('..');
const targets = readdirSync(join(accel, 'npm'))
  .filter((name) => name.startsWith('native-'))
  .map((name) => name.slice('native-'.length))
  .toSorted();

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(accel, folder, 'package.json'), 'utf8')) as Manifest;
}

test('each platform has a package for it alone, and the package of all knows it', () => {
  expect(manifestOf('npm/native').optionalDependencies).toEqual(
    Object.fromEntries(targets.map((target) => [`@ternhttp/native-${target}`, version])),
  );
  for (const target of targets) {
    const [os, cpu, abi] = target.split('-') as [string, string, string?];
    const libc = { gnu: 'glibc', musl: 'musl' }[abi ?? ''];
    const { name, ...manifest } = manifestOf(`npm/native-${target}`);
    expect(name).toBe(`@ternhttp/native-${target}`);
    expect([manifest.version, manifest.os, manifest.cpu]).toEqual([version, [os], [cpu]]);
    expect(manifest.libc).toEqual(libc && [libc]);
  }
});

test('each platform is in the matrix of builds', () => {
  const workflow = readFileSync(join(accel, '../.github/workflows/accelerators.yml'), 'utf8');
  const built = [...workflow.matchAll(/^ +- \{ target: ([\w-]+),/gm)].map(([, target]) => target);
  expect(built).toEqual(targets);
});
