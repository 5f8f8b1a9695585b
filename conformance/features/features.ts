import { clientFeatures } from './client.ts';
import type { Feature, Proof } from './feature.ts';
import { messageFeatures } from './messages.ts';
import { transportFeatures } from './transports.ts';

/** All features, in the order in which they are listed. */
export const allFeatures: readonly Feature[] = [...transportFeatures, ...clientFeatures, ...messageFeatures];

/** Where proofs are looked for. */
export interface ProofPlaces {
  readonly caseIds: ReadonlySet<string>;
  /** The text of a file of the project, or undefined if there is none. */
  readonly read: (path: string) => string | undefined;
}

/** Every proof that is not where it is said to be, and every feature that is named twice. */
export function featureProblems(features: readonly Feature[], places: ProofPlaces): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { feature, area, proof } of features) {
    const name = `${area}: ${feature}`;
    if (seen.has(name)) problems.push(`feature '${name}' is named twice`);
    seen.add(name);
    if (proof.length === 0) problems.push(`feature '${name}' has no proof`);
    for (const one of proof) {
      const fault = faultOf(one, places);
      if (fault !== undefined) problems.push(`feature '${name}': ${fault}`);
    }
  }
  return problems;
}

/** The page that lists the features with their proofs. */
export function featurePage(features: readonly Feature[]): string {
  const areas = new Map<string, Feature[]>();
  for (const feature of features) {
    const group = areas.get(feature.area);
    if (group === undefined) areas.set(feature.area, [feature]);
    else group.push(feature);
  }
  const ruled = features.filter(({ proof }) => proof.every((one) => kindOf(one) === 'ruling')).length;
  const sections = [...areas].map(([area, group]) => {
    const lines = group.map(({ feature, proof }) => `| ${feature} | ${proof.map(linkOf).join(', ')} |`);
    return [`## ${area}`, ['| feature | proof |', '| --- | --- |', ...lines].join('\n')].join('\n\n');
  });
  const page = [
    '# Features and their proofs',
    'Written by `npm run coverage` from `conformance/features/`: what is looked for in an HTTP client and in a transport\n' +
      'beneath one, each with the cases and tests that show it, or the ruling that says why it is not there or different.',
    `- ${features.length} features: ${features.length - ruled} by cases and tests, ${ruled} by a ruling alone`,
    ...sections,
  ].join('\n\n');
  return `${page}\n`;
}

/** The anchor that a heading of Markdown has. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function kindOf(proof: Proof): 'case' | 'ruling' | 'test' {
  if (proof.startsWith('docs/')) return 'ruling';
  return proof.includes('.test.ts > ') ? 'test' : 'case';
}

function faultOf(proof: Proof, { caseIds, read }: ProofPlaces): string | undefined {
  const kind = kindOf(proof);
  if (kind === 'case') return caseIds.has(proof) ? undefined : `there is no case ${proof}`;
  const [path, rest] = split(proof, kind === 'test' ? ' > ' : '#');
  const text = read(path);
  if (text === undefined) return `there is no file ${path}`;
  if (kind === 'test') return hasTest(text, rest) ? undefined : `${path} has no test '${rest}'`;
  const anchors = text
    .split('\n')
    .filter((line) => /^#+ /.test(line))
    .map((line) => anchorOf(line.replace(/^#+ /, '')));
  return anchors.includes(rest) ? undefined : `${path} has no heading #${rest}`;
}

/** Whether a text has a call whose first argument is this title and whose second one follows. */
function hasTest(text: string, title: string): boolean {
  for (const quote of ["'", '"', '`']) {
    const literal = quote + title.replaceAll(quote, `\\${quote}`) + quote;
    for (let at = text.indexOf(literal); at !== -1; at = text.indexOf(literal, at + 1)) {
      if (/\(\s*$/.test(text.slice(0, at)) && /^\s*,/.test(text.slice(at + literal.length))) return true;
    }
  }
  return false;
}

function linkOf(proof: Proof): string {
  const kind = kindOf(proof);
  if (kind === 'case') return proof;
  if (kind === 'test') {
    const [path, title] = split(proof, ' > ');
    return `[${path.slice(path.lastIndexOf('/') + 1)}](../${path}): ${title.replaceAll('|', '\\|')}`;
  }
  return `[${proof.slice('docs/'.length, proof.indexOf('.md'))}](../${proof})`;
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
