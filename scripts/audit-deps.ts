import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * What comes along when the package is installed: no script that runs then, no native file, a permissive licence each,
 * and the lock file names where each is from. The advisories of the registry are asked for too, where one answers.
 */

const LICENCES = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];
const NATIVE = /\.(?:node|dll|dylib|so|exe|gyp|gypi)$/;

interface Manifest {
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

const lock = (
  JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { readonly integrity?: string; readonly hasInstallScript?: boolean }>;
  }
).packages;

const read = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** Where Node finds a package from a folder. */
function find(name: string, from: string): string {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    const place = join(folder, 'node_modules', name);
    if (existsSync(join(place, 'package.json'))) return place;
    if (folder === '') throw new Error(`${name} is not installed: run 'npm ci'`);
  }
}

const tree = new Map<string, Manifest>();
function walk(folder: string): void {
  const { dependencies, optionalDependencies } = read(folder === '' ? '.' : folder);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const place = find(name, folder);
    if (tree.has(place)) continue;
    tree.set(place, read(place));
    walk(place);
  }
}
walk('');

const complaints: string[] = [];
for (const [place, { license = 'none', scripts = {}, version }] of tree) {
  const locked = lock[place];
  if (locked?.integrity === undefined) complaints.push(`${place} has no checksum in the lock file`);
  if (locked?.hasInstallScript === true || INSTALL_SCRIPTS.some((name) => name in scripts))
    complaints.push(`${place} runs a script when it is installed`);
  if (!LICENCES.has(license)) complaints.push(`${place} has the licence ${license}`);
  const files = readdirSync(place, { recursive: true, encoding: 'utf8' });
  for (const file of files) if (NATIVE.test(file)) complaints.push(`${place} has the native file ${file}`);
  console.log(`${place.slice('node_modules/'.length)} ${version}, ${license}, ${files.length} files`);
}
const own = read('.').scripts ?? {};
for (const name of INSTALL_SCRIPTS)
  if (name in own) complaints.push(`the package itself has a script '${name}'`);

const audit = spawnSync('npm', ['audit', '--omit=dev', '--json', '--fetch-retries=0'], {
  encoding: 'utf8',
  timeout: 20_000,
});
const report = /^\s*\{/.test(audit.stdout ?? '')
  ? (JSON.parse(audit.stdout) as { metadata?: { vulnerabilities?: Record<string, number> } })
  : {};
const found = report.metadata?.vulnerabilities;
if (found === undefined) console.log('!! ADVISORIES WERE NOT LOOKED UP: the registry does not answer');
else {
  console.log(
    `advisories: ${Object.entries(found)
      .map(([severity, count]) => `${severity} ${count}`)
      .join(', ')}`,
  );
  if ((found['high'] ?? 0) + (found['critical'] ?? 0) > 0)
    complaints.push('there are advisories: npm audit --omit=dev');
}

for (const complaint of complaints) console.error(`FAILED ${complaint}`);
console.log(`${tree.size} packages are installed with this one, ${complaints.length} complaints`);
process.exitCode = complaints.length === 0 && tree.size > 0 ? 0 : 1;
