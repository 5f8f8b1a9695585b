'use strict';

const { readFileSync } = require('node:fs');
const path = require('node:path');
const { WASI } = require('@napi-rs/wasm-runtime');
const { makeHost } = require('./host.js');

let compiled;

const { abi, run, take, target } = makeHost(() => {
  compiled ??= new WebAssembly.Module(readFileSync(path.join(__dirname, 'kernels.wasm')));
  const wasi = new WASI({ version: 'preview1' });
  const instance = new WebAssembly.Instance(compiled, wasi.getImportObject());
  wasi.initialize(instance);
  return instance;
});

module.exports = { abi, run, take, target };
