import { describe, expect, it } from 'vitest';

import { keepsPrefix, namePrefix } from './cookie-prefix.ts';

const ALL = { secure: true, hostOnly: true, httpOnly: true, path: '/' };

describe('namePrefix', () => {
  it.each([
    ['__Host-id', '__Host-'],
    ['__HOST-id', '__Host-'],
    ['__host-http-id', '__Host-Http-'],
    ['__Secure-', '__Secure-'],
    ['__hTTp-id', '__Http-'],
  ])('of %s is %s', (name, prefix) => {
    expect(namePrefix(name)?.prefix).toBe(prefix);
  });

  it.each(['', 'id', '__Host', '_Host-id', 'x__Host-id', '__proto__', '__HostHttp-id'])(
    'of %j is none',
    (name) => {
      expect(namePrefix(name)).toBeNull();
    },
  );
});

describe('keepsPrefix', () => {
  it.each([
    ['__Secure-a', { secure: false }, false],
    ['__Secure-a', { hostOnly: false, httpOnly: false, path: '/x' }, true],
    ['__Host-a', { secure: false }, false],
    ['__Host-a', { hostOnly: false }, false],
    ['__Host-a', { path: '/x' }, false],
    ['__Host-a', { httpOnly: false }, true],
    ['__Http-a', { secure: false }, false],
    ['__Http-a', { httpOnly: false }, false],
    ['__Http-a', { hostOnly: false, path: '/x' }, true],
    ['__Host-Http-a', {}, true],
    ['__Host-Http-a', { httpOnly: false }, false],
    ['__Host-Http-a', { hostOnly: false }, false],
  ])('%s with %j: %s', (name, changes, keeps) => {
    expect(keepsPrefix(namePrefix(name)!, { ...ALL, ...changes })).toBe(keeps);
  });
});
