import { type BackendName, BackendUnavailableError, Client, VERSION } from '../src/index.ts';
import { createLiveWorld, LIVE_STEPS } from './tour/live-steps.ts';
import { announce, conclude, perform, type Tally, warn } from './tour/stage.ts';
import { STEPS } from './tour/steps.ts';
import { createWorld } from './tour/world.ts';

const BACKENDS: readonly BackendName[] = ['js', 'native', 'wasm'];

/** The whole tour takes seconds; what takes this long hangs. */
const LIMIT_MS = 60_000;

/**
 * Shows what the client does, on every backend that is there: `npm start` on servers in this process,
 * `npm start -- URL` on a real one. Every step asserts what it shows; the exit code is 1 if one fails.
 */
async function main(argv: readonly string[]): Promise<number> {
  const [url, ...more] = argv;
  if (more.length > 0 || (url !== undefined && !/^https?:\/\//.test(url))) {
    console.error('Usage: npm start [-- URL], where URL begins with http:// or https://');
    return 2;
  }
  console.log(`ternhttp ${VERSION} on Node ${process.version}: ${url ?? 'servers in this process'}`);
  const tallies: [BackendName, Tally][] = [];
  for (const backend of BACKENDS) {
    announce(`backend ${backend}`);
    if (await isAvailable(backend)) {
      tallies.push([backend, url === undefined ? await local(backend) : await live(backend, url)]);
    }
  }
  console.log();
  for (const [backend, tally] of tallies) conclude(backend, tally);
  const missing = BACKENDS.filter((backend) => !tallies.some(([name]) => name === backend));
  if (missing.length > 0)
    warn(`Not shown, because they are not built: ${missing.join(', ')}; 'npm run build:accel' builds them`);
  return tallies.length > 0 && tallies.every(([, { failed }]) => failed === 0) ? 0 : 1;
}

async function local(backend: BackendName): Promise<Tally> {
  const world = await createWorld(backend);
  try {
    return await perform(world, STEPS);
  } finally {
    await world.close();
  }
}

async function live(backend: BackendName, url: string): Promise<Tally> {
  const world = createLiveWorld(backend, url);
  try {
    return await perform(world, LIVE_STEPS);
  } finally {
    await world.client.close();
  }
}

async function isAvailable(backend: BackendName): Promise<boolean> {
  try {
    await new Client({ backend }).close();
    return true;
  } catch (error) {
    if (!(error instanceof BackendUnavailableError)) throw error;
    warn(error.message);
    return false;
  }
}

const watchdog = setTimeout(() => {
  console.error(`The tour did not end within ${LIMIT_MS / 1000} s.`);
  process.exit(1);
}, LIMIT_MS);
watchdog.unref();

process.exitCode = await main(process.argv.slice(2));
