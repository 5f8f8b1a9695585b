import { expect, test } from 'vitest';
import { DEFAULT_DECODE } from '../body/content-coding.ts';
import { Request } from '../message/request.ts';
import { Client } from './client.ts';
import { withoutCoding } from './resumable.ts';

test('content that is not coded is asked for, unless the program has said what it accepts', () => {
  const client = new Client();
  const accepted = (method: string, headers?: Record<string, string>): string | null =>
    withoutCoding(client.buildRequest(method, 'http://h/', { headers }), DEFAULT_DECODE).headers.get(
      'accept-encoding',
    );
  expect(accepted('GET')).toBe('identity');
  expect(accepted('GET', { 'accept-encoding': 'br' })).toBe('br');
  expect(accepted('POST')).not.toBe('identity');
  const bare = new Request('GET', 'http://h/');
  expect(withoutCoding(bare, DEFAULT_DECODE)).toBe(bare);
});
