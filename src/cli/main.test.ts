import { describe, expect, test } from 'vitest';
import { VERSION } from '../models/version.ts';
import { runInMemory } from './memory-io.ts';

describe('about itself', () => {
  test('--help', async () => {
    const { exitCode, stdout, stderr } = await runInMemory(['--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ternhttp \[METHOD\] URL \[OPTIONS\]/);
    expect(stdout).toContain('--follow-redirects');
    expect((await runInMemory(['--help'], { isTerminal: true })).stdout).toContain('\u001B[');
  });

  test.each(['-V', '--version'])('%s', async (option) => {
    expect(await runInMemory([option])).toMatchObject({ exitCode: 0, stdout: `ternhttp ${VERSION}\n` });
  });
});

describe('a wrong command line', () => {
  test.each<[string[], RegExp]>([
    [[], /^InvalidArgument: A URL is missing\./],
    [['--nope', 'http://a.test'], /^InvalidArgument: There is no option '--nope'/],
    [
      ['--proxy', 'p.test', '--no-proxy', 'http://a.test'],
      /^InvalidArgument: Give '--proxy' or '--no-proxy', not both\./,
    ],
    [['doctor', 'x'], /^InvalidArgument: 'ternhttp doctor' takes no argument 'x'/],
    [['conformance', 'x'], /^InvalidArgument: 'ternhttp conformance' takes no argument 'x'/],
    [
      ['conformance', '--backend', 'x'],
      /^InvalidArgument: '--backend' must be one of js, native, wasm, not 'x'/,
    ],
    [['conformance', '--filter', '('], /^InvalidArgument: '--filter' is no regular expression/],
    [['conformance', '--seed', 'x'], /^InvalidArgument: '--seed' must be a whole number/],
  ])('%j', async (argv, message) => {
    const { exitCode, stdout, stderr } = await runInMemory(argv);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/\nSee 'ternhttp --help'\.\n$/);
  });
});

describe('subcommands', () => {
  test('doctor', async () => {
    const { exitCode, stdout } = await runInMemory(['doctor', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ version: VERSION, problems: [] });
    expect((await runInMemory(['doctor'])).stdout).toMatch(/^Installation\n[^]*\nAll is well\.\n$/);
    expect((await runInMemory(['doctor', '--help'])).stdout).toMatch(/^ternhttp doctor/);
    expect((await runInMemory(['doctor'], { env: { SSL_CERT_FILE: '/none' } })).exitCode).toBe(1);
  });

  test('conformance', async () => {
    expect((await runInMemory(['conformance', '--help'])).stdout).toMatch(/^ternhttp conformance/);
    const nothing = await runInMemory(['conformance', '--filter', 'no case has such a name']);
    expect(nothing).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("No case matches '--filter'."),
    });
  });
});
