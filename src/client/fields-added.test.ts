import { expect, test } from 'vitest';
import { Request } from '../message/request.ts';
import { fieldsAdded } from './fields-added.ts';

test('fields that are new or changed, but for those of the body', () => {
  const before = new Request('GET', 'http://h.test/', { headers: { 'X-Kept': '1', 'X-Other': '1' } });
  const after = new Request('POST', 'http://h.test/', {
    headers: { 'X-Kept': '1', 'X-Other': '2', Authorization: 'a', 'Content-Type': 'text/plain' },
    content: 'abc',
  });
  expect(fieldsAdded(before, after)).toEqual(['X-Other', 'Authorization']);
  expect(fieldsAdded(before, before)).toEqual([]);
});
