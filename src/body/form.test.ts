import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { QueryParams } from '../models/query-params.ts';
import { encodeForm, type FormInit } from './form.ts';

function encode(form: FormInit): string {
  const { body, contentType } = encodeForm(form);
  expect(contentType).toBe('application/x-www-form-urlencoded');
  expect(body.replayable).toBe(true);
  return Buffer.from(body.bytes!).toString('latin1');
}

test('a record is encoded in its order, lists repeat the name', () => {
  expect(encode({ a: 'b c', d: ['1', true, null] })).toBe('a=b+c&d=1&d=true&d=');
  expect(encode({ z: 1.5, a: 2n, n: [], u: undefined })).toBe('z=1.5&a=2');
});

test('escaping is that of URLSearchParams', () => {
  const text = ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~é☃😀\r\n\0';
  expect(encode({ [text]: text })).toBe(new URLSearchParams([[text, text]]).toString());
  expect(encode({ a: '*~' })).toBe('a=*%7E');
});

test('pairs, URLSearchParams and QueryParams keep their order', () => {
  const expected = 'a=1&b=2&a=3';
  expect(
    encode([
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ]),
  ).toBe(expected);
  expect(encode(new URLSearchParams(expected))).toBe(expected);
  expect(encode(new QueryParams(expected))).toBe(expected);
});

test('an empty form has no octets', () => {
  expect(encodeForm({}).body.length).toBe(0);
  expect(encodeForm([]).body.length).toBe(0);
});

const refused: readonly (readonly [unknown, string])[] = [
  [{ a: new Uint8Array([1]) }, "form: The value of param 'a'"],
  [{ a: { b: 1 } }, "form: The value of param 'a'"],
  ['a=b', 'form: got a string'],
  [new Uint8Array([1]), 'form: got a Uint8Array'],
  [5, 'form: got a number'],
  [new Date(), 'form: '],
];

test.each(refused)('%o is refused', (form, message) => {
  expect(() => Reflect.apply(encodeForm, undefined, [form])).toThrow(InvalidArgument);
  expect(() => Reflect.apply(encodeForm, undefined, [form])).toThrow(message);
});
