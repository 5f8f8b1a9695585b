import { describe, expect, test } from 'vitest';
import { area, type Feature, type Proof } from './feature.ts';
import { allFeatures, anchorOf, featurePage, featureProblems } from './features.ts';

const files: Readonly<Record<string, string>> = {
  'src/a.test.ts': `test('one', () => {});\ntest.each([1])("it's %s", (n) => {});\n// test('two'\n`,
  'docs/a.md': '# A page\n\n## What is `on`, what is off\n',
};

function problems(...proof: readonly string[]): string[] {
  const feature: Feature = { area: 'Area', feature: 'it', proof: proof as readonly Proof[] };
  return featureProblems([feature], { caseIds: new Set(['AA-01']), read: (path) => files[path] });
}

// Features of each area, so that a lost line is seen.
const COUNTS: Readonly<Record<string, number>> = {
  Transports: 8,
  Backends: 5,
  'What a change of transport leaves as it is': 31,
  'Settings of a transport': 9,
  'Failures of a transport': 6,
  'Streams of a transport': 2,
  'Functions without a client': 4,
  'Options of a client': 20,
  'Methods of a client': 16,
  'Request bodies': 6,
  URLs: 7,
  'Header fields': 9,
  'Requests and responses': 23,
  Authentication: 10,
  'Settings as values': 7,
  'Transports of one’s own': 7,
  Errors: 18,
  Inside: 8,
};

test('every area has its features', () => {
  const counts: Record<string, number> = {};
  for (const feature of allFeatures) counts[feature.area] = (counts[feature.area] ?? 0) + 1;
  expect(counts).toEqual(COUNTS);
});

describe('proofs', () => {
  test('that are there', () => {
    expect(
      problems('AA-01', 'src/a.test.ts > one', "src/a.test.ts > it's %s", 'docs/a.md#what-is-on-what-is-off'),
    ).toEqual([]);
  });

  test.each([
    ['AA-02', 'there is no case AA-02'],
    ['src/a.test.ts > two', "src/a.test.ts has no test 'two'"],
    ['src/a.test.ts > on', "src/a.test.ts has no test 'on'"],
    ['src/b.test.ts > one', 'there is no file src/b.test.ts'],
    ['docs/a.md#else', 'docs/a.md has no heading #else'],
    ['docs/b.md#a-page', 'there is no file docs/b.md'],
  ])('%s is not', (proof, problem) => {
    expect(problems(proof)).toEqual([`feature 'Area: it': ${problem}`]);
  });

  test('none, and a feature twice', () => {
    expect(problems()).toEqual(["feature 'Area: it' has no proof"]);
    const twice = [...area('A', { it: ['AA-01'] }), ...area('A', { it: ['AA-01'] })];
    expect(featureProblems(twice, { caseIds: new Set(['AA-01']), read: () => '' })).toEqual([
      "feature 'A: it' is named twice",
    ]);
  });
});

test('anchors are those of Markdown', () => {
  expect(anchorOf('4. URLs, base URLs & parameters')).toBe('4-urls-base-urls--parameters');
});

test('the page has a table for each area, with links', () => {
  const page = featurePage(area('One', { it: ['AA-01', 'src/a.test.ts > a|b'], that: ['docs/a.md#a-page'] }));
  expect(page).toContain('- 2 features: 1 by cases and tests, 1 by a ruling alone');
  expect(page).toContain('## One\n\n| feature | proof |');
  expect(page).toContain('| it | AA-01, [a.test.ts](../src/a.test.ts): a\\|b |');
  expect(page).toContain('| that | [a](../docs/a.md#a-page) |');
});
