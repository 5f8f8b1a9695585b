import type { ConformanceCase } from './case.ts';

/** Cases that do not run, or fail, on the client that blocks, with the reasons. */
export interface SyncList {
  /** Cases that need what a thread that blocks cannot do by its nature; they are not run. */
  readonly senseless: Readonly<Record<string, string>>;
  /** Cases that are run and fail. */
  readonly failing: Readonly<Record<string, string>>;
}

/** What the client that blocks does not offer: the command waits, and nothing flows in two directions. */
export const NOT_SYNC: readonly string[] = ['command', 'upgrade'];

/** What the client that blocks proves of a row: everything, a part, or nothing and why. */
export function syncCell(proofs: readonly ConformanceCase[], { senseless, failing }: SyncList): string {
  if (proofs.length === 0) return '';
  const reasons = proofs.map(({ id, needs = [] }) => {
    const lacks = needs.find((name) => NOT_SYNC.includes(name));
    return lacks === undefined ? (senseless[id] ?? failing[id] ?? null) : `no '${lacks}'`;
  });
  const passing = reasons.filter((reason) => reason === null).length;
  if (passing === reasons.length) return 'passes';
  const why = [...new Set(reasons.filter((reason) => reason !== null))].join('; ');
  return passing === 0 ? `not: ${why}` : `${passing} of ${reasons.length}: ${why}`;
}

/** Contradictions between the list and the cases. */
export function syncProblems(cases: readonly ConformanceCase[], { senseless, failing }: SyncList): string[] {
  const ids = new Set(cases.map(({ id }) => id));
  const listed = [...Object.entries(senseless), ...Object.entries(failing)];
  return [
    ...listed.filter(([id]) => !ids.has(id)).map(([id]) => `sync-failures.json: there is no case ${id}`),
    ...listed
      .filter(([, reason]) => reason.trim() === '')
      .map(([id]) => `sync-failures.json: ${id} has no reason`),
    ...Object.keys(failing)
      .filter((id) => Object.hasOwn(senseless, id))
      .map((id) => `sync-failures.json: ${id} stands there twice`),
  ];
}
