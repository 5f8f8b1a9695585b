import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { PUBLIC_NAMES } from '../conformance/public-names.ts';
import * as tern from './index.ts';

/** One name that `index.ts` exports, with the declaration behind it. */
interface Exported {
  readonly name: string;
  readonly file: string;
  readonly isType: boolean;
  readonly declaration: ts.Node | undefined;
}

const trees = new Map<string, ts.SourceFile>();

function treeOf(file: string): ts.SourceFile {
  let tree = trees.get(file);
  if (tree === undefined) {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8');
    tree = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
    trees.set(file, tree);
  }
  return tree;
}

function declarationOf(file: string, name: string): ts.Node | undefined {
  for (const statement of treeOf(file).statements) {
    if (ts.isVariableStatement(statement)) {
      const names = statement.declarationList.declarations.map((declaration) => declaration.name.getText());
      if (names.includes(name)) return statement;
    } else if (
      (ts.isFunctionDeclaration(statement) ||
        ts.isClassDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement)) &&
      statement.name?.text === name
    ) {
      return statement;
    }
  }
  return undefined;
}

const exported: Exported[] = treeOf('./index.ts').statements.flatMap((statement) => {
  if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) return [];
  if (!ts.isNamedExports(statement.exportClause) || statement.moduleSpecifier === undefined) return [];
  const file = (statement.moduleSpecifier as ts.StringLiteral).text;
  return statement.exportClause.elements.map(({ name, propertyName }) => ({
    name: name.text,
    file,
    isType: statement.isTypeOnly,
    declaration: declarationOf(file, (propertyName ?? name).text),
  }));
});

/** The last doc comment in front of a declaration. */
function docOf(declaration: ts.Node): ts.JSDoc | undefined {
  return ts.getJSDocCommentsAndTags(declaration).findLast(ts.isJSDoc);
}

test('the exported values are those of the list', () => {
  expect(Object.keys(tern).toSorted()).toEqual(PUBLIC_NAMES);
  expect(PUBLIC_NAMES).toEqual([...new Set(PUBLIC_NAMES)].toSorted());
});

describe('documentation', () => {
  test('the sources of all exports are found', () => {
    expect(exported.filter(({ declaration }) => declaration === undefined)).toEqual([]);
    expect(exported.length).toBeGreaterThan(PUBLIC_NAMES.length);
  });

  test('every export has a doc comment', () => {
    const bare = exported.filter(({ declaration }) => {
      const doc = declaration && docOf(declaration);
      return doc === undefined || ts.getTextOfJSDocComment(doc.comment)?.trim() === '';
    });
    expect(bare.map(({ name, file }) => `${name} in ${file}`)).toEqual([]);
  });

  test('every function and class has an example', () => {
    const bare = exported.filter(({ declaration, isType }) => {
      if (declaration === undefined || isType) return false;
      if (!ts.isFunctionDeclaration(declaration) && !ts.isClassDeclaration(declaration)) return false;
      return !ts.getJSDocTags(declaration).some((tag) => tag.tagName.text === 'example');
    });
    expect(bare.map(({ name, file }) => `${name} in ${file}`)).toEqual([]);
  });
});
