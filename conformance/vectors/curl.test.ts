import { contentOf, type CurlCase, type CurlSet } from './curl/case.ts';
import { whyNotApplicable } from './curl/applicable.ts';
import { type Mode, runCase } from './curl/run-case.ts';
import { vectors, type VectorCase } from './runner.ts';

vectors<CurlSet>('curl', 'curl/curl-share.json', function* ({ cases }) {
  const applicable: CurlCase[] = [];
  const reasons = new Map<string, number[]>();
  for (const one of cases) {
    const reason = whyNotApplicable(one);
    if (reason === null) applicable.push(withNamedHosts(one));
    else reasons.set(reason, [...(reasons.get(reason) ?? []), one.id]);
  }
  console.log(report(cases.length, applicable.length, reasons));
  for (const one of applicable) yield toVector(one);
});

/** Hosts that end in a number are IPv4 addresses to the URL standard; curl's cases end theirs in their own number. */
function withNamedHosts(one: CurlCase): CurlCase {
  const number = new RegExp(String.raw`(?<=[a-z0-9])\.${one.id}(?=[:/?#\s"\\])`, 'g');
  return JSON.parse(JSON.stringify(one).replaceAll(number, `.case${one.id}`)) as CurlCase;
}

function toVector(one: CurlCase): VectorCase {
  return {
    id: `${one.id} ${one.name}`,
    run: async () => {
      for (const mode of modesOf(one)) {
        try {
          await runCase(one, mode);
        } catch (error) {
          throw new Error(`${mode}: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
          });
        }
      }
    },
  };
}

/** Exit codes of transfers that curl gives up on what it has seen so far: a status, a coding that is broken. */
const GIVEN_UP: ReadonlySet<number> = new Set([22, 61]);

/**
 * If the reply then has no end, whoever wants the content in one piece would wait for it. What is handed out piece
 * by piece cannot be taken back, so content that breaks off is asked for again only where it comes in one piece.
 */
function modesOf(one: CurlCase): readonly Mode[] {
  const isGivenUp = one.verify.errorcode?.some((code) => GIVEN_UP.has(code)) === true;
  if (isGivenUp && !hasEnd(one)) return ['stream'];
  return one.options.some(([name]) => name === 'retry-all-errors') ? ['whole'] : ['whole', 'stream'];
}

/** Whether the first reply is as long as it says, or the server closes the connection behind it. */
function hasEnd({ reply: { data } }: CurlCase): boolean {
  if (data === undefined || typeof data === 'string') return true;
  if (data.flags?.includes('swsclose') === true) return true;
  const text = contentOf(data, {});
  const head = /^.*?\r?\n\r?\n/s.exec(text)?.[0] ?? text;
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  return length !== undefined && text.length - head.length >= Number(length);
}

function report(total: number, applicable: number, reasons: ReadonlyMap<string, readonly number[]>): string {
  const lines = [...reasons]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([reason, ids]) => `  ${ids.length} ${reason}: ${ids.join(' ')}`);
  return [
    `curl: ${total} cases, ${applicable} applicable; ${total - applicable} are not, for want of, or because of`,
    ...lines,
  ].join('\n');
}
