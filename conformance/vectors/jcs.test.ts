import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeJSON } from '../../src/body/json.ts';
import { vectors } from './runner.ts';

const root =
  process.env['TERN_VECTORS'] ?? fileURLToPath(new URL('../../../shared/vectors', import.meta.url));
const folder = `${root}/jcs/cyberphone`;

function canonical(value: unknown): string {
  return Buffer.from(encodeJSON(value, { canonical: true }).body.bytes!).toString('utf8');
}

/** A double of its bits in hexadecimal, leading zeros left out. */
function doubleOf(bits: string): number {
  return new DataView(new BigUint64Array([BigInt(`0x${bits}`)]).buffer).getFloat64(0, true);
}

// The set is a folder of files, one of which stands for it.
vectors('jcs', 'jcs/cyberphone/input/arrays.json', function* () {
  for (const file of readdirSync(`${folder}/input`)) {
    yield {
      id: file,
      run: () => {
        const input: unknown = JSON.parse(readFileSync(`${folder}/input/${file}`, 'utf8'));
        assert.equal(canonical(input), readFileSync(`${folder}/output/${file}`, 'utf8'));
      },
    };
  }
  for (const [index, line] of readFileSync(`${folder}/es6-numbers-10000.txt`, 'utf8').split('\n').entries()) {
    const [bits, text] = line.split(',');
    if (bits === undefined || text === undefined) continue;
    yield { id: `number ${index + 1}`, run: () => assert.equal(canonical(doubleOf(bits)), text) };
  }
});
