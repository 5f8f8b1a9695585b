import { expect, test } from 'vitest';
import { MockTransport, Response } from '../index.ts';
import { SyncClient } from '../sync.ts';

test('what is added to one answer of a mock is not in the next, nor in what the handler gave', () => {
  const answer = new Response(200, { headers: { 'X-Own': '1' } });
  using client = new SyncClient({ transport: new MockTransport(() => answer) });
  for (const path of ['/a', '/b']) {
    const response = client.get(`https://a.test${path}`);
    response.headers.append('X-Added', path);
    expect(response.headers.getAll('x-added')).toEqual([path]);
    expect(response.headers.get('x-own')).toBe('1');
  }
  expect(answer.headers.has('x-added')).toBe(false);
});
