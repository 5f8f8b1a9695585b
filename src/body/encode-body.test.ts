import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type BodyOptions, encodeBody, type ExclusiveBody } from './encode-body.ts';

function textOf(options: BodyOptions, contentType: string | null = null): [string | null, string | null] {
  const encoded = encodeBody(options, contentType);
  return [
    encoded.body === null ? null : Buffer.from(encoded.body.bytes!).toString('utf8'),
    encoded.contentType,
  ];
}

test('each option has its encoding and its type', () => {
  expect(textOf({ content: 'ü' })).toEqual(['ü', null]);
  expect(textOf({ json: { b: 1, a: 2 } })).toEqual(['{"b":1,"a":2}', 'application/json']);
  expect(textOf({ form: { a: 'b c' } })).toEqual(['a=b+c', 'application/x-www-form-urlencoded']);
  const [body, contentType] = textOf({ multipart: { a: 'b' } });
  expect(contentType).toMatch(/^multipart\/form-data; boundary=/);
  expect(body).toContain('name="a"');
});

test('falsy values other than null are JSON', () => {
  for (const json of [false, 0, '', []]) expect(textOf({ json })[0]).toBe(JSON.stringify(json));
});

test('nothing and null are no body', () => {
  for (const options of [
    {},
    { content: undefined },
    { json: null },
    { content: null, form: null, multipart: null },
  ]) {
    expect(encodeBody(options, 'text/plain')).toEqual({ body: null, contentType: null });
  }
  expect(textOf({ content: null, json: 1 })[0]).toBe('1');
});

test('empty content is a body', () => {
  expect(textOf({ content: '' })).toEqual(['', null]);
  expect(textOf({ form: {} })[0]).toBe('');
});

test('the type of a blob is the Content-Type of its content', () => {
  expect(encodeBody({ content: new Blob(['x'], { type: 'image/png' }) }, null).contentType).toBe('image/png');
  expect(encodeBody({ content: new Blob(['x']) }, null).contentType).toBeNull();
});

test('the boundary of the given header is used, and a missing one added to it', () => {
  const given = 'multipart/form-data; boundary=B';
  expect(textOf({ multipart: {} }, given)).toEqual(['--B--\r\n', given]);
  expect(textOf({ multipart: {} }, 'multipart/mixed')[1]).toMatch(/^multipart\/mixed; boundary=[\da-f]{32}$/);
});

test.each([{}, { content: 'x' }, { form: { a: '1' } }, { multipart: { a: '1' } }])(
  'canonicalJSON beside %j, which is no JSON, is refused',
  (options) => {
    expect(() => encodeBody({ ...options, canonicalJSON: true }, null)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARGUMENT',
        message: expect.stringContaining("'canonicalJSON'"),
      }),
    );
    expect(encodeBody({ ...options, canonicalJSON: false }, null)).toBeDefined();
    expect(encodeBody({ json: null, canonicalJSON: true }, null).body).toBeNull();
  },
);

test('canonicalJSON sorts members', () => {
  expect(
    Buffer.from(encodeBody({ json: { b: 1, a: 2 }, canonicalJSON: true }, null).body!.bytes!).toString(),
  ).toBe('{"a":2,"b":1}');
});

const collisions: readonly (readonly [BodyOptions, string])[] = [
  [{ json: 1, form: {} }, 'json and form are given'],
  [{ content: '', json: false }, 'content and json are given'],
  [{ form: {}, multipart: {} }, 'form and multipart are given'],
  [{ json: 0, multipart: {} }, 'json and multipart are given'],
  [{ content: 'x', json: 1, form: {}, multipart: {} }, 'content, json, form and multipart are given'],
];

test.each(collisions)('two bodies are an error: %o', (options, message) => {
  expect(() => encodeBody(options, null)).toThrow(InvalidArgument);
  expect(() => encodeBody(options, null)).toThrow(message);
});

test('two bodies do not compile', () => {
  const one: ExclusiveBody[] = [
    {},
    { content: 'x' },
    { content: undefined, json: 1 },
    { json: { a: 1 }, form: null },
    { form: { a: 1 } },
    { multipart: new FormData() },
    { multipart: { a: [1, new Blob(['x'])], b: { content: new Blob(['x']).stream(), length: 1 } } },
    { content: new Blob(['x']).stream() },
    { content: async () => new Blob(['x']) },
    { form: new URLSearchParams() },
  ];
  const two: ExclusiveBody[] = [
    // @ts-expect-error -- content and json
    { content: 'x', json: 1 },
    // @ts-expect-error -- json and form
    { json: 1, form: {} },
    // @ts-expect-error -- form and multipart
    { form: {}, multipart: {} },
    // @ts-expect-error -- a number is no content
    { content: 5 },
    // @ts-expect-error -- neither is a plain object
    { content: { a: 1 } },
  ];
  for (const options of one) expect(() => encodeBody(options, null)).not.toThrow();
  for (const options of two) expect(() => encodeBody(options, null)).toThrow(InvalidArgument);
});
