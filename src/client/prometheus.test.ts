import { expect, test } from 'vitest';
import { ClientMetrics } from './metrics.ts';
import { prometheusText } from './prometheus.ts';

test('families come once, each with its help and type before its samples', () => {
  const metrics = new ClientMetrics({ buckets: [1, 2500] });
  metrics.started('GET');
  const lines = prometheusText(metrics.snapshot()).trimEnd().split('\n');
  const types = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2]!);
  expect(new Set(types).size).toBe(types.length);
  let family = '';
  for (const line of lines) {
    if (line.startsWith('# TYPE ')) family = line.split(' ')[2]!;
    else if (!line.startsWith('#')) expect(line.startsWith(family)).toBe(true);
  }
  expect(lines).toContain('ternhttp_phase_seconds_bucket{phase="dns",le="2.5"} 0');
  expect(lines).toContain('ternhttp_exchanges_total{method="GET"} 1');
});

test.each([{ prefix: '' }, { prefix: 'a-b' }, { labels: { __name__: 'x' } }, { label: {} }])(
  '%j is refused',
  (options) => {
    expect(() => prometheusText(new ClientMetrics().snapshot(), options as object)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  },
);
