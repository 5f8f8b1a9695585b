import { describe, expect, test } from 'vitest';
import { parseAuthParameters, parseChallenges } from './challenge.ts';

function read(...lines: string[]): unknown[] {
  return parseChallenges(lines).map(({ scheme, parameters, token68, fault }) => {
    expect(fault).toBeNull();
    return [scheme, token68 ?? Object.fromEntries(parameters)];
  });
}

describe('parseChallenges', () => {
  test('the example of RFC 9110 §11.6.1', () => {
    const line = 'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""';
    expect(read(line)).toEqual([
      ['basic', { realm: 'simple' }],
      ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
    ]);
  });

  test.each([
    ['', []],
    [', ,', []],
    ['Negotiate', [['negotiate', {}]]],
    ['Negotiate YII=', [['negotiate', 'YII=']]],
    [
      'NTLM, Negotiate YI+/==, Basic realm=x',
      [
        ['ntlm', {}],
        ['negotiate', 'YI+/=='],
        ['basic', { realm: 'x' }],
      ],
    ],
    ['Basic realm=, charset="UTF-8"', [['basic', { realm: '', charset: 'UTF-8' }]]],
    ['Basic realm=', [['basic', 'realm=']]],
    [
      'Digest a=b,Digest\tc = d',
      [
        ['digest', { a: 'b' }],
        ['digest', { c: 'd' }],
      ],
    ],
    ['Digest REALM="x, Digest y=z"', [['digest', { realm: 'x, Digest y=z' }]]],
    ['Digest a=1, a=2', [['digest', { a: '2' }]]],
  ])('%s', (line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  test('lines follow each other', () => {
    expect(read('A x=1', 'B y=2')).toEqual([
      ['a', { x: '1' }],
      ['b', { y: '2' }],
    ]);
  });

  test.each([
    ['Digest a="b', "the quotes of 'a' do not match"],
    ['Digest a="b"c', "the quotes of 'a' do not match"],
    ['Digest a=b, =c', "'=c' is no parameter"],
    ['Digest "a"', `'"a"' is no parameter`],
  ])('%s is at fault', (line, fault) => {
    expect(parseChallenges([line])).toMatchObject([{ scheme: 'digest', fault }]);
  });

  test('what no scheme goes before is dropped', () => {
    expect(read('a=b, Basic realm=x')).toEqual([['basic', { realm: 'x' }]]);
    expect(read('"a"')).toEqual([]);
  });
});

test('parameters without a scheme', () => {
  expect([...(parseAuthParameters(['nextnonce="1", QOP=auth', 'nc=1']) ?? [])]).toEqual([
    ['nextnonce', '1'],
    ['qop', 'auth'],
    ['nc', '1'],
  ]);
  expect(parseAuthParameters(['nextnonce="1'])).toBeNull();
  expect(parseAuthParameters(['nextnonce'])).toBeNull();
});
