'use strict';

const { existsSync } = require('node:fs');
const path = require('node:path');
const { version } = require('./package.json');

const { target, addon } = load();

exports.target = target;
exports.abi = addon.abi;
exports.run = addon.run;
exports.take = addon.take;
exports.wireAbi = addon.wireAbi;
exports.wireOpen = addon.wireOpen;
exports.wireSubmit = addon.wireSubmit;
exports.wireDrain = addon.wireDrain;
exports.wireTake = addon.wireTake;
exports.wirePlace = addon.wirePlace;
exports.wireTls = addon.wireTls;
exports.wireTlsDrop = addon.wireTlsDrop;
exports.wireFailure = addon.wireFailure;
exports.wireClose = addon.wireClose;
exports.wirePromise = addon.wirePromise;
exports.wireRecall = addon.wireRecall;
exports.wireForget = addon.wireForget;
exports.wireSettle = addon.wireSettle;
exports.wireBorrow = addon.wireBorrow;
exports.wireBorrowTake = addon.wireBorrowTake;
exports.wireParse = addon.wireParse;

/** The addon of this platform. Which C library Linux has is found by trying: npm installs only what fits. */
function load() {
  const errors = [];
  for (const target of targets()) {
    try {
      return { target, addon: loadFor(target) };
    } catch (error) {
      errors.push(error);
    }
  }
  const reasons = errors.map(({ message }) => message.split('\n', 1)[0]);
  throw new AggregateError(errors, `no addon for ${targets().join(' or ')} (${reasons.join('; ')})`);
}

function targets() {
  const { platform, arch } = process;
  if (platform === 'linux') return [`linux-${arch}-gnu`, `linux-${arch}-musl`];
  return [platform === 'win32' ? `win32-${arch}-msvc` : `${platform}-${arch}`];
}

/** From the folder beside this one, where a build puts it, or from its package. */
function loadFor(target) {
  const built = path.join(__dirname, `../native-${target}/ternhttp.node`);
  if (existsSync(built)) return require(built);
  const name = `@ternhttp/native-${target}`;
  const manifest = require(`${name}/package.json`);
  if (manifest.version !== version) {
    throw new Error(`${name} is version ${manifest.version}, but @ternhttp/native is ${version}`);
  }
  return require(name);
}
