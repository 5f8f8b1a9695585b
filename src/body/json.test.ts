import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { encodeJSON } from './json.ts';

function encode(value: unknown, canonical = false): string {
  const { body, contentType } = encodeJSON(value, { canonical });
  expect(contentType).toBe('application/json');
  return Buffer.from(body.bytes!).toString('utf8');
}

test('JSON is compact UTF-8', () => {
  expect(encode({ é: [1, 2.5, null] })).toBe('{"é":[1,2.5,null]}');
  expect(encodeJSON({ é: 1 }).body).toMatchObject({ length: 8, replayable: true });
});

class Point {
  readonly x = 1;
  readonly nothing = undefined;
  get y(): number {
    return 2;
  }
}

const nested: Record<string, unknown> = {};
let deepest = nested;
for (let level = 0; level < 200; level++) {
  const inner = {};
  deepest['in'] = inner;
  deepest = inner;
}
const shared = { a: 1 };

const same: readonly unknown[] = [
  false,
  0,
  -0,
  '',
  [],
  {},
  null,
  'text "quoted" \u2028 \ud800',
  { a: undefined, b: [true] },
  Object.assign(Object.create(null), { a: 1 }),
  new Date(0),
  [new Date(0)],
  { [Symbol('s')]: 1, a: 1 },
  new Point(),
  { a: Object(5), b: Object('x'), c: Object(false) },
  { toJSON: 'a member, not a method' },
  { a: { toJSON: (key: string) => ({ key }) } },
  { toJSON: () => [1, { toJSON: () => 'inner' }] },
  Buffer.from('ab'),
  new URL('http://example.org/'),
  { ['__proto__']: 1, constructor: 2 },
  [shared, shared],
  nested,
  runInNewContext('({ a: [1], b: {} })'),
];

test.each(same)('what JSON.stringify writes is written: %o', (value) => {
  expect(encode(value)).toBe(JSON.stringify(value));
});

test('toJSON is called once', () => {
  let calls = 0;
  encode({ a: { toJSON: () => ++calls } });
  expect(calls).toBe(1);
});

const cycle: Record<string, unknown> = { list: [] };
cycle['list'] = [{ back: cycle }];

const refused: readonly (readonly [value: unknown, message: string])[] = [
  [undefined, 'json: $ is undefined'],
  [() => {}, 'json: $ is a function'],
  [Number.NaN, 'json: $ is NaN'],
  [10n, 'json: $ is a bigint'],
  [{ a: [1, 2, 3, { b: Number.NaN }] }, 'json: $.a[3].b is NaN'],
  [{ a: [{ b: 1 }, { c: Number.POSITIVE_INFINITY }] }, 'json: $.a[1].c is Infinity'],
  [[1, undefined], 'json: $[1] is undefined'],
  [Array.from({ length: 1 }), 'json: $[0] is undefined'],
  // oxlint-disable-next-line no-sparse-arrays -- a hole is what is tested
  [[1, , 2], 'json: $[1] is undefined'],
  [{ 'a key': { f() {} } }, 'json: $["a key"].f is a function'],
  [{ s: Symbol('x') }, 'json: $.s is a symbol'],
  [{ '1': 2n }, 'json: $["1"] is a bigint'],
  [{ m: new Map([[1, 2]]) }, 'json: $.m is a Map, whose entries JSON does not see'],
  [[new Set([1])], 'json: $[0] is a Set'],
  [{ r: /x/ }, 'json: $.r is a RegExp without own members, which JSON would turn into {}'],
  [{ p: Promise.resolve(1) }, 'json: $.p is a Promise'],
  [{ e: new Error('x') }, 'json: $.e is an Error'],
  [{ b: new Uint8Array(2) }, 'json: $.b is a Uint8Array: JSON has no bytes'],
  [{ b: new ArrayBuffer(2) }, 'json: $.b is an ArrayBuffer'],
  [{ d: new Date(Number.NaN) }, 'json: $.d is an invalid Date'],
  [{ n: Object(Number.NaN) }, 'json: $.n is NaN'],
  [{ n: Object(1n) }, 'json: $.n is a bigint'],
  [{ a: { toJSON: () => ({ b: Number.NaN }) } }, 'json: $.a.b is NaN'],
  [cycle, 'json: $.list[0].back refers back to an object around it'],
];

test.each(refused)('%o is refused, and its path told', (value, message) => {
  expect(() => encode(value)).toThrow(InvalidArgument);
  expect(() => encode(value)).toThrow(message);
});

test('a BigInt with a toJSON of its own is written', () => {
  // oxlint-disable-next-line no-extend-native -- programs do so, to have them written as text
  Object.defineProperty(BigInt.prototype, 'toJSON', { value: () => 'big', configurable: true });
  try {
    expect(encode({ a: 1n })).toBe('{"a":"big"}');
  } finally {
    Reflect.deleteProperty(BigInt.prototype, 'toJSON');
  }
});

test('an error of toJSON comes through as it is', () => {
  const failure = new TypeError('not serializable');
  const value = {
    toJSON() {
      throw failure;
    },
  };
  expect(() => encode(value)).toThrow(failure);
});

test('a value that is nested too deeply is refused', () => {
  let value: unknown[] = [];
  for (let level = 0; level < 200_000; level++) value = [value];
  expect(() => encode(value)).toThrow(InvalidArgument);
});

test('the canonical form sorts members by code unit on every level', () => {
  expect(encode({ b: 1, a: { '\u{1f600}': 1, '\ufb33': 2, A: 3 }, '': [{ z: 1, y: 2 }] }, true)).toBe(
    '{"":[{"y":2,"z":1}],"a":{"A":3,"\u{1f600}":1,"\ufb33":2},"b":1}',
  );
});

test('the canonical form keeps what the plain one does', () => {
  expect(encode({ c: Object(5), b: undefined, a: new Date(0), ['__proto__']: -0 }, true)).toBe(
    '{"__proto__":0,"a":"1970-01-01T00:00:00.000Z","c":5}',
  );
  expect(() => encode({ a: [Number.NaN] }, true)).toThrow('json: $.a[0] is NaN');
});

test('the canonical form refuses a lone surrogate, but not text that looks like its escape', () => {
  expect(() => encode({ a: '\\\udead' }, true)).toThrow(InvalidArgument);
  expect(() => encode({ '\ud800': 1 }, true)).toThrow('lone surrogate');
  expect(encode(String.raw`\ud800 \\udead`, true)).toBe(JSON.stringify(String.raw`\ud800 \\udead`));
});

test('the package for the canonical form is not loaded before it is needed', () => {
  const program = `
    const { createRequire } = process.getBuiltinModule('node:module');
    const isLoaded = () => Object.keys(createRequire(import.meta.url).cache).some((key) => key.includes('stable-stringify'));
    const { encodeJSON } = await import(${JSON.stringify(new URL('json.ts', import.meta.url).href)});
    encodeJSON({ b: 1 });
    const before = isLoaded();
    encodeJSON({ b: 1 }, { canonical: true });
    console.log(before, isLoaded());
  `;
  const output = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  expect(output.trim()).toBe('false true');
});
