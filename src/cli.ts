#!/usr/bin/env node
import { main } from './cli/main.ts';
import { processIO } from './cli/process-io.ts';

const io = processIO();

void main(process.argv.slice(2), io).then((code) => {
  process.exitCode = io.interruption() === 'SIGTERM' ? 143 : code;
  // Whatever was interrupted may still hold the process.
  if (io.interruption() !== null) process.exit();
});
