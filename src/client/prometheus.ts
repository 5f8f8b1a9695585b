import { InvalidArgument } from '../errors/invalid-argument.ts';
import { checkNames } from './check-policy.ts';
import type { MetricsSnapshot } from './metrics.ts';

/** How the text is written. */
export interface PrometheusOptions {
  /** Beginning of all names; `ternhttp` by default. */
  readonly prefix?: string | undefined;
  /** Labels that go to every sample: the name of the client, of the service. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

type Sample = readonly [suffix: string, labels: Readonly<Record<string, string>>, value: number];

/**
 * Writes numbers in the text format of Prometheus.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function prometheusText(snapshot: MetricsSnapshot, options: PrometheusOptions = {}): string {
  checkNames('options', options, ['labels', 'prefix']);
  const { prefix = 'ternhttp', labels = {} } = options;
  if (!/^[a-zA-Z_:][\w:]*$/.test(prefix))
    throw new InvalidArgument(
      `'prefix' must be the beginning of a metric's name, not ${JSON.stringify(prefix)}.`,
    );
  for (const name of Object.keys(labels)) {
    if (!/^[a-zA-Z_]\w*$/.test(name) || name.startsWith('__'))
      throw new InvalidArgument(`'labels' has the name ${JSON.stringify(name)}, which is none of a label.`);
  }
  const lines: string[] = [];
  const family = (
    name: string,
    type: 'counter' | 'gauge' | 'histogram',
    help: string,
    samples: Iterable<Sample>,
  ): void => {
    lines.push(`# HELP ${prefix}_${name} ${help}`, `# TYPE ${prefix}_${name} ${type}`);
    for (const [suffix, own, value] of samples) {
      lines.push(`${prefix}_${name}${suffix}${labelText({ ...labels, ...own })} ${valueText(value)}`);
    }
  };
  const { connections } = snapshot;
  family('requests_total', 'counter', 'Calls of the program.', [['', {}, snapshot.requests]]);
  family('exchanges_total', 'counter', 'Requests sent.', samplesOf('method', snapshot.methods));
  family('exchanges_in_flight', 'gauge', 'Requests under way.', [['', {}, snapshot.inFlight]]);
  family('responses_total', 'counter', 'Responses by class.', samplesOf('class', snapshot.responses));
  family('errors_total', 'counter', 'Calls that failed.', samplesOf('code', snapshot.errors));
  family('retries_total', 'counter', 'Requests sent again.', samplesOf('cause', snapshot.retries));
  family('redirects_total', 'counter', 'Redirects followed.', [['', {}, snapshot.redirects]]);
  family('sent_bytes_total', 'counter', 'Octets of bodies sent.', [['', {}, snapshot.bytesSent]]);
  family('received_bytes_total', 'counter', 'Octets of bodies received.', [['', {}, snapshot.bytesReceived]]);
  family('connections_opened_total', 'counter', 'Connections opened.', [['', {}, connections.opened]]);
  family('connections_closed_total', 'counter', 'Connections closed.', [['', {}, connections.closed]]);
  family('connections_reused_total', 'counter', 'Exchanges on used connections.', [
    ['', {}, connections.reused],
  ]);
  family('pool_waits_total', 'counter', 'Requests that waited for room.', [['', {}, connections.waited]]);
  family('connections', 'gauge', 'Connections by state.', [
    ['', { state: 'active' }, connections.active],
    ['', { state: 'connecting' }, connections.connecting],
    ['', { state: 'idle' }, connections.idle],
  ]);
  family('pool_waiting', 'gauge', 'Requests that wait for room.', [['', {}, connections.waiting]]);
  family('phase_seconds', 'histogram', 'Duration of the steps of an exchange.', histograms(snapshot));
  return `${lines.join('\n')}\n`;
}

function* samplesOf(label: string, values: Readonly<Record<string, number>>): Generator<Sample> {
  for (const [name, value] of Object.entries(values)) yield ['', { [label]: name }, value];
}

function* histograms({ timings }: MetricsSnapshot): Generator<Sample> {
  for (const [phase, { count, sum, buckets }] of Object.entries(timings)) {
    for (const [bound, below] of buckets) yield ['_bucket', { phase, le: valueText(bound / 1000) }, below];
    yield ['_bucket', { phase, le: '+Inf' }, count];
    yield ['_sum', { phase }, sum / 1000];
    yield ['_count', { phase }, count];
  }
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}

function valueText(value: number): string {
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
