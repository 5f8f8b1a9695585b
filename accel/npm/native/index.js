import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/** The platform of this process as the packages are called: `linux-x64-gnu`. */
const target = platformTarget();
const { abi, run, take } = load();

export { abi, run, take, target };

function platformTarget() {
  const { platform, arch } = process;
  if (platform === 'win32') return `${platform}-${arch}-msvc`;
  if (platform !== 'linux') return `${platform}-${arch}`;
  return `${platform}-${arch}-${isGlibc() ? 'gnu' : 'musl'}`;
}

function isGlibc() {
  const { report } = process;
  const { excludeNetwork } = report;
  // Names of network peers would be looked up.
  report.excludeNetwork = true;
  const { header } = report.getReport();
  report.excludeNetwork = excludeNetwork;
  return header.glibcVersionRuntime !== undefined;
}

/** The addon of this platform: from its package, or from the folder beside this one, where a build puts it. */
function load() {
  const name = `@ternhttp/native-${target}`;
  const built = new URL(`../native-${target}/ternhttp.node`, import.meta.url);
  if (existsSync(built)) return require(fileURLToPath(built));
  const manifest = require(`${name}/package.json`);
  if (manifest.version !== version) {
    throw new Error(`${name} is version ${manifest.version}, but @ternhttp/native is ${version}.`);
  }
  return require(name);
}
