import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, inspect } from 'node:util';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/** An example of a doc comment. */
interface Example {
  /** `client/client.ts:63`, counting from the fence. */
  readonly place: string;
  readonly lines: readonly string[];
}

const src = dirname(fileURLToPath(import.meta.url));
const examples = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .toSorted()
  .flatMap(examplesOf);

function examplesOf(file: string): Example[] {
  const found: Example[] = [];
  let lines: string[] | undefined;
  for (const [index, line] of readFileSync(join(src, file), 'utf8').split('\n').entries()) {
    const text = /^\s*\* ?(.*)$/.exec(line)?.[1];
    if (text === undefined) continue;
    if (text.startsWith('```')) {
      if (lines === undefined && text === '```ts')
        found.push({ place: `${file}:${index + 1}`, lines: (lines = []) });
      else lines = undefined;
    } else {
      lines?.push(text);
    }
  }
  return found;
}

/** What is written behind a `console.log(…);` on the same line. */
function expectationOf(line: string): string | undefined {
  return /^\s*(?:.*\s)?console\.log\(.*\); \/\/ (.*)$/.exec(line)?.[1];
}

const AsyncFunction = (async () => {}).constructor as new (
  ...texts: string[]
) => (
  require: (name: string) => unknown,
  exports: object,
  console: Pick<Console, 'log'>,
  log: (line: number, ...values: unknown[]) => void,
) => Promise<void>;

/** Runs an example; gives what each of its lines with an expectation has logged. */
async function run({ place, lines }: Example): Promise<Record<string, string>> {
  const logged: Record<string, string[]> = {};
  const text = lines.map((line, index) => {
    if (expectationOf(line) === undefined) return line;
    logged[line.trim()] = [];
    return line.replace('console.log(', `__log(${index}, `);
  });
  const { outputText } = ts.transpileModule(text.join('\n'), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const modules = new Map<string, unknown>();
  for (const [, name = ''] of outputText.matchAll(/require\("([^"]+)"\)/g))
    modules.set(name, await load(name));
  const program = new AsyncFunction('require', 'exports', 'console', '__log', outputText);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${place} does not end`)), 10_000);
  });
  const running = program(
    (name) => modules.get(name),
    {},
    { log: () => {} },
    (index, ...values) => {
      const line = lines[index]!;
      const shown = values.map((value) => inspect(value, { breakLength: Infinity, depth: 9 })).join(' ');
      // Texts may be written in quotation marks, which tell them from other values, or as they are printed.
      const isPrinted = expectationOf(line) === format(...values);
      logged[line.trim()]!.push(isPrinted ? format(...values) : shown);
    },
  );
  await Promise.race([running, late]).finally(() => clearTimeout(timer));
  return Object.fromEntries(Object.entries(logged).map(([line, values]) => [line, values.join(', then ')]));
}

function load(name: string): Promise<unknown> {
  const entry = /^ternhttp(?:\/([\w-]+))?$/.exec(name);
  return entry === null ? import(name) : import(`./${entry[1] ?? 'index'}.ts`);
}

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(60);
});

describe('each example runs and prints what it says', () => {
  test.each(examples.map((example) => [example.place, example] as const))('%s', async (_place, example) => {
    const expected = example.lines.flatMap((line) => {
      const text = expectationOf(line);
      return text === undefined ? [] : [[line.trim(), text] as const];
    });
    expect(await run(example)).toEqual(Object.fromEntries(expected));
  });
});

test('each example compiles', { timeout: 120_000 }, () => {
  const root = dirname(src);
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8')) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      declaration: false,
      isolatedDeclarations: false,
      noUnusedLocals: false,
      paths: { ternhttp: ['./src/index.ts'], 'ternhttp/*': ['./src/*.ts'] },
    },
    root,
  );
  const texts = new Map(
    examples.map(({ lines }, index) => [
      join(src, `example-${index}.ts`),
      `${lines.join('\n')}\nexport {};\n`,
    ]),
  );
  const host = ts.createCompilerHost(options);
  const disk = ts.createCompilerHost(options);
  host.fileExists = (file) => texts.has(file) || disk.fileExists(file);
  host.readFile = (file) => texts.get(file) ?? disk.readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = texts.get(file);
    return text === undefined
      ? disk.getSourceFile(file, version, ...rest)
      : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const problems = [...texts.keys()].flatMap((file, index) => {
    const source = program.getSourceFile(file);
    return program.getSemanticDiagnostics(source).map(({ messageText, start = 0 }) => {
      const line = source!.getLineAndCharacterOfPosition(start).line + 1;
      return `${examples[index]!.place}+${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
  expect(problems).toEqual([]);
});

test('examples import entries that exist', () => {
  const names = examples.flatMap(({ lines }) =>
    [...lines.join('\n').matchAll(/from 'ternhttp\/([\w-]+)'/g)].map(([, name]) => name!),
  );
  expect(names.filter((name) => !existsSync(join(src, `${name}.ts`)))).toEqual([]);
});
