import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import { checkClientOptions, checkRequestOptions, needsTransport } from './option-names.ts';

const transport = new MockTransport(() => {
  throw new Error('unused');
});

test.each([
  ['build', { headers: {}, json: 1, cookies: {}, extensions: {}, canonicalJSON: true }],
  ['send', { timeout: 1, auth: null, redirect: true, signal: null, raiseForStatus: true, stream: true }],
  ['request', { params: {}, form: {}, multipart: {}, content: '', onUploadProgress: null, timeout: null }],
] as const)('known options of %s pass', (place, options) => {
  expect(() => checkRequestOptions(options, place)).not.toThrow();
});

test.each([
  ['build', { timeout: 1 }, "'timeout' is not an option of buildRequest()"],
  ['send', { json: 1 }, "'json' is not an option of send()"],
  ['request', { stream: true }, "'stream' is not an option of a request"],
  ['request', { header: 1 }, 'there are auth, canonicalJSON, content, cookies'],
  ['request', { body: 1 }, "here it is 'content', 'json', 'form' or 'multipart'"],
  ['request', { followRedirects: true }, "here it is 'redirect'"],
  ['request', { constructor: 1 }, "'constructor' is not an option"],
  ['request', Object.create({ inherited: 1 }) as object, "'inherited' is not an option"],
  ['request', null, 'must be an object, not null'],
  ['request', [], 'must be an object, not an array'],
  ['request', 'x', 'must be an object, not a string'],
] as const)('%s: %j is refused', (place, options, message) => {
  expect(() => checkRequestOptions(options as object, place)).toThrow(InvalidArgument);
  expect(() => checkRequestOptions(options as object, place)).toThrow(message);
});

test('options of a client', () => {
  expect(() => checkClientOptions({ baseURL: null, limits: {}, hooks: {} })).not.toThrow();
  expect(() => checkClientOptions({ baseUrl: '' } as never)).toThrow("here it is 'baseURL'");
  expect(() => checkClientOptions({ json: 1 } as never)).toThrow("'json' is not an option of a client");
  expect(() => checkClientOptions(undefined as never)).toThrow(InvalidArgument);
});

test('what configures the built-in transport does nothing beside another, so it is refused', () => {
  expect(() => checkClientOptions({ transport, timeout: 5, redirect: true })).not.toThrow();
  for (const name of ['backend', 'limits', 'tls', 'socket', 'parser', 'trustEnv', 'expectContinueMs']) {
    expect(() => checkClientOptions({ transport, [name]: {} })).toThrow(`'${name}' configures the built-in`);
    expect(() => checkClientOptions({ transport, [name]: undefined })).not.toThrow();
    expect(needsTransport({ [name]: {} })).toBe(true);
  }
  expect([needsTransport({ transport }), needsTransport({ timeout: 5 }), needsTransport({})]).toEqual([
    true,
    false,
    false,
  ]);
});
