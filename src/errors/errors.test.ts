import { readdirSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import * as tern from '../index.ts';
import type { ErrorCode } from './tern-error.ts';

const { Request, Response, TernError } = tern;
const request = new Request('GET', 'http://u:hidden@h/p?token=hidden');
const init = { reason: 'it broke', request, peer: '127.0.0.1:80' };

/** Each class that can be thrown, with its code, its phase and the classes above it. */
const classes = {
  AbortError: [new tern.AbortError(init), 'ERR_ABORTED', 'RequestError HTTPError'],
  CloseError: [new tern.CloseError(init), 'ERR_CLOSE', 'NetworkError TransportError RequestError HTTPError'],
  ConnectError: [
    new tern.ConnectError(init),
    'ERR_CONNECT',
    'NetworkError TransportError RequestError HTTPError',
  ],
  ConnectTimeout: [
    new tern.ConnectTimeout(init),
    'ERR_CONNECT_TIMEOUT',
    'TimeoutException TransportError RequestError HTTPError',
  ],
  DecodingError: [new tern.DecodingError(init), 'ERR_CONTENT_CODING', 'RequestError HTTPError'],
  EventStreamError: [new tern.EventStreamError(init), 'ERR_EVENT_STREAM', 'RequestError HTTPError'],
  FirstByteTimeout: [
    new tern.FirstByteTimeout(init),
    'ERR_FIRST_BYTE_TIMEOUT',
    'TimeoutException TransportError RequestError HTTPError',
  ],
  LocalProtocolError: [
    new tern.LocalProtocolError(init),
    'ERR_LOCAL_PROTOCOL',
    'ProtocolError TransportError RequestError HTTPError',
  ],
  PoolTimeout: [
    new tern.PoolTimeout(init),
    'ERR_POOL_TIMEOUT',
    'TimeoutException TransportError RequestError HTTPError',
  ],
  ProxyError: [new tern.ProxyError(init), 'ERR_PROXY', 'TransportError RequestError HTTPError'],
  ReadError: [new tern.ReadError(init), 'ERR_READ', 'NetworkError TransportError RequestError HTTPError'],
  ReadTimeout: [
    new tern.ReadTimeout(init),
    'ERR_READ_TIMEOUT',
    'TimeoutException TransportError RequestError HTTPError',
  ],
  RemoteProtocolError: [
    new tern.RemoteProtocolError(init),
    'ERR_REMOTE_PROTOCOL',
    'ProtocolError TransportError RequestError HTTPError',
  ],
  ResumeError: [new tern.ResumeError(init), 'ERR_RESUME', 'RequestError HTTPError'],
  TooManyRedirects: [new tern.TooManyRedirects(init), 'ERR_TOO_MANY_REDIRECTS', 'RequestError HTTPError'],
  TotalTimeout: [
    new tern.TotalTimeout(init),
    'ERR_TOTAL_TIMEOUT',
    'TimeoutException TransportError RequestError HTTPError',
  ],
  TransportError: [new tern.TransportError(init), 'ERR_TRANSPORT', 'RequestError HTTPError'],
  UnsupportedProtocol: [
    new tern.UnsupportedProtocol(init),
    'ERR_UNSUPPORTED_PROTOCOL',
    'TransportError RequestError HTTPError',
  ],
  WriteError: [new tern.WriteError(init), 'ERR_WRITE', 'NetworkError TransportError RequestError HTTPError'],
  WriteTimeout: [
    new tern.WriteTimeout(init),
    'ERR_WRITE_TIMEOUT',
    'TimeoutException TransportError RequestError HTTPError',
  ],
  HTTPStatusError: [
    new tern.HTTPStatusError('Server error', new Response(500, { request })),
    'ERR_HTTP_STATUS',
    'HTTPError',
  ],
  BackendUnavailableError: [new tern.BackendUnavailableError('native', []), 'ERR_BACKEND_UNAVAILABLE', ''],
  ClientClosed: [new tern.ClientClosed('x'), 'ERR_CLIENT_CLOSED', ''],
  CookieConflict: [new tern.CookieConflict('x'), 'ERR_COOKIE_CONFLICT', ''],
  InvalidArgument: [new tern.InvalidArgument('x'), 'ERR_INVALID_ARGUMENT', ''],
  InvalidURL: [new tern.InvalidURL('x'), 'ERR_INVALID_URL', ''],
  RequestNotRead: [new tern.RequestNotRead('x'), 'ERR_REQUEST_NOT_READ', 'StreamError'],
  ResponseNotRead: [new tern.ResponseNotRead('x'), 'ERR_RESPONSE_NOT_READ', 'StreamError'],
  StreamClosed: [new tern.StreamClosed('x'), 'ERR_STREAM_CLOSED', 'StreamError'],
  StreamConsumed: [new tern.StreamConsumed('x'), 'ERR_STREAM_CONSUMED', 'StreamError'],
  UnsupportedOption: [
    new tern.UnsupportedOption('wasm', { option: 'tls.ciphers', reason: 'no' }),
    'ERR_UNSUPPORTED_OPTION',
    '',
  ],
} as const satisfies Record<string, readonly [error: Error, code: ErrorCode, above: string]>;

type ErrorClass = abstract new (...args: never) => Error;

const exported = new Map<string, unknown>(Object.entries(tern));
const errorClasses = [...exported].flatMap(([name, value]): [string, ErrorClass][] =>
  typeof value === 'function' && value.prototype instanceof Error
    ? [[name, value as unknown as ErrorClass]]
    : [],
);

describe('the tree', () => {
  test('is whole: every file is a class that is exported', () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter(
      (file) =>
        !file.endsWith('.test.ts') &&
        /^export (?:abstract )?class /m.test(readFileSync(new URL(file, import.meta.url), 'utf8')),
    );
    const names = files.map((file) =>
      file
        .slice(0, -3)
        .replace(/(?:^|-)(http|url)(?=-|$)/g, (part) => part.toUpperCase())
        .replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase()),
    );
    expect(errorClasses.map(([name]) => name).toSorted()).toEqual(names.toSorted());
  });

  test.each(Object.entries(classes))('%s', (name, [error, code, above]) => {
    const expected = new Set([name, ...above.split(' ').filter((text) => text !== ''), 'TernError']);
    expect(error.code).toBe(code);
    expect(error.name).toBe(name);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toMatch(new RegExp(`^${name}: `));
    expect(error.stack).toContain(`${name}: `);
    const instances = errorClasses
      .filter(([, errorClass]) => error instanceof errorClass)
      .map(([each]) => each);
    expect(new Set(instances)).toEqual(expected);
  });
});

describe('guards', () => {
  const guards = {
    isTernError: 'TernError',
    isHTTPError: 'HTTPError',
    isRequestError: 'RequestError',
    isHTTPStatusError: 'HTTPStatusError',
    isTimeout: 'TimeoutException',
    isNetworkError: 'NetworkError',
    isAbortError: 'AbortError',
  } as const;

  test.each(Object.entries(guards))('%s is instanceof %s', (guard, name) => {
    const check = exported.get(guard) as (value: unknown) => boolean;
    const errorClass = exported.get(name) as ErrorClass;
    for (const [error] of Object.values(classes)) expect(check(error)).toBe(error instanceof errorClass);
    for (const other of [null, undefined, 'x', 5, {}, new Error('x'), Object.create(null), Symbol('x')]) {
      expect(check(other)).toBe(false);
    }
  });
});

describe('messages', () => {
  test('name method, URL without secrets, reason, phase and peer', () => {
    expect(classes.ReadError[0].message).toBe(
      'GET http://[secure]@h/p?token=[secure]: it broke [phase read, peer 127.0.0.1:80]',
    );
    expect(new tern.ConnectError({ reason: 'no' }).message).toBe('no [phase connect]');
    expect(new tern.ConnectError({ reason: 'no', phase: 'dns', code: 'ERR_DNS' })).toMatchObject({
      code: 'ERR_DNS',
      phase: 'dns',
      message: 'no [phase dns]',
    });
  });

  test('of an option that is not supported, and of a backend that is not there', () => {
    expect(classes.UnsupportedOption[0]).toMatchObject({
      option: 'tls.ciphers',
      backend: 'wasm',
      message: "The wasm backend does not support the option 'tls.ciphers': no",
    });
    const cause = new Error('dlopen');
    const attempts = [
      { name: 'native', step: 'resolve', detail: 'Not found.', cure: 'Install it.' },
      { name: 'native', step: 'load', detail: 'It does not load.', cure: 'Rebuild it.', cause },
    ] as const;
    const error = new tern.BackendUnavailableError('native', attempts);
    expect(error.message).toBe(
      "The backend 'native' is not available.\n  native, resolve: Not found. Install it.\n  native, load: It does not load. Rebuild it.",
    );
    expect([error.attempts, error.cause, error.backend]).toEqual([attempts, cause, 'native']);
  });

  test('of a status are those of raiseForStatus alone', () => {
    const [error] = classes.HTTPStatusError;
    expect([error.message, error.status, error.phase]).toEqual(['Server error', 500, 'read']);
    expect([error.response.status, error.request]).toEqual([500, request]);
  });
});

describe('properties', () => {
  test('the request and the response are there, but not printed along', () => {
    const [error] = classes.ReadError;
    expect(error.request).toBe(request);
    expect(Object.keys(error)).not.toContain('request');
    expect(Object.keys(classes.HTTPStatusError[0])).not.toContain('response');
    for (const [each] of Object.values(classes)) expect(inspect(each, { depth: 9 })).not.toContain('hidden');
    expect(new tern.ReadError({ reason: 'x' }).request).toBeUndefined();
  });

  test('a cause is there only if there is one', () => {
    const cause = new Error('why');
    expect(new tern.ReadError({ reason: 'x', cause }).cause).toBe(cause);
    expect(new tern.InvalidURL('x', { cause }).cause).toBe(cause);
    expect('cause' in new tern.ReadError({ reason: 'x' })).toBe(false);
    expect('cause' in new tern.ClientClosed('x')).toBe(false);
  });

  test('code and name survive JSON', () => {
    expect(JSON.parse(JSON.stringify(classes.ReadError[0]))).toMatchObject({
      code: 'ERR_READ',
      phase: 'read',
      peer: '127.0.0.1:80',
    });
  });
});

describe('classes of users', () => {
  class Mine extends tern.ConnectError {
    readonly detail = 'mine';
  }

  class Mined extends Mine {}

  test('are recognised by inheritance, and their instances by the classes above them', () => {
    const mine = new Mine({ reason: 'x' });
    expect(mine).toBeInstanceOf(Mine);
    expect(mine).toBeInstanceOf(tern.ConnectError);
    expect(mine).toBeInstanceOf(TernError);
    expect(mine).not.toBeInstanceOf(Mined);
    expect(new Mined({ reason: 'x' })).toBeInstanceOf(Mine);
    expect(new tern.ConnectError({ reason: 'x' })).not.toBeInstanceOf(Mine);
    expect([mine.name, mine.code]).toEqual(['ConnectError', 'ERR_CONNECT']);
  });

  test('may be branded by nobody but the library', () => {
    class Own extends TernError {
      constructor() {
        super('own', 'ERR_TRANSPORT');
      }
    }
    expect(new Own()).toBeInstanceOf(TernError);
    expect(new Own()).not.toBeInstanceOf(tern.HTTPError);
    expect({} as unknown).not.toBeInstanceOf(Own);
  });
});

describe('two copies of the library', () => {
  test('recognise the errors of each other', async () => {
    vi.resetModules();
    const other: typeof tern = await import('../index.ts');
    expect(other.ReadTimeout).not.toBe(tern.ReadTimeout);
    expect(other.TernError).not.toBe(TernError);
    for (const [name, [error]] of Object.entries(classes)) {
      for (const [each, errorClass] of errorClasses) {
        const twin = new Map<string, unknown>(Object.entries(other)).get(each) as ErrorClass;
        expect(error instanceof twin, `${name} of one, ${each} of the other`).toBe(
          error instanceof errorClass,
        );
      }
    }
    const foreign = new other.PoolTimeout({ reason: 'x' });
    expect(foreign).toBeInstanceOf(tern.TimeoutException);
    expect(tern.isTimeout(foreign)).toBe(true);
    expect(tern.isNetworkError(foreign)).toBe(false);

    class Mine extends tern.PoolTimeout {}
    expect(foreign).not.toBeInstanceOf(Mine);
    expect(new Mine({ reason: 'x' })).toBeInstanceOf(other.PoolTimeout);
  });
});
