import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { eachField, Headers } from './headers.ts';
import { Redaction } from './redaction.ts';

const lines: [string, string][] = [
  ['A', '1'],
  ['B', '3'],
  ['a', '2'],
];

describe('construction', () => {
  test.each([
    [lines],
    [new Headers(lines)],
    [Headers.fromWire(['A', '1', 'B', '3', 'a', '2'])],
    [new Set(lines)],
    [lines.map(([name, value]) => [name, Buffer.from(value)] as const)],
  ])('from %s', (init) => {
    expect(new Headers(init).raw).toEqual(lines);
  });

  test('from objects, whose arrays repeat a name and whose undefined is left out', () => {
    expect(new Headers({ A: ['1', new Uint8Array([0x32])], b: '', c: undefined, d: [] }).raw).toEqual([
      ['A', '1'],
      ['A', '2'],
      ['b', ''],
    ]);
    expect(new Headers(Object.create({ inherited: '1' }) as Record<string, string>).size).toBe(0);
  });

  test('from those of the platform', () => {
    const platform = new globalThis.Headers([
      ['X', '1'],
      ['Set-Cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
    expect(new Headers(platform).getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(new Headers(platform).get('x')).toBe('1');
  });

  test.each([
    'a: 1',
    5,
    true,
    Symbol('x'),
    [['a']],
    [['a', 'b', 'c']],
    ['ab'],
    [5],
    { a: null },
    { a: 5 },
    { a: ['x', null] },
  ])('refuses %j', (init) => {
    expect(() => new Headers(init as never)).toThrow(InvalidArgument);
  });

  test('eachField does not look at names and values', () => {
    const seen: unknown[] = [];
    eachField([['a b', null as never]], (...pair) => seen.push(pair));
    expect(seen).toEqual([['a b', null]]);
  });
});

test('reading', () => {
  const headers = new Headers(lines);
  expect([headers.get('a'), headers.get('B'), headers.get('c')]).toEqual(['1, 2', '3', null]);
  expect([headers.getAll('A'), headers.getAll('c')]).toEqual([['1', '2'], []]);
  expect([headers.has('b'), headers.has('c')]).toEqual([true, false]);
  expect(headers.size).toBe(3);
  expect([...headers.keys()]).toEqual(['a', 'b']);
  expect([...headers.values()]).toEqual(['1, 2', '3']);
  expect([...headers.entries()]).toEqual([
    ['a', '1, 2'],
    ['b', '3'],
  ]);
  expect(headers.toJSON()).toEqual(lines);
  expect(new Headers({ x: ['a, "b, c"', 'd'] }).getList('X')).toEqual(['a', '"b, c"', 'd']);
});

test('each Set-Cookie is an entry of its own', () => {
  const headers = new Headers([
    ['Set-Cookie', 'a'],
    ['X', '1'],
    ['set-cookie', 'b'],
  ]);
  expect([...headers]).toEqual([
    ['set-cookie', 'a'],
    ['x', '1'],
    ['set-cookie', 'b'],
  ]);
  expect(headers.getSetCookie()).toEqual(['a', 'b']);
  expect(headers.toFetch().getSetCookie()).toEqual(['a', 'b']);
});

describe('writing', () => {
  test('set, append, delete, update', () => {
    const headers = new Headers(lines);
    headers.set('a', 'x');
    expect(headers.raw).toEqual([
      ['a', 'x'],
      ['B', '3'],
    ]);
    headers.set('C', 'y');
    headers.append('b', new Uint8Array([0xe9]));
    headers.update({ C: ['1', '2'] });
    expect(headers.raw).toEqual([
      ['a', 'x'],
      ['B', '3'],
      ['b', '\u00e9'],
      ['C', '1'],
      ['C', '2'],
    ]);
    expect([headers.delete('B'), headers.delete('B')]).toEqual([true, false]);
    expect(headers.size).toBe(3);
  });

  test('copies share their fields only until one of them changes', () => {
    for (const change of [
      (headers: Headers) => headers.set('a', 'x'),
      (headers: Headers) => headers.append('a', 'x'),
      (headers: Headers) => headers.delete('a'),
      (headers: Headers) => headers.update({ a: 'x' }),
    ]) {
      const original = new Headers(lines);
      const copy = original.clone();
      change(copy);
      expect(original.raw).toEqual(lines);
      const second = original.clone();
      change(original);
      expect(second.raw).toEqual(lines);
    }
  });

  test('fields of the wire are not written into', () => {
    const wire = Object.freeze(['A', '1', 'B', '2']);
    const headers = Headers.fromWire(wire);
    expect(headers.wire).toBe(wire);
    headers.set('a', 'x');
    expect(headers.raw).toEqual([
      ['a', 'x'],
      ['B', '2'],
    ]);
  });

  test('read-only ones refuse, their copies do not', () => {
    const headers = Headers.fromWire(['A', '1'], true);
    for (const change of [
      () => headers.set('a', '2'),
      () => headers.append('b', '2'),
      () => headers.delete('a'),
      () => headers.delete('b'),
      () => headers.update({}),
    ]) {
      expect(change).toThrow(InvalidArgument);
    }
    const copy = headers.clone();
    copy.delete('a');
    expect([copy.size, headers.size]).toEqual([0, 1]);
  });
});

describe('legality', () => {
  test.each(['', 'a b', 'a:b', 'a\n', '\u00e9', '"a"'])('the name %j is refused', (name) => {
    for (const attempt of [
      () => new Headers({ [name]: '1' }),
      () => new Headers([[name, '1']]),
      () => new Headers().set(name, '1'),
      () => new Headers().append(name, '1'),
    ]) {
      expect(attempt).toThrow(LocalProtocolError);
      expect(attempt).toThrow(`illegal header name ${JSON.stringify(name)} [phase build]`);
    }
    expect(new Headers(lines).get(name)).toBeNull();
  });

  test.each([
    ['a\r\nb', 'U+000D at position 1'],
    ['\0', 'U+0000 at position 0'],
    ['a\u007f', 'U+007F at position 1'],
    ['\u2603', 'U+2603 at position 0'],
  ])('the value %j is refused, and not shown', (value, where) => {
    for (const attempt of [() => new Headers({ X: value }), () => new Headers().set('X', value)]) {
      expect(attempt).toThrow(LocalProtocolError);
      expect(attempt).toThrow(`illegal character ${where} in the value of header 'X'`);
    }
  });

  test('only characters without an octet come with the advice to pass bytes', () => {
    expect(() => new Headers({ X: '\u2603' })).toThrow('encode it first and pass the bytes');
    expect(() => new Headers({ X: '\na' })).not.toThrow('encode it first');
  });

  test('a failed change changes nothing', () => {
    const headers = new Headers(lines);
    expect(() => headers.set('A', '\n1')).toThrow(LocalProtocolError);
    expect(() =>
      headers.update([
        ['A', '9'],
        ['X', '\r'],
      ]),
    ).toThrow(LocalProtocolError);
    expect(headers.raw).toEqual(lines);
  });

  test('white space around a value goes, Latin-1 stays', () => {
    const headers = new Headers({ a: '\t x \u00ff ', b: new Uint8Array([32, 0xff, 9]) });
    expect([headers.get('a'), headers.get('b')]).toEqual(['x \u00ff', '\u00ff']);
  });
});

test('equals', () => {
  const headers = new Headers(lines);
  expect(headers.equals({ a: ['1', '2'], b: '3' })).toBe(true);
  expect(headers.equals({ a: ['2', '1'], B: '3' })).toBe(true);
  expect(headers.equals({ a: '1, 2', b: '3' })).toBe(false);
  expect(headers.equals({})).toBe(false);
});

test('inspect masks by the redaction that belongs to them, which copies keep', () => {
  const fields = ['Authorization', 'one', 'X-Mine', 'two', 'X', 'three'];
  expect(inspect(Headers.fromWire(fields))).toContain("[ 'Authorization', '[secure]' ]");
  const own = Headers.fromWire(fields, false, new Redaction({ headers: ['x-mine'] }));
  for (const headers of [own, own.clone()]) {
    expect(inspect(headers)).not.toMatch(/one|two/);
    expect(inspect(headers)).toContain("[ 'X', 'three' ]");
  }
  expect(inspect(Headers.fromWire(fields, false, Redaction.off))).toContain('one');
});
