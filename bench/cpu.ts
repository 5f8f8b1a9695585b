import { readFileSync } from 'node:fs';

/** CPU time so far, in microseconds. */
export interface CPU {
  /** All threads of the process. */
  readonly total: number;
  /** The JavaScript thread alone; null where the system does not tell. */
  readonly thread: number | null;
}

export function cpuNow(): CPU {
  const { user, system } = process.cpuUsage();
  return { total: user + system, thread: threadTime() };
}

/** The scheduler's account of the main thread, in nanoseconds (Linux). */
function threadTime(): number | null {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1000;
  } catch {
    return null;
  }
}
