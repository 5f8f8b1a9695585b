import { expect, test } from 'vitest';
import { resolveHTTP2 } from '../models/http2-options.ts';
import { routeTo, wireConfig } from '../../fixtures/wire-setup.ts';
import { Origins } from './origins.ts';

const [plain, secure] = [routeTo(80, { key: 'a' }), routeTo(443, { key: 'b', secure: true })];

test('an origin is known as long as it has connections or requests', () => {
  const origins = new Origins(wireConfig());
  expect(origins.find(plain)).toBeUndefined();
  const origin = origins.findOrAdd(plain);
  const other = origins.findOrAdd(secure);
  expect([origin.route, origins.findOrAdd(plain), origins.find(plain)]).toEqual([plain, origin, origin]);
  expect([...origins.all]).toEqual([origin, other]);
  origin.connections = 1;
  origins.forgetIfUnused(origin);
  expect(origins.find(plain)).toBe(origin);
  origin.connections = 0;
  origins.forgetIfUnused(origin);
  expect([...origins.all]).toEqual([other]);
});

test('one that is forgotten does not take its successor with it', () => {
  const origins = new Origins(wireConfig());
  const first = origins.findOrAdd(plain);
  origins.forgetIfUnused(first);
  const second = origins.findOrAdd(plain);
  origins.forgetIfUnused(first);
  expect(second).not.toBe(first);
  expect(origins.find(plain)).toBe(second);
});

test('connections may turn out to be shared with HTTP/2: over TLS, or if nothing else is spoken', () => {
  const mayShare = (config: Parameters<typeof wireConfig>[0]): boolean[] =>
    [plain, secure].map((route) => new Origins(wireConfig(config)).findOrAdd(route).mayShare);
  const http2 = resolveHTTP2(true);
  expect(mayShare({ http2: null })).toEqual([false, false]);
  expect(mayShare({ http2 })).toEqual([false, true]);
  expect(mayShare({ http1: false, http2 })).toEqual([true, true]);
});
