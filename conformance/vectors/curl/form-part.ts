/** One `-F` of a command line. */
export interface FormPart {
  readonly name: string;
  readonly content: { readonly text: string } | { readonly file: string };
  /** Null: none is written. Absent: it is found from the name of the file. */
  readonly type?: string;
  /** Null for a plain field; the path of a file stands for its base name. */
  readonly filename: string | null;
}

/**
 * Reads `name=text`, `name=@file` and `name=<file`, each with `;type=` and `;filename=` behind it; contents and
 * names may stand in double quotes, in which a backslash escapes.
 *
 * @throws Error for several files in one part, which would have to be nested, and for what is not understood
 */
export function parseFormPart(spec: string): FormPart {
  const equals = spec.indexOf('=');
  if (equals === -1) throw new Error(`not a form part: ${spec}`);
  const name = spec.slice(0, equals);
  let rest = spec.slice(equals + 1);
  const kind = /^[@<]/.exec(rest)?.[0] ?? '';
  rest = rest.slice(kind.length);
  const value = takeWord(rest, kind === '' ? ';' : ';,');
  rest = value.rest;
  let type: string | undefined;
  let filename = kind === '@' ? baseName(value.text) : null;
  while (rest !== '') {
    if (rest.startsWith(',')) throw new Error(`several files in one part: ${spec}`);
    rest = rest.slice(1).trimStart();
    if (rest.startsWith('type=')) {
      // Parameters of the type follow it after semicolons as well.
      const [whole, found] = /^type=((?:[^;,]|;(?!\s*(?:filename|headers|encoder)=))*)/.exec(
        rest,
      )! as unknown as [string, string];
      type = found.trim();
      rest = rest.slice(whole.length);
    } else if (rest.startsWith('filename=')) {
      const word = takeWord(rest.slice('filename='.length), ';,');
      filename = word.text;
      rest = word.rest;
    } else {
      throw new Error(`not understood in a form part: ${rest}`);
    }
  }
  return {
    name,
    content: kind === '' ? { text: value.text } : { file: value.text },
    ...(type === undefined ? {} : { type }),
    filename,
  };
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A word up to one of the stops, in quotes or not. White space in front of it does not count. */
function takeWord(text: string, stops: string): { readonly text: string; readonly rest: string } {
  const trimmed = text.trimStart();
  const quoted = /^"((?:[^"\\]|\\.)*)"\s*/s.exec(trimmed);
  if (quoted !== null) {
    const [whole, inside = ''] = quoted;
    const rest = trimmed.slice(whole.length);
    if (rest === '' || stops.includes(rest[0]!)) return { text: inside.replaceAll(/\\(["\\])/g, '$1'), rest };
  }
  let end = 0;
  while (end < trimmed.length && !stops.includes(trimmed[end]!)) end++;
  return { text: trimmed.slice(0, end), rest: trimmed.slice(end) };
}
