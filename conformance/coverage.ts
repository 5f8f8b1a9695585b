import type { ConformanceCase } from './case.ts';
import type { NotYet } from './not-yet.ts';
import type { Column } from './columns.ts';
import { outcomeOn } from './columns.ts';
import { rowOf } from './report.ts';
import type { Fix, Section } from './row.ts';

/** What the page of coverage is made from. */
export interface CoverageInput {
  readonly sections: readonly Section[];
  readonly fixes: readonly Fix[];
  readonly cases: readonly ConformanceCase[];
  readonly notYet: readonly NotYet[];
  /** What the cases are run on by the tests, each a column. */
  readonly columns: readonly Column[];
}

/** The page, and what is wrong with its sources. */
export interface Coverage {
  /** Markdown. */
  readonly page: string;
  /** Contradictions: an unknown row, a doubled id, a row both covered and excused. */
  readonly problems: readonly string[];
  /** Rows that have neither a case nor an excuse. */
  readonly missing: readonly string[];
}

/** Sets the rows of the table against the cases that prove them. */
export function coverageOf(input: CoverageInput): Coverage {
  const { sections, fixes, cases, notYet, columns } = input;
  const casesByRow = groupByRow(cases);
  const excuses = new Map(notYet.map(({ row, reason }) => [row, reason]));
  const rows = sections.flatMap((section) => section.rows);
  const isCovered = (row: string): boolean => casesByRow.has(row);
  const missing = rows.map(({ id }) => id).filter((id) => !isCovered(id) && !excuses.has(id));
  const covered = rows.filter(({ id }) => isCovered(id)).length;
  const provedFixes = new Set(cases.map(({ verdict }) => /^fixed:(D\d\d)/.exec(verdict)?.[1]));
  const proved = fixes.filter(({ id }) => provedFixes.has(id)).length;

  function sectionTable(section: Section): string {
    const lines = section.rows.map(({ id, title }) => {
      const proofs = casesByRow.get(id) ?? [];
      const verdicts = [...new Set(proofs.map(({ verdict }) => verdict))].join(', ');
      const excuse = excuses.get(id);
      const status = proofs.length > 0 ? 'covered' : excuse === undefined ? 'missing' : `not yet: ${excuse}`;
      const names = proofs.map((proof) => proof.id).join(' ');
      return line(id, title, verdicts, names, ...columns.map((column) => cell(column, proofs)), status);
    });
    const titles = columns.map(({ name }) => name);
    return table(['row', 'title', 'verdict', 'cases', ...titles, 'status'], lines);
  }

  function fixStatus(fix: Fix): string {
    if (provedFixes.has(fix.id)) return 'covered';
    const reasons = fix.rows.map((row) => excuses.get(row));
    return reasons.every((reason) => reason !== undefined)
      ? `not yet: ${[...new Set(reasons)].join('; ')}`
      : 'missing';
  }

  const fixTable = table(
    ['fix', 'title', 'rows', 'cases', 'status'],
    fixes.map((fix) => {
      const proofs = cases.filter(({ verdict }) => verdict === `fixed:${fix.id}`);
      return line(
        fix.id,
        fix.title,
        fix.rows.join(' '),
        proofs.map(({ id }) => id).join(' '),
        fixStatus(fix),
      );
    }),
  );
  const differing = cases.filter(({ verdict }) => verdict.startsWith('differs:')).length;
  const totals = columns.map((column) => `${column.name} ${cell(column, cases)} (${column.proof})`);
  const counts = [
    `- ${rows.length} rows: ${covered} covered, ${rows.length - covered - missing.length} not yet, ${missing.length} missing`,
    `- ${fixes.length} fixes: ${proved} covered, ${fixes.filter((fix) => fixStatus(fix).startsWith('not yet')).length} not yet`,
    `- ${cases.length} cases: ${countLayer(cases, 'model')} model, ${countLayer(cases, 'bytes')} bytes, ` +
      `${countLayer(cases, 'live')} live; ${differing} differ from httpx beyond the fixes`,
    `- cases that pass, of those that apply: ${totals.join('; ')}`,
    ...columns.flatMap(describeLacks),
  ];
  const page = [
    '# Coverage of the behaviour table',
    'Written by `npm run coverage` from the rows, the fixes and the cases. `same` is what httpx does, `fixed:Dnn` a\n' +
      'deliberate difference of the list at the end, `differs:` another one with its reason.',
    counts.join('\n'),
    ...sections.flatMap((section) => [`## ${section.id} ${section.title}`, sectionTable(section)]),
    '## Fixes',
    fixTable,
  ].join('\n\n');
  return { page: `${page}\n`, problems: findProblems(input), missing };
}

/**
 * The module that joins the files of cases into one list, so that a bundler finds them.
 *
 * @param files names in `conformance/cases`, sorted
 */
export function caseListOf(files: readonly string[]): string {
  const names = files.map((file) => camelCase(file.slice(0, -3)));
  const imports = files.map((file, index) => `import { cases as ${names[index]} } from './cases/${file}';\n`);
  const opening = 'export const allCases: readonly ConformanceCase[] = [';
  const oneLine = `${opening}${names.map((name) => `...${name}`).join(', ')}];`;
  // The way the formatter would break it.
  const list =
    oneLine.length <= 110 ? oneLine : `${opening}\n${names.map((name) => `  ...${name},\n`).join('')}];`;
  return `// Written by \`npm run coverage\`: every file of conformance/cases.
import type { ConformanceCase } from './case.ts';
${imports.join('')}
/** Every case of the suite. */
${list}
`;
}

function camelCase(name: string): string {
  return `${name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Cases`;
}

function findProblems({ sections, fixes, cases, notYet }: CoverageInput): string[] {
  const rowIds = new Set(sections.flatMap((section) => section.rows.map((row) => row.id)));
  const fixIds = new Set(fixes.map((fix) => fix.id));
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const { id, rows, verdict } of cases) {
    if (seen.has(id)) problems.push(`case ${id}: the id is not unique`);
    seen.add(id);
    if (!/^[A-Z][A-Z0-9]-\d\d(?:\.[\w.-]+)?$/.test(id))
      problems.push(`case ${id}: the id is no row id with a suffix`);
    if (!rows.includes(rowOf(id))) problems.push(`case ${id}: its own row is not among its rows`);
    for (const row of rows) if (!rowIds.has(row)) problems.push(`case ${id}: there is no row ${row}`);
    const fix = /^fixed:(.*)$/.exec(verdict)?.[1];
    if (fix !== undefined && !fixIds.has(fix)) problems.push(`case ${id}: there is no fix ${fix}`);
    if (verdict === 'differs:') problems.push(`case ${id}: the difference has no reason`);
  }
  const covered = new Set(cases.flatMap((entry) => entry.rows));
  for (const { row } of notYet) {
    if (!rowIds.has(row)) problems.push(`not yet: there is no row ${row}`);
    if (covered.has(row)) problems.push(`row ${row} has a case: take it off the list of not-yet.ts`);
  }
  return problems;
}

function describeLacks({ name, lacks = {} }: Column): string[] {
  return Object.entries(lacks).map(([capability, options]) => {
    const named = options.map((option) => `\`${option}\``).join(', ');
    return `- ${name} lacks ${capability}: a client throws \`UnsupportedOption\` (\`ERR_UNSUPPORTED_OPTION\`), which names ${named}`;
  });
}

/** `2/3` where two of three cases pass; cases that need what the column does not offer do not count. */
function cell(column: Column, proofs: readonly ConformanceCase[]): string {
  const outcomes = proofs
    .map((proof) => outcomeOn(column, proof))
    .filter((outcome) => outcome !== 'not-applicable');
  if (outcomes.length === 0) return '-';
  return `${outcomes.filter((outcome) => outcome === 'pass').length}/${outcomes.length}`;
}

function groupByRow(cases: readonly ConformanceCase[]): Map<string, ConformanceCase[]> {
  const groups = new Map<string, ConformanceCase[]>();
  for (const entry of cases) {
    for (const row of entry.rows) {
      const group = groups.get(row);
      if (group === undefined) groups.set(row, [entry]);
      else group.push(entry);
    }
  }
  for (const group of groups.values()) group.sort((one, other) => (one.id < other.id ? -1 : 1));
  return groups;
}

function countLayer(cases: readonly ConformanceCase[], layer: ConformanceCase['layer']): number {
  return cases.filter((entry) => entry.layer === layer).length;
}

function table(header: readonly string[], lines: readonly string[]): string {
  return [line(...header), line(...header.map(() => '---')), ...lines].join('\n');
}

function line(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
