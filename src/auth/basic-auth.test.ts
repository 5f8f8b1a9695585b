import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import { basicAuth, basicCredentials } from './basic-auth.ts';

describe('basicCredentials', () => {
  test.each([
    ['user', 'password123', 'Basic dXNlcjpwYXNzd29yZDEyMw=='],
    ['üser', 'p☃', 'Basic w7xzZXI6cOKYgw=='],
    ['u@x', 'p:w', 'Basic dUB4OnA6dw=='],
    ['Aladdin', 'open sesame', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ['test', '123£', 'Basic dGVzdDoxMjPCow=='],
    ['', '', 'Basic Og=='],
  ])('%s and %s (RFC 7617)', (username, password, expected) => {
    expect(basicCredentials(username, password)).toBe(expected);
    expect(basicCredentials(Buffer.from(username), new TextEncoder().encode(password))).toBe(expected);
  });

  test('octets are taken as they are', () => {
    expect(basicCredentials(Uint8Array.of(0xfc), Uint8Array.of(0xff))).toBe(
      `Basic ${Buffer.from([0xfc, 58, 0xff]).toString('base64')}`,
    );
  });

  test.each([
    ['us:er', '', 'must not contain a colon'],
    [Buffer.from('a:'), '', 'must not contain a colon'],
    ['us\ner', '', 'control characters'],
    ['', '\0', 'control characters'],
    ['', Uint8Array.of(127), 'control characters'],
    [7, '', 'The user name for Basic authentication must be a string or octets, not a number.'],
    ['', null, 'The password for Basic authentication must be a string or octets, not null.'],
  ])('%j and %j are refused', (username, password, message) => {
    expect(() => basicCredentials(username as string, password as string)).toThrow(InvalidArgument);
    expect(() => basicCredentials(username as string, password as string)).toThrow(message);
  });

  test('what is refused is not quoted', () => {
    expect(() => basicCredentials('hidden:', 'hidden')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hidden') }),
    );
  });
});

test('the flow yields one request, with the field in the place of another one', () => {
  const request = new Request('GET', 'https://a.test/', { headers: { authorization: 'x', 'X-Own': '1' } });
  const flow = basicAuth('user', 'password123').flow(request);
  const { value, done } = flow.next() as IteratorYieldResult<Request>;
  expect(done).toBe(false);
  expect(value.headers.getAll('authorization')).toEqual(['Basic dXNlcjpwYXNzd29yZDEyMw==']);
  expect(value.headers.get('x-own')).toBe('1');
  expect(flow.next()).toEqual({ value: undefined, done: true });
});
