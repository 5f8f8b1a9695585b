import { expect, test } from 'vitest';
import { AbortError } from '../errors/abort-error.ts';
import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { ConnectError } from '../errors/connect-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { InvalidURL } from '../errors/invalid-url.ts';
import { UnsupportedOption } from '../errors/unsupported-option.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import { describeError, errorRecord, exitCodeOf } from './describe-error.ts';

const refused = new ConnectError({ reason: 'refused', phase: 'connect', peer: '127.0.0.1:1' });

test.each<[string, unknown, number]>([
  ['a transport error', refused, 1],
  ['an unknown scheme', new UnsupportedProtocol({ reason: 'x' }), 1],
  ['a bug', new TypeError('x'), 1],
  ['a bad argument', new InvalidArgument('x'), 2],
  ['a bad URL', new InvalidURL('x'), 2],
  ['an option that cannot be had', new UnsupportedOption('js', { option: 'x', reason: 'y' }), 2],
  ['a backend that cannot be had', new BackendUnavailableError('native', []), 2],
  ['an interruption', new AbortError({ reason: 'x' }), 130],
])('%s', (_name, error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

test('errors that are meant say class and message, bugs where they are', () => {
  expect(describeError(refused)).toBe('ConnectError: refused [phase connect, peer 127.0.0.1:1]');
  const system = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', syscall: 'open' });
  expect(describeError(system)).toBe('Error: EACCES: permission denied');
  expect(describeError(new TypeError('x'))).toMatch(/^TypeError: x\n {4}at /);
  expect(describeError('text')).toBe('text');
});

test('errors for programs', () => {
  expect(errorRecord(refused)).toEqual({
    name: 'ConnectError',
    code: 'ERR_CONNECT',
    phase: 'connect',
    message: 'refused [phase connect, peer 127.0.0.1:1]',
    peer: '127.0.0.1:1',
  });
  const nothing = { phase: null, peer: null };
  expect(errorRecord(new InvalidArgument('x'))).toEqual({
    name: 'InvalidArgument',
    code: 'ERR_INVALID_ARGUMENT',
    message: 'x',
    ...nothing,
  });
  expect(errorRecord(new Error('x'))).toEqual({ name: 'Error', code: null, message: 'x', ...nothing });
  expect(errorRecord('x')).toEqual({ name: 'Error', code: null, message: 'x', ...nothing });
});
