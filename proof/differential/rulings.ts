import type { Difference } from './difference.ts';

/** A difference that is none of a defect, and why. */
interface Ruling {
  readonly name: string;
  readonly reason: string;
  readonly covers: (js: string, native: string) => boolean;
}

/** What may be different, whatever the script. What races is found out by playing the script again without a race. */
const RULINGS: readonly Ruling[] = [
  {
    name: 'excerpt',
    reason:
      'What is no status line is refused by its first octets, and the message quotes what had been read by then: how much ' +
      'that is depends on how the system cut the stream. The codecs quote the same where they are given the same pieces.',
    covers: (js, native) => withoutExcerpt(js) === withoutExcerpt(native),
  },
  {
    name: 'partial',
    reason:
      'A body that is streamed and fails is given to its reader as far as the reader has got by then; what waits is dropped, ' +
      'as streams do. How far that is depends on how much is read at once; one is the beginning of the other.',
    covers(js, native) {
      const [left, right] = [bodyOf(js), bodyOf(native)];
      return (
        /^error /m.test(js.slice(0, js.indexOf('\nbody '))) &&
        (left.startsWith(right) || right.startsWith(left)) &&
        js.replace(BODY, '') === native.replace(BODY, '')
      );
    },
  },
  {
    name: 'zstd',
    reason:
      'Node before 22.15 cannot undo zstd, an accelerator can: the codings are not the business of the engines that are compared.',
    covers: (js) => js.includes('the content coding zstd needs Node'),
  },
];

const BODY = /^body \d+ "(.*)"$/m;

function bodyOf(record: string): string {
  return BODY.exec(record)?.[1] ?? '';
}

function withoutExcerpt(record: string): string {
  return record.replaceAll(/illegal status line: "(?:[^"\\]|\\.)*"/g, 'illegal status line');
}

/** The ruling that covers a difference; null if none does. */
export function rulingFor({ js, native }: Difference): string | null {
  return RULINGS.find(({ covers }) => covers(js, native))?.name ?? null;
}

/** The reasons of rulings that were needed, to be printed with how often they were. */
export function explain(counts: ReadonlyMap<string, number>): string[] {
  return RULINGS.filter(({ name }) => counts.has(name)).map(
    ({ name, reason }) => `ruled, ${name}, ${counts.get(name)} times: ${reason}`,
  );
}
