import { expect, test } from 'vitest';
import { peerName } from './peer.ts';

test.each([
  ['127.0.0.1', 80, '127.0.0.1:80'],
  ['::1', 443, '[::1]:443'],
  ['/run/app.sock', null, '/run/app.sock'],
  ['127.0.0.1', 0, '127.0.0.1:0'],
  [null, 80, undefined],
  [null, null, undefined],
])('%s and %s', (address, port, name) => {
  expect(peerName(address, port)).toBe(name);
});
