import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type OptionSpec, parseArguments } from './argument-parser.ts';

const SPECS: readonly OptionSpec[] = [
  { name: 'method', short: 'm', values: ['METHOD'], help: '' },
  { name: 'params', short: 'p', values: ['NAME', 'VALUE'], isRepeatable: true, help: '' },
  { name: 'headers', short: 'h', values: ['NAME', 'VALUE'], isRepeatable: true, separator: ':', help: '' },
  { name: 'form', short: 'd', aliases: ['data'], values: ['NAME', 'VALUE'], isRepeatable: true, help: '' },
  { name: 'verbose', short: 'v', help: '' },
  { name: 'follow-redirects', short: 'L', help: '' },
];

function parse(...argv: string[]): { positionals: readonly string[]; options: Record<string, unknown> } {
  const { positionals, options } = parseArguments(argv, SPECS);
  return { positionals, options: Object.fromEntries(options) };
}

describe('parseArguments', () => {
  test.each<[string[], Record<string, unknown>]>([
    [['--method', 'PUT'], { method: [['PUT']] }],
    [['--method=PUT'], { method: [['PUT']] }],
    [['--method='], { method: [['']] }],
    [['-m', 'PUT'], { method: [['PUT']] }],
    [['-mPUT'], { method: [['PUT']] }],
    [['-vL'], { verbose: [[]], 'follow-redirects': [[]] }],
    [['-vmPUT'], { verbose: [[]], method: [['PUT']] }],
    [['-v', '--verbose'], { verbose: [[], []] }],
    [
      ['-p', 'a', '1', '--params', 'b', '2'],
      {
        params: [
          ['a', '1'],
          ['b', '2'],
        ],
      },
    ],
    [['--params=a', '1'], { params: [['a', '1']] }],
    [['--data', 'a', '1'], { form: [['a', '1']] }],
    [['-h', 'Accept', 'text/html'], { headers: [['Accept', 'text/html']] }],
    [['-h', 'Accept: text/html'], { headers: [['Accept: text/html']] }],
    [['-hAccept: text/html'], { headers: [['Accept: text/html']] }],
  ])('%j', (argv, expected) => {
    expect(parse(...argv, 'URL')).toEqual({ positionals: ['URL'], options: expected });
  });

  test('options and arguments mix in any order', () => {
    expect(parse('POST', '-v', 'url', '-m', 'x').positionals).toEqual(['POST', 'url']);
  });

  test('a value may begin with a dash', () => {
    expect(parse('-p', 'a', '-1').options['params']).toEqual([['a', '-1']]);
    expect(parse('-p', '-', '--nonsense').options['params']).toEqual([['-', '--nonsense']]);
  });

  test('behind -- nothing is an option; a dash alone never is', () => {
    expect(parse('-', '--', '-v', '--what')).toEqual({ positionals: ['-', '-v', '--what'], options: {} });
  });

  test.each<[string[], string]>([
    [['--verbos'], "There is no option '--verbos'; did you mean '--verbose'?"],
    [['--xyzzy'], "There is no option '--xyzzy'."],
    [['-x'], "There is no option '-x'."],
    [['-vx'], "There is no option '-x'."],
    [['--verbose=1'], "'--verbose' is a switch and takes no value."],
    [['-m'], "'-m' needs METHOD."],
    [['--params', 'a'], "'--params' needs NAME and VALUE."],
    [['-m', 'a', '--method', 'b'], "'--method' is given twice."],
    [
      ['--method', '--verbose'],
      "'--method' needs METHOD, but the option '--verbose' follows; if that is the value, write it as '--method=--verbose'.",
    ],
    [
      ['-m', '--verbose'],
      "'-m' needs METHOD, but the option '--verbose' follows; if that is the value, write it as '-m--verbose'.",
    ],
  ])('%j is refused', (argv, message) => {
    expect(() => parse(...argv)).toThrow(new InvalidArgument(message));
  });
});
