/** Octets of a section: text if it is ASCII, else base64. */
export interface Section {
  readonly text?: string;
  readonly base64?: string;
  /** `swsclose`, `swsbounce`: what the server does after it has sent this. */
  readonly flags?: readonly string[];
  /** What a client delivers is not compared with this reply. */
  readonly nocheck?: boolean;
}

export interface NamedSection extends Section {
  readonly name: string;
}

export interface ExpectedRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** As it came over the wire, chunk framing included. */
  readonly body?: Section;
}

/** One case of curl's own test suite; see the SOURCE.md beside the data. */
export interface CurlCase {
  readonly id: number;
  readonly name: string;
  readonly servers: readonly string[];
  readonly tier: 'extra' | 'plain' | 'proxy' | 'tls';
  readonly tags: readonly string[];
  readonly command: string;
  readonly command_attrs?: { readonly option?: string };
  /** The command line, parsed: long names of options, with their value if they have one. */
  readonly options: readonly (readonly [name: string, value?: string])[];
  readonly urls: readonly string[];
  readonly env?: readonly string[];
  readonly files?: readonly NamedSection[];
  readonly stdin?: Section;
  readonly reply: {
    readonly servercmd?: string;
    readonly postcmd?: string;
    readonly datacheck?: Section;
    /** `data`, `data1`, `connect` and so on. */
    readonly [part: string]: Section | string | undefined;
  };
  readonly verify: {
    readonly protocol?: Section & { readonly requests: readonly ExpectedRequest[] };
    /** What the proxy gets, if it is a server of its own. */
    readonly proxy?: Section & { readonly requests: readonly ExpectedRequest[] };
    readonly errorcode?: readonly number[];
    readonly stdout?: Section;
    readonly files?: readonly NamedSection[];
    readonly strip?: readonly string[];
  };
}

export interface CurlSet {
  readonly cases: readonly CurlCase[];
}

/** Values of placeholders, by name. */
export type Placeholders = Readonly<Record<string, string>>;

/**
 * Puts values in the place of `${NAME}`, then encodes `${b64:...}`.
 *
 * @throws Error for a placeholder that has no value
 */
export function fill(text: string, values: Placeholders): string {
  const filled = text.replaceAll(/\$\{(\w+)\}/g, (_match, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`there is no value for the placeholder '${name}'`);
    return value;
  });
  return filled.replaceAll(/\$\{b64:([^}]*)\}/g, (_match, plain: string) =>
    Buffer.from(plain, 'latin1').toString('base64'),
  );
}

/** The octets of a section as Latin-1 text, placeholders filled. */
export function contentOf(section: Section, values: Placeholders): string {
  const { text, base64 } = section;
  return fill(base64 === undefined ? (text ?? '') : Buffer.from(base64, 'base64').toString('latin1'), values);
}
