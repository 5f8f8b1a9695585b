import { expect, test } from 'vitest';
import { parse } from 'node-html-parser';
import { barChart, type Bar } from './chart.ts';

const bar = (label: string, main: number, rest = 0): Bar => ({
  label,
  main,
  rest,
  note: `${main + rest} µs`,
  isOurs: label === 'tern',
});

function draw(bars: readonly Bar[], mark?: number): ReturnType<typeof parse> {
  return parse(
    barChart({
      title: 'a < b & "c"',
      legend: 'legend',
      bars,
      ...(mark === undefined ? {} : { mark }),
    }),
  );
}

const widths = (chart: ReturnType<typeof parse>): number[] =>
  chart.querySelectorAll('rect').map((rect) => Number(rect.getAttribute('width')));

test('the same figures give the same octets, for light and dark pages', () => {
  const chart = { title: 't', legend: 'l', bars: [bar('tern', 1), bar('peer', 2)] };
  expect(barChart(chart)).toBe(barChart(chart));
  expect(barChart(chart)).toContain('prefers-color-scheme:dark');
});

test('bars are as long as their figures, and both parts add up', () => {
  const chart = draw([bar('tern', 10, 10), bar('peer', 40)]);
  const [main, rest, whole] = widths(chart);
  expect(main).toBe(rest);
  expect(whole).toBe((main! + rest!) * 2);
  expect(chart.querySelectorAll('.ours')).toHaveLength(2);
  expect(chart.querySelectorAll('.peer')).toHaveLength(1);
});

test('a bar that is far longer than the rest is cut, and shows it', () => {
  const chart = draw([bar('tern', 10), bar('peer', 10), bar('slow', 1000)]);
  expect(chart.querySelectorAll('.gap')).toHaveLength(1);
  const [tern, , slow] = widths(chart);
  expect(slow).toBe(tern! * 5);
});

test('texts are escaped, the mark stands where its figure is', () => {
  const chart = draw([bar('tern', 10), bar('peer', 20)], 20);
  expect(chart.querySelector('.title')!.text).toBe('a < b & "c"');
  const mark = Number(chart.querySelector('line')!.getAttribute('x1'));
  const last = chart.querySelectorAll('rect').at(-1)!;
  expect(mark).toBeCloseTo(Number(last.getAttribute('x')) + Number(last.getAttribute('width')));
});

test('a chart without bars is a chart', () => {
  expect(draw([]).querySelector('svg')).not.toBeNull();
});
