import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
};

/** Compiles a module to a `.js` file beside it, which Node loads several times faster than through a loader. */
export function compileFile(path: string): void {
  // The module goes on to believe that it is the source: some look for files beside it.
  const source = readFileSync(path, 'utf8').replaceAll(
    'import.meta.url',
    "import.meta.url.replace(/js$/, 'ts')",
  );
  const { outputText } = ts.transpileModule(source, { fileName: path, compilerOptions: OPTIONS });
  writeFileSync(`${path.slice(0, -2)}js`, outputText);
}

/** Compiles all modules below a folder, tests excepted. */
export function compileFolder(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
      compileFile(join(entry.parentPath, entry.name));
  }
}
