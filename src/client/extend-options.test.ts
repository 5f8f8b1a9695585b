import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import { extendOptions } from './extend-options.ts';

const transport = new MockTransport(() => {
  throw new Error('unused');
});
const other = new MockTransport(() => {
  throw new Error('unused');
});

test('what is left out or undefined stays', () => {
  const base = { raiseForStatus: true, redirect: true, defaultEncoding: 'latin1' } as const;
  expect(extendOptions(base, {})).toEqual(base);
  expect(extendOptions(base, { redirect: undefined })).toEqual(base);
  expect(extendOptions(base, { redirect: false, raiseForStatus: false })).toEqual({
    redirect: false,
    raiseForStatus: false,
    defaultEncoding: 'latin1',
  });
});

describe('options of several settings are merged', () => {
  test.each([
    ['decode', { maxBytes: 1, unknown: 'raw' }, { maxBytes: 2 }, { maxBytes: 2, unknown: 'raw' }],
    ['limits', { maxConnections: 1 }, { keepAliveMs: 2 }, { maxConnections: 1, keepAliveMs: 2 }],
    ['tls', { ca: 'a' }, { servername: 'b' }, { ca: 'a', servername: 'b' }],
    ['socket', { family: 4 }, { noDelay: false }, { family: 4, noDelay: false }],
    ['parser', { maxHeadBytes: 1 }, { maxHeadBytes: 2 }, { maxHeadBytes: 2 }],
    ['redirect', { max: 1 }, { keepMethod: true }, { max: 1, keepMethod: true }],
    ['redirect', { max: 1 }, true, { max: 1 }],
    ['redirect', { max: 1 }, null, null],
    ['redirect', true, { max: 1 }, { max: 1 }],
    ['redact', { headers: ['a'] }, { headers: ['b'], query: ['c'] }, { headers: ['a', 'b'], query: ['c'] }],
    ['redact', { headers: ['a'] }, null, null],
    ['redact', null, { query: ['c'] }, { query: ['c'] }],
    ['limits', { maxConnections: 1 }, 5, 5],
  ])('%s: %j and %j', (name, base, given, expected) => {
    expect(extendOptions({ [name]: base }, { [name]: given })).toEqual({ [name]: expected });
  });

  test('mounts', () => {
    expect(
      extendOptions(
        { mounts: { 'http://': transport, 'https://': transport } },
        { mounts: { 'http://': null } },
      ),
    ).toEqual({ mounts: { 'http://': null, 'https://': transport } });
  });
});

test('either signal cancels; null switches both off', () => {
  const [one, two] = [new AbortController(), new AbortController()];
  const { signal } = extendOptions({ signal: one.signal }, { signal: two.signal });
  one.abort('first');
  expect(signal?.reason).toBe('first');
  expect(extendOptions({ signal: one.signal }, { signal: null }).signal).toBeNull();
  expect(extendOptions({}, { signal: two.signal }).signal).toBe(two.signal);
});

test('another transport takes the place of what made the old one', () => {
  const base = { limits: { maxConnections: 1 }, tls: {}, backend: 'js', timeout: 5 } as const;
  expect(extendOptions(base, { transport })).toEqual({ transport, timeout: 5 });
  expect(extendOptions({ transport }, { transport: other })).toEqual({ transport: other });
  expect(() => extendOptions(base, { transport, tls: {} })).toThrow(InvalidArgument);
});

test('what is given is checked', () => {
  expect(() => extendOptions({}, { baseUrl: 'x' } as never)).toThrow("'baseUrl'");
  expect(() => extendOptions({}, null as never)).toThrow(InvalidArgument);
});
