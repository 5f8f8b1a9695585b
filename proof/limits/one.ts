import { type BackendName, Client, isTernError } from '../../src/index.ts';
import { requireEngine } from '../engine.ts';
import { CASES } from './cases.ts';

/** What one case came to; the message that the process of {@link CASES} sends to its parent. */
export interface Result {
  readonly outcome: string;
  readonly text: string;
  readonly baseRSS: number;
  readonly peakRSS: number;
  /** Connections that are still busy. */
  readonly active: number;
}

const peak = (): number => process.resourceUsage().maxRSS * 1024;

async function main(name: string, origin: string, backend: BackendName): Promise<Result> {
  const limitCase = CASES.find((one) => one.name === name)!;
  const client = new Client({ baseURL: origin, backend, timeout: 60_000, limits: { maxConnections: 1 } });
  const honest = async (): Promise<void> => {
    const { text } = await client.get('/honest');
    if (text !== 'ok') throw new Error(`an honest answer reads '${text}'`);
  };
  await honest();
  const baseRSS = peak();
  let outcome = 'bounded';
  let text: string;
  try {
    text = await limitCase.attempt(client, '/attack');
  } catch (error) {
    if (!isTernError(error)) throw error;
    outcome = error.name;
    text = error.message;
  }
  const peakRSS = peak();
  // The client lives on, with the one connection that it may have.
  await honest();
  const { active } = client.stats;
  await client.close();
  return { outcome, text, baseRSS, peakRSS, active };
}

const [name, origin, backend] = process.argv.slice(2) as [string, string, BackendName];
await requireEngine(backend);
process.send!(await main(name, origin, backend), () => process.disconnect());
