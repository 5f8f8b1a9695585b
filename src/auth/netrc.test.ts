import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { findNetRC, parseNetRC } from './netrc.ts';

function read(text: string): unknown[] {
  return parseNetRC(text).map(({ machine, login, password, account }) => [machine, login, password, account]);
}

describe('parseNetRC', () => {
  test.each([
    ['', []],
    ['\uFEFFmachine A.Test login l', [['a.test', 'l', null, null]]],
    ['machine a login l password p account x', [['a', 'l', 'p', 'x']]],
    ['default user u', [[null, 'u', null, null]]],
    ['machine a\n\tlogin\r\n l \n\n password\tp', [['a', 'l', 'p', null]]],
    ['machine a login "" password "x y"', [['a', '', 'x y', null]]],
    ['machine a password "\\"\\n\\r\\t\\\\\\a"', [['a', null, '"\n\r\t\\a', null]]],
    ['machine a password x\\ y\\\\z\\', [['a', null, 'x y\\z\\', null]]],
    ['machine a password a"b', [['a', null, 'a"b', null]]],
    ['# c\nmachine a # login x\nlogin #l # x', [['a', '#l', null, null]]],
    ['macdef m\n a\n b "\n\nmachine a', [['a', null, null, null]]],
    ['machine a login l macdef m\nmachine b\n \npassword p', [['a', 'l', 'p', null]]],
    ['macdef m\nmachine a', []],
    ['machine machine login password password login', [['machine', 'password', 'login', null]]],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    ['x', 1, 'there is a word that is no keyword'],
    ['machine a\n\nmachine', 3, "'machine' has no value"],
    ['password x', 1, "'password' stands before the first 'machine'"],
    ['machine a\nlogin "x\ny"', 2, 'a quoted value is not closed'],
  ])('%j is refused', (text, line, reason) => {
    expect(() => parseNetRC(text)).toThrow(InvalidArgument);
    expect(() => parseNetRC(text, 'File')).toThrow(`File cannot be understood at line ${line}: ${reason}.`);
  });
});

test('findNetRC', () => {
  const entries = parseNetRC('machine a login 1 machine a login 2 machine b default login d');
  const loginOf = (host: string, login?: string): string | null | undefined =>
    findNetRC(entries, host, login)?.login;
  expect([
    loginOf('a'),
    loginOf('A', '2'),
    loginOf('b', 'x'),
    loginOf('c'),
    loginOf('c', 'd'),
    loginOf('c', 'x'),
  ]).toEqual(['1', '2', null, 'd', 'd', undefined]);
});
