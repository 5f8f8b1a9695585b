import assert from 'node:assert/strict';
import type { Fail } from '../../src/body/fail.ts';
import { findJSONFault } from '../../src/body/json-syntax.ts';
import { parseJSON } from '../../src/body/parse-json.ts';
import { vectors } from './runner.ts';

interface Vectors {
  readonly cases: readonly {
    readonly name: string;
    readonly expect: 'i' | 'n' | 'y';
    readonly data?: string;
    readonly length?: number;
    readonly head?: string;
  }[];
}

class Refused extends Error {}

const fail: Fail = (reason, code) => new Refused(`${code} ${reason}`);

vectors<Vectors>('json', 'json/JSONTestSuite.json', function* ({ cases }) {
  for (const { name, expect: wanted, data, length = 0, head = '' } of cases) {
    yield {
      id: name,
      run: () => {
        const bytes = data === undefined ? repeat(head, length) : Buffer.from(data, 'base64');
        const isAccepted = accepts(bytes);
        assert.ok(wanted === 'i' || isAccepted === (wanted === 'y'), `accepted: ${isAccepted}`);
        // What finds the fault must judge as the parser does.
        const text = new TextDecoder().decode(bytes);
        assert.equal(findJSONFault(text) === null, isJSON(text), 'the fault that is reported');
      },
    };
  }
});

/** The two files with deep nesting are given by their length and how they begin. */
function repeat(head: string, length: number): Buffer {
  const unit = head.startsWith('[[') ? '[' : '[{"":';
  assert.ok(head.startsWith(unit));
  return Buffer.alloc(length, unit);
}

function accepts(bytes: Uint8Array): boolean {
  try {
    parseJSON(bytes, undefined, fail);
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return false;
  }
}

function isJSON(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
