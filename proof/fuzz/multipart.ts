import { collectBody } from '../../src/body/collect.ts';
import { encodeMultipart } from '../../src/body/multipart.ts';
import { ensure, ensureSame, type FuzzTarget } from './target.ts';

/** What the standard does to line ends in names and plain values. */
function normalized(text: string): string {
  return text.replaceAll(/\r\n|\r|\n/g, '\r\n').replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/** The standard does not escape the percent sign, so that what looks like an escape is taken for one. */
function unescaped(name: string): string {
  return name.replaceAll(/%0a/gi, '\n').replaceAll(/%0d/gi, '\r').replaceAll('%22', '"');
}

/** What is encoded is what the decoder of the platform gives back. */
export const MULTIPART_TARGET: FuzzTarget = {
  name: 'multipart',
  seeds: ['name', 'a"b', 'a\r\nb', 'caf\u00e9.txt', 'x'.repeat(300), '--boundary', 'a; filename="b"'],
  pieces: ['"', '\\', '\r\n', '\n', '\r', '--', '%22', '%0D%0A', ';', '\u20ac', '\ud83d', 'Content-Type: x'],
  async check(input, random) {
    // A part without a name is something else.
    const name = `n${input.slice(0, 500)}`;
    const filename = `f${input.slice(0, 300)}`;
    const bytes = random.bytes(random.int(0, 200));
    const { body, contentType } = encodeMultipart([
      [name, input],
      ['file', { filename, content: bytes }],
      ['last', 'end'],
    ] as never);
    const encoded = await collectBody(body);
    const heads = Buffer.from(encoded)
      .toString('latin1')
      .split('\r\n')
      .filter((line) => /^content-disposition:/i.test(line));
    ensure(heads.length >= 3, 'parts that are missing');
    const response = new Response(encoded as never, { headers: { 'content-type': contentType } });
    const form = await response.formData();
    ensureSame([...form.keys()].length, 3, 'number of parts');
    ensureSame(form.get('last'), 'end', 'the last part');
    const [[firstName, firstValue] = []] = [...form.entries()];
    ensureSame(firstName, unescaped(normalized(name)), 'a name');
    ensureSame(firstValue, normalized(input), 'a value');
    const file = form.get('file') as File;
    ensure(Buffer.from(await file.arrayBuffer()).equals(bytes), 'octets of a file');
  },
};
