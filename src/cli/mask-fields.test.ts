import { expect, test } from 'vitest';
import { DEFAULT_REDACTION, Redaction } from '../models/redaction.ts';
import { maskFields } from './mask-fields.ts';

const FIELDS = [
  ['Authorization', 'Bearer abc'],
  ['set-cookie', 'a=b'],
  ['LOCATION', 'https://me:pw@a.test/?token=abc&x=1'],
  ['Referer', '/x?key=abc'],
  ['X-Token-Count', '3'],
] as const;

test('secret fields, and secrets in fields that hold URLs, are masked', () => {
  expect(maskFields(FIELDS, DEFAULT_REDACTION)).toEqual([
    ['Authorization', '[secure]'],
    ['set-cookie', '[secure]'],
    ['LOCATION', 'https://[secure]@a.test/?token=[secure]&x=1'],
    ['Referer', '/x?key=[secure]'],
    ['X-Token-Count', '3'],
  ]);
});

test('nothing is masked when that is switched off', () => {
  expect(maskFields(FIELDS, Redaction.off)).toEqual(FIELDS);
});
