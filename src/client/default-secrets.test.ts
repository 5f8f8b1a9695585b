import { expect, test } from 'vitest';
import { QueryParams } from '../models/query-params.ts';
import { Redaction } from '../models/redaction.ts';
import { withoutSecretFields, withoutSecretParams } from './default-secrets.ts';

const redaction = new Redaction({ headers: ['X-Mine'], query: ['mine'] });

test('fields lose those that are secrets, and nothing else', () => {
  expect(
    withoutSecretFields(
      ['Accept', '*/*', 'authorization', 'a', 'X-API-Key', 'b', 'x-mine', 'c', 'X-Trace', 'd', 'Cookie', 'e'],
      redaction,
    ),
  ).toEqual(['Accept', '*/*', 'X-Trace', 'd']);
  expect(withoutSecretFields([], redaction)).toEqual([]);
});

test('params lose those that are secrets, and keep their order', () => {
  const params = new QueryParams('a=1&TOKEN=2&b=3&Mine=4&a=5&api_key=6');
  expect(withoutSecretParams(params, redaction).toString()).toBe('a=1&b=3&a=5');
  expect(params.size).toBe(5);
});

test('what is bound does not depend on whether it is shown', () => {
  expect(withoutSecretFields(['Authorization', 'a', 'X', 'b'], Redaction.off)).toEqual(['X', 'b']);
  expect(withoutSecretParams(new QueryParams('token=1'), Redaction.off).size).toBe(0);
});
