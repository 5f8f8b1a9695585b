import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { Headers } from '../models/headers.ts';
import { VERSION } from '../models/version.ts';
import {
  defaultHeaders,
  mergeFields,
  mergeSendConfig,
  resolveClientConfig,
  resolveSendDefaults,
} from './config.ts';

describe('resolveClientConfig', () => {
  test('defaults', () => {
    expect(resolveClientConfig({})).toMatchObject({
      authScope: 'origin',
      middleware: [],
      hooks: { request: [], response: [], redirect: [], retry: [], error: [] },
      decode: { maxBytes: Infinity, maxEncodings: 5, maxRatio: 200, unknown: 'error' },
      defaultEncoding: 'utf-8',
      logger: null,
      trace: undefined,
    });
  });

  test('values that are undefined are not given', () => {
    const { decode } = resolveClientConfig({ decode: { maxBytes: undefined, unknown: 'raw' } as object });
    expect(decode).toMatchObject({ maxBytes: Infinity, unknown: 'raw' });
  });

  test('a default encoding is known by any of its labels', () => {
    expect(resolveClientConfig({ defaultEncoding: 'Latin1' }).defaultEncoding).toBe('windows-1252');
    const detect = (): undefined => undefined;
    expect(resolveClientConfig({ defaultEncoding: detect }).defaultEncoding).toBe(detect);
  });

  test.each([
    ['authScope', 'host'],
    ['middleware', () => {}],
    ['middleware', [null]],
    ['hooks', { before: [] }],
    ['hooks', { request: () => {} }],
    ['decode', { maxByte: 1 }],
    ['decode', { maxBytes: '5' }],
    ['decode', { maxRatio: Number.NaN }],
    ['decode', { unknown: 'ignore' }],
    ['decode', { zstd: true }],
    ['decode', null],
    ['decode', 5],
    ['defaultEncoding', 'klingon'],
    ['defaultEncoding', 5],
    ['redact', { header: ['x'] }],
    ['redact', 'x'],
    ['logger', {}],
    ['logger', { info: () => {} }],
    ['trace', 'x'],
    ['transport', {}],
    ['transport', { handle: () => {} }],
    ['mounts', 5],
    ['mounts', null],
    ['mounts', { 'http://': {} }],
    ['mounts', { 'http://': undefined }],
  ])('%s: %j is refused by name', (name, value) => {
    expect(() => resolveClientConfig({ [name]: value })).toThrow(InvalidArgument);
    expect(() => resolveClientConfig({ [name]: value })).toThrow(new RegExp(`'${name}[.'[]`));
  });
});

describe('send config', () => {
  const signal = new AbortController().signal;
  const defaults = resolveSendDefaults({
    signal,
    redirect: { max: 3 },
    raiseForStatus: true,
    auth: ['u', 'p'],
  });

  test("what is not said is the client's", () => {
    expect(mergeSendConfig({}, defaults)).toEqual(defaults);
    expect(defaults).toMatchObject({ isClientAuth: true, raiseForStatus: true, redirect: { max: 3 } });
  });

  test('null switches off', () => {
    expect(
      mergeSendConfig({ signal: null, redirect: null, auth: null, timeout: null }, defaults),
    ).toMatchObject({ signal: null, redirect: null, auth: null, timeout: { read: null } });
  });

  test("a policy of redirects stands on the client's", () => {
    expect(mergeSendConfig({ redirect: true }, defaults).redirect).toBe(defaults.redirect);
    expect(mergeSendConfig({ redirect: { keepMethod: true } }, defaults).redirect).toMatchObject({
      max: 3,
      keepMethod: true,
    });
    expect(mergeSendConfig({ redirect: true }, resolveSendDefaults({})).redirect).toMatchObject({ max: 20 });
    expect(mergeSendConfig({ redirect: { max: 1 } }, resolveSendDefaults({})).redirect).toMatchObject({
      max: 1,
    });
  });

  test('the signal of the request stands beside that of the client', () => {
    const own = new AbortController().signal;
    expect(mergeSendConfig({ signal: own }, defaults)).toMatchObject({ signal: own, sharedSignal: signal });
    expect(mergeSendConfig({}, defaults)).toMatchObject({ signal, sharedSignal: null });
    expect(mergeSendConfig({ signal: null }, defaults)).toMatchObject({ signal: null, sharedSignal: null });
  });

  test('null switches raiseForStatus off, undefined takes that of the client', () => {
    for (const [given, wanted] of [
      [null, false],
      [false, false],
      [true, true],
      [undefined, true],
    ] as const)
      expect(mergeSendConfig({ raiseForStatus: given }, defaults).raiseForStatus).toBe(wanted);
    expect(resolveSendDefaults({ raiseForStatus: null }).raiseForStatus).toBe(false);
  });

  test.each([
    ['signal', {}],
    ['signal', new AbortController()],
    ['raiseForStatus', 'yes'],
    ['raiseForStatus', 1],
    ['redirect', 5],
    ['redirect', 'follow'],
    ['timeout', '5'],
    ['auth', 'token'],
    ['onUploadProgress', true],
    ['onDownloadProgress', {}],
    ['onInformational', 'x'],
  ])('%s: %j is refused by name', (name, value) => {
    const merge = (): unknown => mergeSendConfig({ [name]: value }, defaults);
    expect(merge).toThrow(InvalidArgument);
    expect(merge).toThrow(`'${name}'`);
    if (name.startsWith('on')) return;
    expect(() => resolveSendDefaults({ [name]: value })).toThrow(InvalidArgument);
  });
});

describe('headers', () => {
  const config = resolveClientConfig({});

  test('the defaults, and what is given behind them', () => {
    const own = [
      ['Accept', '*/*'],
      ['Accept-Encoding', expect.stringMatching(/^gzip, deflate, br(?:, zstd)?$/)],
      ['Connection', 'keep-alive'],
      ['User-Agent', `ternhttp/${VERSION}`],
    ];
    expect(defaultHeaders(undefined, config).raw).toEqual(own);
    expect(defaultHeaders({ 'X-A': '1', accept: 'b' }, config).raw).toEqual([
      ...own.slice(1),
      ['X-A', '1'],
      ['accept', 'b'],
    ]);
    expect(defaultHeaders({ Accept: null, 'accept-ENCODING': null }, config).size).toBe(2);
  });

  test('a decoder of the caller is advertised', () => {
    const { decode, redaction } = resolveClientConfig({ decode: { zstd: (input) => input } });
    expect(defaultHeaders({}, { decode, redaction }).get('accept-encoding')).toBe('gzip, deflate, br, zstd');
  });

  const base = ['A', '1', 'B', '2', 'a', '3'];

  test.each([
    [{}, base],
    [{ B: '9' }, ['A', '1', 'a', '3', 'B', '9']],
    [{ a: ['8', '9'] }, ['B', '2', 'a', '8', 'a', '9']],
    [{ a: null, C: '5' }, ['B', '2', 'C', '5']],
    [{ a: undefined }, base],
    [
      [['A', 'x'] as const, ['A', 'y'] as const],
      ['B', '2', 'A', 'x', 'A', 'y'],
    ],
    [new Headers({ b: 'x' }), ['A', '1', 'a', '3', 'b', 'x']],
    [new Map([['b', 'x']]), ['A', '1', 'a', '3', 'b', 'x']],
  ])('mergeFields %j', (init, merged) => {
    expect(mergeFields(base, init)).toEqual(merged);
    expect(base).toHaveLength(6);
  });

  test('names and values are checked, those that are removed too', () => {
    expect(() => mergeFields([], { 'a b': null })).toThrow(LocalProtocolError);
    expect(() => mergeFields([], { a: '\n1' })).toThrow(LocalProtocolError);
    expect(() => mergeFields([], { a: 5 } as never)).toThrow(InvalidArgument);
    expect(() => mergeFields([], null as never)).toThrow(InvalidArgument);
  });
});
