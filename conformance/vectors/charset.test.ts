import assert from 'node:assert/strict';
import { createTextStream, decodeText, resolveCharset } from '../../src/body/charset.ts';
import { vectors } from './runner.ts';

interface WptVectors {
  readonly must_fail_in_fatal_mode: readonly {
    readonly encoding: string;
    readonly bytes: number[];
    readonly name: string;
  }[];
  readonly iso_2022_jp_decode: readonly {
    readonly bytes: number[];
    readonly text: string;
    readonly name: string;
  }[];
  readonly single_byte_index: { readonly tables: Readonly<Record<string, readonly (number | null)[]>> };
  readonly streaming: {
    readonly windows: readonly number[];
    readonly octets: Readonly<Record<string, number[]>>;
    readonly text: string;
  };
}

type LabelVectors = readonly {
  readonly encodings: readonly { readonly name: string; readonly labels: readonly string[] }[];
}[];

vectors<LabelVectors>('charset/labels', 'charset/whatwg-encoding-labels.json', function* (groups) {
  for (const { name, labels } of groups.flatMap(({ encodings }) => encodings)) {
    for (const label of labels) {
      yield {
        id: label,
        run: () => {
          assert.equal(resolveCharset(label), name.toLowerCase());
          assert.equal(resolveCharset(` ${label.toUpperCase()}\t`), name.toLowerCase());
        },
      };
    }
  }
});

vectors<WptVectors>('charset/wpt', 'charset/wpt-encoding.json', function* (data) {
  for (const { encoding, bytes, name } of data.must_fail_in_fatal_mode) {
    yield {
      id: `invalid ${encoding}: ${name}`,
      run: () => assert.match(decodeEveryWay(Uint8Array.from(bytes), encoding), /\uFFFD/),
    };
  }
  for (const { bytes, text, name } of data.iso_2022_jp_decode) {
    yield {
      id: `iso-2022-jp: ${name}`,
      run: () => assert.equal(decodeEveryWay(Uint8Array.from(bytes), 'iso-2022-jp'), text),
    };
  }
  for (const [encoding, table] of Object.entries(data.single_byte_index.tables)) {
    yield {
      id: `single-byte: ${encoding}`,
      run: () => {
        const bytes = Uint8Array.from({ length: 256 }, (_, octet) => octet);
        const wanted = Array.from(bytes, (octet) => (octet < 0x80 ? octet : (table[octet - 0x80] ?? 0xfffd)));
        assert.deepEqual(
          Array.from(decodeEveryWay(bytes, encoding), (character) => character.codePointAt(0)),
          wanted,
        );
      },
    };
  }
  const { windows, octets, text } = data.streaming;
  for (const [encoding, bytes] of Object.entries(octets)) {
    for (const size of windows) {
      yield {
        id: `streaming ${encoding} by ${size}`,
        run: () => assert.equal(decodeInPieces(Uint8Array.from(bytes), encoding, size), text),
      };
    }
  }
});

/** Decodes whole and byte by byte, which must agree. */
function decodeEveryWay(bytes: Uint8Array, label: string): string {
  const encoding = resolveCharset(label);
  assert.ok(encoding !== undefined, `${label} is not known`);
  const text = decodeText(bytes, encoding);
  assert.equal(decodeInPieces(bytes, encoding, 1), text, 'byte by byte');
  return text;
}

function decodeInPieces(bytes: Uint8Array, encoding: string, size: number): string {
  const stream = createTextStream(encoding);
  let text = '';
  for (let at = 0; at < bytes.length; at += size) text += stream.push(bytes.subarray(at, at + size));
  return text + stream.end();
}
