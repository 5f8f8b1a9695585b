import { beyondOne } from './beyond.ts';
import { weigh } from './idle.ts';
import { manyOrigins } from './origins.ts';
import { crowd } from './waiters.ts';

/** One measurement, in a process of its own: prints its figures as JSON. */
export type ScaleJob =
  | { readonly what: 'waiters'; readonly connections: number; readonly requests: number }
  | {
      readonly what: 'origins';
      readonly origins: number;
      readonly requests: number;
      readonly isDivided: boolean;
    }
  | { readonly what: 'idle'; readonly client: string; readonly connections: number }
  | {
      readonly what: 'beyond';
      readonly kind: 'processes' | 'threads';
      readonly count: number;
      readonly requests: number;
      readonly doesWork: boolean;
    };

function measure(job: ScaleJob, origins: readonly string[]): Promise<unknown> {
  const [origin = ''] = origins;
  if (job.what === 'waiters') return crowd(origin, job.connections, job.requests);
  if (job.what === 'origins') return manyOrigins(origins.slice(0, job.origins), job.requests, job.isDivided);
  if (job.what === 'idle') return weigh(job.client, origin, job.connections);
  return beyondOne(job.kind, job.count, origin, job.requests, job.doesWork);
}

const [job, origins] = process.argv.slice(2).map((text) => JSON.parse(text) as unknown);
process.stdout.write(JSON.stringify(await measure(job as ScaleJob, origins as string[])));
process.exit(0);
