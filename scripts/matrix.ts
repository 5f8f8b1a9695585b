import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Runs the suite on the installed Node and on others, which come from the `node` package of npm. */
const { values, positionals } = parseArgs({
  options: { 'skip-own': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const root = fileURLToPath(new URL('..', import.meta.url));
const versions = positionals.length > 0 ? positionals : ['22', '24', '26'];
const binaries = [...(values['skip-own'] ? [] : [process.execPath]), ...versions.map(install)];

const verdicts = binaries.map((binary) => {
  const version = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim();
  console.log(`\n▸ Node ${version}`);
  // As in CI: a second attempt for tests on real sockets, which the run tells of at its end.
  const { status } = spawnSync(binary, ['node_modules/vitest/vitest.mjs', 'run', '--retry=1'], {
    cwd: root,
    stdio: 'inherit',
  });
  return { version, passed: status === 0 };
});
console.log();
for (const { version, passed } of verdicts) console.log(`Node ${version}: ${passed ? 'passed' : 'FAILED'}`);
process.exitCode = verdicts.every(({ passed }) => passed) ? 0 : 1;

/** The path of a Node of this major version, installed into `.cache` on first use. */
function install(version: string): string {
  const folder = `${root}.cache/node-${version}`;
  const binary = `${folder}/node_modules/node/bin/node`;
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    // The package fetches the build for this platform, itself a package, by an install script.
    writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, allowScripts: { node: true } }));
    execFileSync('npm', ['install', '--no-audit', '--no-fund', `node@${version}`], {
      cwd: folder,
      stdio: 'inherit',
    });
  }
  if (!existsSync(binary)) throw new Error(`npm installed no Node ${version}; look into ${folder}`);
  return binary;
}
