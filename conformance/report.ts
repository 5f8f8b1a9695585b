import type { ConformanceCase } from './case.ts';
import { rowById, sections } from './rows.ts';

/** What became of one case. */
export interface CaseResult {
  readonly case: ConformanceCase;
  readonly outcome: 'pass' | 'fail' | 'not-applicable';
  /** Why it failed or does not apply; with seed and split for a failure. */
  readonly reason?: string;
  /** What was thrown. */
  readonly error?: unknown;
  readonly durationMs: number;
}

/** What became of all cases on one backend or transport. */
export interface ConformanceReport {
  /** Name of the backend or transport, the title of its column. */
  readonly backend: string;
  /** What did the work, as clients report it: `wire js, kernels wasm`. Null for a transport. */
  readonly engine: string | null;
  /** Version of Node, for example `v20.20.0`. */
  readonly node: string;
  /** For example `linux-x64`. */
  readonly platform: string;
  readonly seed: number;
  readonly results: readonly CaseResult[];
  readonly passed: number;
  readonly failed: number;
  readonly notApplicable: number;
}

/** Puts reports side by side: one line for each section of the table, then every failure. */
export function formatMatrix(reports: readonly ConformanceReport[]): string {
  const header = ['section', ...reports.map((report) => report.backend)];
  const lines = sections
    .map((section) => {
      const cells = reports.map((report) => cell(resultsOf(report, section.id)));
      return { title: `${section.id} ${section.title}`, cells };
    })
    .filter(({ cells }) => cells.some((text) => text !== '-'))
    .map(({ title, cells }) => [title].concat(cells));
  const totals = ['all cases', ...reports.map((report) => cell(report.results))];
  const failures = reports.flatMap((report) =>
    report.results
      .filter((result) => result.outcome === 'fail')
      .map((result) => `${report.backend}: ${result.case.id} ${result.case.title}\n  ${result.reason ?? ''}`),
  );
  const skipped = reports.flatMap((report) => summariseSkipped(report));
  const where = reports.map(
    (report) =>
      `${report.backend}: ${report.engine === null ? '' : `${report.engine}, `}Node ${report.node}, ${report.platform}, ` +
      `seed ${report.seed}`,
  );
  const blocks = [table([header, ...lines, totals]), where.join('\n')];
  if (skipped.length > 0) blocks.push(`Not applicable:\n${skipped.join('\n')}`);
  if (failures.length > 0) blocks.push(`Failed:\n${failures.join('\n')}`);
  return `${blocks.join('\n\n')}\n`;
}

function resultsOf(report: ConformanceReport, section: string): CaseResult[] {
  return report.results.filter((result) => rowById.get(rowOf(result.case.id))?.section === section);
}

/** The row that a case id starts with: `RD-03` for `RD-03.b`. */
export function rowOf(id: string): string {
  return id.slice(0, 5);
}

function cell(results: readonly CaseResult[]): string {
  if (results.length === 0) return '-';
  const passed = results.filter((result) => result.outcome === 'pass').length;
  const skipped = results.filter((result) => result.outcome === 'not-applicable').length;
  const failed = results.length - passed - skipped;
  const notes = [failed > 0 ? `${failed} failed` : '', skipped > 0 ? `${skipped} n/a` : ''].filter(Boolean);
  const sum = `${passed}/${results.length - skipped}`;
  return notes.length > 0 ? `${sum} (${notes.join(', ')})` : sum;
}

function summariseSkipped(report: ConformanceReport): string[] {
  const byReason = new Map<string, number>();
  for (const { outcome, reason = '' } of report.results) {
    if (outcome === 'not-applicable') byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  }
  return [...byReason].map(([reason, count]) => `${report.backend}: ${count} ${reason}`);
}

function table(lines: readonly (readonly string[])[]): string {
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const rendered = lines.map((line) =>
    line
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [rendered[0], rule, ...rendered.slice(1)].join('\n');
}
