import { describe, expect, test } from 'vitest';
import { pluckJSON } from './json-pluck.ts';
import { compileJSONQuery, type JSONQuery } from './json-program.ts';
import { KernelFault } from './kernel-fault.ts';

/** The values by name, row by row. */
function pluck(text: string, query: JSONQuery): Record<string, unknown>[] {
  const program = compileJSONQuery(query);
  const table = pluckJSON(Buffer.from(text), program);
  return Array.from({ length: table.length }, (_, row) =>
    Object.fromEntries(program.names.map((name, index) => [name, table.value(row, program.places[index]!)])),
  );
}

describe('paths', () => {
  test('members and elements', () => {
    const text = '{"a": [1, {"b": "x\\ty"}, null], "ü": true, "n": -1.5e2}';
    const columns = {
      one: ['a', 0],
      text: ['a', 1, 'b'],
      nothing: ['a', 2],
      yes: ['ü'],
      n: ['n'],
      all: ['a'],
    };
    expect(pluck(text, { columns })).toEqual([
      { one: 1, text: 'x\ty', nothing: null, yes: true, n: -150, all: [1, { b: 'x\ty' }, null] },
    ]);
  });

  test('what is not there, or is something else, is undefined', () => {
    const columns = { a: ['a', 'b'], b: ['b', 0], c: ['c', 5], d: ['d'] };
    expect(pluck('{"a":1,"b":{"0":1},"c":[]}', { columns })).toEqual([
      { a: undefined, b: undefined, c: undefined, d: undefined },
    ]);
  });

  test('two names may have one path, and an empty path is the row', () => {
    expect(pluck('{"a":1}', { columns: { x: ['a'], y: ['a'], all: [] } })).toEqual([
      { x: 1, y: 1, all: { a: 1 } },
    ]);
  });

  test('a name may be written with escapes', () => {
    expect(
      pluck('{"\\u0061\\ud83d\\ude00":1,"\\ud800":2}', { columns: { a: ['a😀'], b: ['\ufffd'] } }),
    ).toEqual([{ a: 1, b: undefined }]);
  });

  test('the last of equal names counts, with all that is in it', () => {
    expect(pluck('{"a":{"b":1,"c":2},"a":{"c":3}}', { columns: { b: ['a', 'b'], c: ['a', 'c'] } })).toEqual([
      { b: undefined, c: 3 },
    ]);
    expect(pluck('{"r":[1,2],"r":[3]}', { rows: ['r', { each: true }], columns: { v: [] } })).toEqual([
      { v: 3 },
    ]);
  });
});

describe('rows', () => {
  test('the elements of arrays, also of several', () => {
    const rows = [{ each: true } as const, 'items', { each: true } as const];
    const text = '[{"items":[{"id":1},{"id":2}]},{"items":"none"},{},{"items":[{"id":3,"x":0}]}]';
    expect(pluck(text, { rows, columns: { id: ['id'] } })).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  test('no rows where the path leads nowhere', () => {
    expect(pluck('{"a":1}', { rows: ['b'], columns: { id: [] } })).toEqual([]);
  });
});

describe('fields', () => {
  const columns = { first: [{ field: 0 }], third: [{ field: 2 }, { field: 1 }], tenth: [{ field: 9 }] };

  test('of an array that is complete', () => {
    expect(pluck('[1,2,[3,4]]', { columns })).toEqual([{ first: 1, third: 4, tenth: undefined }]);
  });

  test('of an array whose end is an object of the rest', () => {
    expect(pluck('[1,{"3":[{"2":4}],"10":5}]', { columns })).toEqual([{ first: 1, third: 4, tenth: 5 }]);
  });

  test('an object that is not at the end is an element', () => {
    expect(pluck('[{"1":7},2]', { columns: { first: [{ field: 0 }, '1'] } })).toEqual([{ first: 7 }]);
    expect(pluck('[1,{"1":2,"01":3,"x":4}]', { columns })).toEqual([
      { first: 2, third: undefined, tenth: undefined },
    ]);
  });
});

describe('embedded texts', () => {
  test('are read where a string holds one', () => {
    const text = JSON.stringify({ a: JSON.stringify([{ id: 1, name: 'é "x"' }]), b: 5 });
    expect(
      pluck(text, {
        columns: { id: ['a', { embedded: true }, 0, 'id'], name: ['a', { embedded: true }, 0, 'name'] },
      }),
    ).toEqual([{ id: 1, name: 'é "x"' }]);
    expect(pluck(text, { columns: { b: ['b', { embedded: true }, 'id'] } })).toEqual([{ b: undefined }]);
  });

  test('can hold the rows, and strings around them as well', () => {
    const text = JSON.stringify(['[{"v":1},{"v":2}]', '[{"v":3}]']);
    const rows = [{ each: true }, { embedded: true }, { each: true }] as const;
    expect(pluck(text, { rows, columns: { v: ['v'] } })).toEqual([{ v: 1 }, { v: 2 }, { v: 3 }]);
  });

  test('are at fault where their string begins', () => {
    const program = compileJSONQuery({ columns: { a: ['a', { embedded: true }] } });
    expect(() => pluckJSON(Buffer.from('{"a":"[1,"}'), program)).toThrow(new KernelFault('syntax', 5));
  });
});

describe('faults', () => {
  const program = compileJSONQuery({ rows: [{ each: true }], columns: { a: ['a'] } });

  test.each([
    ['[{"a":1},x]', 9],
    ['[{"a":1}', 8],
    ['[{"a":1}] 1', 10],
    ['[{"a" 1}]', 6],
  ])('%s at octet %i', (text, offset) => {
    expect(() => pluckJSON(Buffer.from(text), program)).toThrow(new KernelFault('syntax', offset));
  });

  test('no UTF-8', () => {
    expect(() => pluckJSON(Buffer.from('[{"a":"\xff"}]', 'latin1'), program)).toThrow(
      new KernelFault('syntax', 7),
    );
  });

  test('a table that gets too large', () => {
    const text = Buffer.from('[1,2,3]');
    expect(pluckJSON(text, program, 36).length).toBe(3);
    expect(() => pluckJSON(text, program, 35)).toThrow(new KernelFault('limit', 5));
  });
});

test('types and octets of cells', () => {
  const program = compileJSONQuery({ rows: [{ each: true }], columns: { v: [] } });
  const table = pluckJSON(Buffer.from('[null,false,true,1,"s","\\n",[],{}]'), program);
  const types = Array.from({ length: table.length }, (_, row) => table.type(row, 0));
  expect(types).toEqual(['null', 'boolean', 'boolean', 'number', 'string', 'string', 'array', 'object']);
  expect(Buffer.from(table.bytes(4, 0)!).toString()).toBe('"s"');
  expect([table.type(9, 0), table.type(0, 1), table.bytes(0, 1), table.value(9, 9)]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test.each<[string, JSONQuery]>([
  ['a step that is none', { columns: { a: [{} as { field: number }] } }],
  ['a negative index', { columns: { a: [-1] } }],
  ['a fraction', { columns: { a: [{ field: 0.5 }] } }],
  ['index beside field', { columns: { a: [0], b: [{ field: 1 }] } }],
  ['field beside index', { columns: { a: [{ field: 1 }], b: [0] } }],
  ['each in a column', { columns: { a: [{ each: true } as unknown as string] } }],
  ['two embedded texts', { columns: { a: [{ embedded: true }, { embedded: true }] } }],
  ['two embedded texts of rows', { rows: [{ embedded: true }, { embedded: true }], columns: {} }],
  ['half a surrogate pair', { columns: { a: ['\ud800'] } }],
  ['no path', { columns: { a: 'a' as unknown as string[] } }],
  ['a path that is too long', { columns: { a: Array.from({ length: 61 }, () => 'a') } }],
  [
    'too many columns',
    { columns: Object.fromEntries(Array.from({ length: 4097 }, (_, index) => [`c${index}`, []])) },
  ],
])('%s cannot be compiled', (_, query) => {
  expect(() => compileJSONQuery(query)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }) as Error,
  );
});
