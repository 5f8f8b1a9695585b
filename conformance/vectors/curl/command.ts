import type { CurlCase } from './case.ts';
import { type Expanded, expandGlob, fillOutputName } from './glob.ts';

/** One URL to fetch. */
export interface Transfer {
  readonly url: string;
  /** Name of the file to upload, `-` for standard input, or null. */
  readonly upload: string | null;
  /** Name of the file into which the output goes, or null. */
  readonly output: string | null;
  /** Number of the URL on the command line, from 0; those that a pattern stands for share it. */
  readonly node: number;
}

/** Options that hold together: everything between two `--next`. */
export class Options {
  readonly #options: CurlCase['options'];

  constructor(options: CurlCase['options']) {
    this.#options = options;
  }

  has(name: string): boolean {
    return this.#options.some(([other]) => other === name);
  }

  /** Every value of an option. */
  all(name: string): string[] {
    return this.#options.flatMap(([other, value]) => (other === name && value !== undefined ? [value] : []));
  }

  /** The value that counts: the last one. */
  get(name: string): string | null {
    return this.all(name).at(-1) ?? null;
  }

  get names(): string[] {
    return this.#options.map(([name]) => name);
  }

  /** Options and values in their order, of the names given. */
  *pick(names: ReadonlySet<string>): Generator<readonly [name: string, value: string]> {
    for (const [name, value = ''] of this.#options) if (names.has(name)) yield [name, value];
  }
}

/** Options and what they are for. */
export interface Group {
  readonly options: Options;
  readonly transfers: readonly Transfer[];
}

/** What a command line asks for, in order; placeholders are still in it. */
export function groupsOf(one: Pick<CurlCase, 'command' | 'env' | 'options' | 'urls'>): Group[] {
  const lists: (readonly [string, string?])[][] = [[]];
  for (const option of one.options) {
    if (option[0] === 'next') lists.push([]);
    else lists.at(-1)!.push(option);
  }
  // The data hold octets; a locale says that they are UTF-8.
  const isUTF8 = one.env?.some((entry) => entry === 'LC_ALL=C.UTF-8') === true;
  const urls = one.urls.map((url) => (isUTF8 ? Buffer.from(url, 'latin1').toString() : url));
  const segments = one.command.split(/\s--next\s/);
  let node = 0;
  return lists.map((list, index) => {
    const options = new Options(list);
    const isLast = index === lists.length - 1;
    const own = isLast ? urls.splice(0) : urls.splice(0, countURLs(segments[index] ?? '', urls));
    const uploads = options.all('upload-file');
    const outputs = options.all('output');
    const transfers = own.flatMap((url, at) =>
      transfersOf(url, uploads[at] ?? null, outputs[at] ?? null, options.has('globoff'), node++),
    );
    return { options, transfers };
  });
}

/** How many of the URLs, from the first on, a part of the command line holds. */
function countURLs(segment: string, urls: readonly string[]): number {
  let position = 0;
  let count = 0;
  for (const url of urls) {
    const at = segment.indexOf(url, position);
    if (at === -1) break;
    position = at + url.length;
    count++;
  }
  return count;
}

function transfersOf(
  url: string,
  upload: string | null,
  output: string | null,
  isLiteral: boolean,
  node: number,
): Transfer[] {
  const expand = (pattern: string): Expanded[] =>
    isLiteral ? [{ text: pattern, parts: new Map() }] : expandPlaceholders(pattern);
  // A URL without a scheme is an http one.
  const absolute = /^[a-z][a-z\d+.-]*:\/\//i.test(url) ? url : `http://${url}`;
  const files = upload === null ? [null] : expand(upload);
  return files.flatMap((file) =>
    expand(absolute).map((target) => ({
      url: target.text,
      upload: file?.text ?? null,
      output: output === null ? null : fillOutputName(output, file ?? target),
      node,
    })),
  );
}

/** A placeholder looks like a list of one. */
function expandPlaceholders(pattern: string): Expanded[] {
  const names: string[] = [];
  const hidden = pattern.replaceAll(/\$\{\w+\}/g, (name) => {
    names.push(name);
    return `\uE000${names.length - 1}\uE000`;
  });
  const shown = (text: string): string =>
    text.replaceAll(/\uE000(\d+)\uE000/g, (_match, index: string) => names[Number(index)]!);
  return expandGlob(hidden).map(({ text, parts }) => ({
    text: shown(text),
    parts: new Map([...parts].map(([key, value]) => [key, shown(value)])),
  }));
}
