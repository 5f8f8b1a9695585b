import { InvalidArgument } from '../errors/invalid-argument.ts';

/** What a netrc file knows about a machine. */
export interface NetRCEntry {
  /** Host name in lower case; null for the entry `default`. */
  readonly machine: string | null;
  readonly login: string | null;
  readonly password: string | null;
  readonly account: string | null;
}

type Draft = { -readonly [name in keyof NetRCEntry]: NetRCEntry[name] };

/**
 * Reads the text of a netrc file: `machine NAME` or `default`, followed by `login`, `user`, `password` and `account` with
 * their values; `macdef NAME` up to the next empty line is passed over, and so is what follows a `#` where a keyword is
 * expected. Values may be in double quotes, with `\"`, `\\`, `\n`, `\r` and `\t`; outside of quotes a backslash takes the
 * next character as it is.
 *
 * @param name of the file, for messages, which never quote what is in it
 * @throws InvalidArgument with the line, if the text makes no sense
 */
export function parseNetRC(text: string, name = 'The netrc text'): NetRCEntry[] {
  const scanner = new Scanner(text, name);
  const entries: NetRCEntry[] = [];
  let entry: Draft | null = null;
  for (let word = scanner.keyword(); word !== null; word = scanner.keyword()) {
    switch (word) {
      case 'machine':
      case 'default': {
        const machine = word === 'default' ? null : scanner.value('machine').toLowerCase();
        entry = { machine, login: null, password: null, account: null };
        entries.push(entry);
        break;
      }
      case 'macdef':
        scanner.value('macdef');
        scanner.skipMacro();
        break;
      case 'account':
      case 'login':
      case 'password':
      case 'user':
        if (entry === null) throw scanner.fault(`'${word}' stands before the first 'machine'`);
        entry[word === 'user' ? 'login' : word] = scanner.value(word);
        break;
      default:
        throw scanner.fault('there is a word that is no keyword');
    }
  }
  return entries;
}

/**
 * The entry for a host: the first of its machine, else the first `default`. With a login only entries of that one
 * count, and those without a login.
 *
 * @param host name or address without brackets; upper and lower case do not matter
 */
export function findNetRC(
  entries: readonly NetRCEntry[],
  host: string,
  login: string | null = null,
): NetRCEntry | null {
  const fits = (entry: NetRCEntry): boolean =>
    login === null || entry.login === null || entry.login === login;
  const name = host.toLowerCase();
  return (
    entries.find((entry) => entry.machine === name && fits(entry)) ??
    entries.find((entry) => entry.machine === null && fits(entry)) ??
    null
  );
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Takes a text apart into words. */
class Scanner {
  readonly #text: string;
  readonly #name: string;
  #position = 0;
  /** Where the word begins that was read last. */
  #start = 0;

  constructor(text: string, name: string) {
    this.#text = text.startsWith('\uFEFF') ? text.slice(1) : text;
    this.#name = name;
  }

  /** The next word, comments left out; null at the end. */
  keyword(): string | null {
    for (;;) {
      this.#skipSpace();
      if (this.#position >= this.#text.length) return null;
      if (this.#text[this.#position] !== '#') return this.#word();
      this.#position = this.#endOfLine();
    }
  }

  value(keyword: string): string {
    this.#skipSpace();
    if (this.#position >= this.#text.length) throw this.fault(`'${keyword}' has no value`);
    return this.#word();
  }

  /** A macro ends with the first empty line. */
  skipMacro(): void {
    this.#position = this.#endOfLine();
    while (this.#position < this.#text.length) {
      this.#position++;
      const end = this.#endOfLine();
      const isEmpty = this.#text.slice(this.#position, end).trim() === '';
      this.#position = end;
      if (isEmpty) return;
    }
  }

  fault(reason: string): InvalidArgument {
    const line = this.#text.slice(0, this.#start).split('\n').length;
    return new InvalidArgument(`${this.#name} cannot be understood at line ${line}: ${reason}.`);
  }

  #word(): string {
    this.#start = this.#position;
    const text = this.#text;
    const isQuoted = text[this.#position] === '"';
    if (isQuoted) this.#position++;
    let word = '';
    for (; this.#position < text.length; this.#position++) {
      const char = text[this.#position]!;
      if (isQuoted ? char === '"' : isSpace(char)) break;
      if (char !== '\\' || this.#position + 1 >= text.length) {
        if (isQuoted && char === '\n') break;
        word += char;
        continue;
      }
      const next = text[++this.#position]!;
      word += isQuoted ? (ESCAPES[next] ?? next) : next;
    }
    if (!isQuoted) return word;
    if (text[this.#position] !== '"') throw this.fault('a quoted value is not closed');
    this.#position++;
    return word;
  }

  #skipSpace(): void {
    while (this.#position < this.#text.length && isSpace(this.#text[this.#position]!)) this.#position++;
  }

  #endOfLine(): number {
    const end = this.#text.indexOf('\n', this.#position);
    return end === -1 ? this.#text.length : end;
  }
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}
