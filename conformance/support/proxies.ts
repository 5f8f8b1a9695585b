import type { BodilessRequestOptions, Client, ClientOptions, Lookup, TraceEvent } from '../../src/index.ts';
import type { BackendCapability, CaseContext, ConformanceCase } from '../case.ts';

/** What a case of proxies says about itself besides what nearly all of them do. */
export interface ProxyCaseOptions {
  readonly rows?: readonly string[];
  readonly verdict?: ConformanceCase['verdict'];
  readonly rfc?: string;
  readonly layer?: ConformanceCase['layer'];
  readonly needs?: readonly BackendCapability[];
}

/** A case that works with proxies. */
export function proxyCase(
  id: string,
  title: string,
  options: ProxyCaseOptions,
  run: ConformanceCase['run'],
): ConformanceCase {
  const {
    rows = [/^[A-Z0-9]+-\d+/.exec(id)![0]],
    verdict = 'same',
    layer = 'live',
    needs = [],
    rfc,
  } = options;
  return {
    id,
    rows,
    title,
    verdict,
    layer,
    needs: ['proxy', ...needs],
    run,
    ...(rfc === undefined ? {} : { rfc }),
  };
}

/** Finds no name. */
export const nowhere: Lookup = (_hostname, _options, done) => {
  setImmediate(done, new Error('names are not looked up here'), []);
};

/** A client whose requests are stopped by {@link firstHop} before they touch the network. */
export function stoppable(t: CaseContext, options: ClientOptions = {}): Client {
  return t.client({ socket: { lookup: nowhere }, ...options });
}

/**
 * Where a request would connect first: the name that is looked up, or the address and port that is dialled. It is
 * stopped there.
 */
export async function firstHop(
  client: Client,
  url: string,
  options: BodilessRequestOptions = {},
): Promise<string> {
  const stop = new AbortController();
  let hop = 'nowhere';
  const trace = ({ name, info }: TraceEvent): void => {
    if (name === 'connection.lookup.started') hop = String(info['hostname']);
    else if (name === 'connection.connect_tcp.started')
      hop = `${String(info['host'])}:${String(info['port'])}`;
    else return;
    stop.abort();
  };
  try {
    await client.get(url, { ...options, signal: stop.signal, extensions: { trace } });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  return hop;
}

/** Class, code, phase and message of a failure. */
export async function refusal(
  t: CaseContext,
  work: Promise<unknown>,
): Promise<{ readonly kind: readonly unknown[]; readonly message: string; readonly error: Error }> {
  try {
    await work;
  } catch (error) {
    t.assert.ok(error instanceof t.tern.TernError, String(error));
    const { name, code, phase, message } = error as Readonly<Record<string, unknown>>;
    return { kind: [name, code, phase], message: String(message), error: error as Error };
  }
  return { kind: ['no failure'], message: '', error: new Error('there was none') };
}

/** Fields that clients of these cases do without, so that heads can be compared whole. */
export const BARE = {
  Accept: null,
  'Accept-Encoding': null,
  Connection: null,
  'User-Agent': null,
} as const;
