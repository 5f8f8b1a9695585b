import { equal } from 'node:assert/strict';
import { serializeMediaType } from '../../fixtures/serialize-media-type.ts';
import { charsetOf, mediaTypeOf, parseMediaType } from '../../src/models/media-type.ts';
import { vectors } from './runner.ts';

interface ParseCase {
  readonly input: string;
  readonly output: string | null;
  readonly encoding?: string | null;
}

interface FieldCase {
  readonly contentType: readonly string[];
  readonly encoding: string | null;
  readonly mimeType: string;
  readonly documentContentType: string;
}

vectors('mime-types', 'mime-types/mime-types.json', loadParseCases);
vectors('mime-types/generated', 'mime-types/generated-mime-types.json', loadParseCases);

vectors(
  'mime-types/repeated-fields',
  'mime-types/content-types-multiple-headers.json',
  function* load(cases: readonly FieldCase[]) {
    for (const [index, { contentType, encoding, mimeType, documentContentType }] of cases.entries()) {
      for (const [form, values] of Object.entries({
        fields: contentType,
        joined: [contentType.join(', ')],
      })) {
        yield {
          id: `${index} ${JSON.stringify(contentType)} as ${form}`,
          run: () => {
            const mediaType = mediaTypeOf(values);
            equal(mediaType && serializeMediaType(mediaType), mimeType);
            equal(mediaType?.essence, documentContentType);
            equal(encodingOf(mediaType?.parameters.get('charset')), encoding?.toLowerCase() ?? null);
            equal(charsetOf(contentType.join(', ')), mediaType?.parameters.get('charset'));
          },
        };
      }
    }
  },
);

function* loadParseCases(cases: readonly (string | ParseCase)[]) {
  for (const [index, entry] of cases.entries()) {
    if (typeof entry === 'string') continue;
    const { input, output, encoding } = entry;
    yield {
      id: `${index} ${JSON.stringify(input)}`,
      run: () => {
        const mediaType = parseMediaType(input);
        equal(mediaType && serializeMediaType(mediaType), output);
        if (output !== null) equal(serializeMediaType(parseMediaType(output)!), output);
        if (encoding !== undefined) equal(encodingOf(charsetOf(input)), encoding?.toLowerCase() ?? null);
        if (!input.includes(',')) equal(charsetOf(input), mediaType?.parameters.get('charset'));
      },
    };
  }
}

/** Name of the encoding that a label stands for (WHATWG Encoding standard), in lower case. */
function encodingOf(label: string | undefined): string | null {
  if (label === undefined) return null;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}
