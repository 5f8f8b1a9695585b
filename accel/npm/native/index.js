'use strict';

const { existsSync } = require('node:fs');
const path = require('node:path');
const { version } = require('./package.json');

/** The platform of this process as the packages are called: `linux-x64-gnu`. */
const target = platformTarget();
const { abi, run, take } = load();

module.exports = { abi, run, take, target };

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
  const built = path.join(__dirname, `../native-${target}/ternhttp.node`);
  if (existsSync(built)) return require(built);
  const manifest = require(`${name}/package.json`);
  if (manifest.version !== version) {
    throw new Error(`${name} is version ${manifest.version}, but @ternhttp/native is ${version}.`);
  }
  return require(name);
}
