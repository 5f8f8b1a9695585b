import type { Palette } from './colours.ts';
import type { ChoiceSource } from '../backends/choice.ts';
import type { AttemptRecord, DoctorReport } from './doctor.ts';

type Marks = Readonly<Record<'ok' | 'warning' | 'problem', string>>;

/** The report of the doctor for people. */
export function formatDoctorReport(report: DoctorReport, palette: Palette): string {
  const marks: Marks = { ok: palette.green('✓'), warning: palette.yellow('!'), problem: palette.red('✗') };
  const { selection, environment, problems } = report;
  const codings = Object.entries(report.codings).map(([name, isThere]) => (isThere ? name : `${name} (no)`));

  const installation = [
    fact('ternhttp', report.version),
    fact('Node', `${report.node} (${report.platform})`),
    fact('OpenSSL', report.openssl),
    fact('Codings', codings.join(', ')),
  ];
  const backends = [
    'error' in selection
      ? `${marks.problem} ${selection.error}`
      : `${marks.ok} Without a choice (${selection.requested}) the wire is ${palette.bold(selection.wire)}${reason(selection.decidedBy.wire)}.`,
    ...('error' in selection ? [] : [kernelLine(selection), ...attemptLines(selection.attempts)]),
    ...report.backends.flatMap(({ name, info, attempts }) =>
      info === null
        ? [`${palette.dim('-')} ${name} is not available.`, ...attemptLines(attempts)]
        : [
            `${marks.ok} ${name} ${info.version}, ABI ${info.abi}, for ${info.target}: ${info.capabilities.join(', ')}`,
          ],
    ),
    ...report.accelerators.flatMap((finding) => acceleratorLines(finding, marks)),
  ];
  const variables =
    environment.length === 0
      ? [`${marks.ok} No variable that concerns requests is set.`]
      : environment.map(({ name, value, status, effect }) => `${marks[status]} ${name}=${value}: ${effect}`);
  const selfTests = report.selfTests.map(
    ({ name, backend, isOK, detail }) => `${isOK ? marks.ok : marks.problem} ${name} (${backend}): ${detail}`,
  );
  const verdict =
    problems.length === 0
      ? palette.green('All is well.')
      : palette.red(problems.length === 1 ? 'There is 1 problem.' : `There are ${problems.length} problems.`);

  const section = (title: string, lines: readonly string[]): string =>
    [palette.bold(title), ...lines.map((line) => `  ${line.replaceAll('\n', '\n  ')}`)].join('\n');
  return `${[
    section('Installation', installation),
    section('Backends', backends),
    section('Environment', variables),
    section('Self-test', selfTests),
    verdict,
  ].join('\n\n')}\n`;
}

function fact(name: string, value: string): string {
  return `${name.padEnd(10)}${value}`;
}

/** `  Kernels: jsonPluck, htmlExtract by native; zstdDecode by js` */
function kernelLine({ kernels, decidedBy }: Extract<DoctorReport['selection'], { wire: string }>): string {
  const runners = [...new Set(Object.values(kernels))];
  const parts = runners.map((runner) => {
    const names = (Object.keys(kernels) as (keyof typeof kernels)[]).filter(
      (name) => kernels[name] === runner,
    );
    return `${names.join(', ')} by ${runner}`;
  });
  return `  Kernels: ${parts.join('; ')}${reason(decidedBy.kernels)}`;
}

function reason(source: ChoiceSource): string {
  return source === 'TERN_BACKEND' ? ', because TERN_BACKEND says so' : '';
}

/** `✓ kernels of native 0.1.0, ABI 1, for linux-x64-gnu: loaded in 2.1 ms, tried out in 0.05 ms` */
function acceleratorLines(finding: DoctorReport['accelerators'][number], marks: Marks): string[] {
  if ('attempt' in finding) {
    return [`- kernels of ${finding.name} cannot be had.`, ...attemptLines([finding.attempt])];
  }
  const { name, version, abi, target, loadMs, selfTestMs, kernels } = finding;
  const trials = Object.entries(kernels);
  return [
    `${trials.every(([, { fault }]) => fault === null) ? marks.ok : marks.problem} kernels of ${name} ${version}, ABI ${abi}, for ${target}: ` +
      `loaded in ${loadMs.toFixed(1)} ms, tried out in ${selfTestMs.toFixed(2)} ms`,
    `    each kernel before its first use: ${trials.map(([kernel, { ms }]) => `${kernel} ${ms.toFixed(2)} ms`).join(', ')}`,
    ...trials.flatMap(([, { fault }]) => (fault === null ? [] : [`    ${fault}`])),
  ];
}

function attemptLines(attempts: readonly AttemptRecord[]): string[] {
  return attempts.map(({ name, step, detail, cure }) => `    ${name}, ${step}: ${detail} ${cure}`);
}
