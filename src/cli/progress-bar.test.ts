import { describe, expect, test } from 'vitest';
import { palette } from './colours.ts';
import type { Output } from './io.ts';
import { ProgressBar, renderProgress } from './progress-bar.ts';

const OFF = palette(false);
const HALF = { label: 'file.bin', transferred: 500_000, total: 1_000_000, elapsedMs: 1000 };

describe('renderProgress', () => {
  test('shows label, bar, share, sizes, speed and the time that is left', () => {
    expect(renderProgress(HALF, 80, OFF)).toBe(
      `file.bin  ${'━'.repeat(12)}${'─'.repeat(12)}   50%  500.0 kB of 1.0 MB  500.0 kB/s  1.0 s`,
    );
  });

  test.each([1, 10, 20, 40, 60, 79, 80, 81, 100, 300])('is shorter than a line of %i columns', (columns) => {
    for (const total of [null, 1_000_000]) {
      expect(renderProgress({ ...HALF, total }, columns, OFF).length).toBeLessThan(columns);
    }
  });

  test('drops the label before it drops the bar', () => {
    const line = renderProgress({ ...HALF, label: 'x'.repeat(60) }, 80, OFF);
    expect(line).not.toContain('x');
    expect(line).toContain('━');
  });

  test.each([null, 0])('shows what is known of a total of %j', (total) => {
    expect(renderProgress({ ...HALF, total }, 80, OFF)).toBe('file.bin  500.0 kB  500.0 kB/s');
  });

  test('is full at the end, and at the start has no speed', () => {
    expect(renderProgress({ ...HALF, transferred: 1_000_000 }, 80, OFF)).toMatch(/━━ {2}100% /);
    expect(renderProgress({ ...HALF, transferred: 0, elapsedMs: 0 }, 80, OFF)).toMatch(/0 bytes\/s$/);
    expect(renderProgress({ ...HALF, transferred: 2_000_000 }, 80, OFF)).toMatch(/━━ {2}100% /);
  });
});

describe('ProgressBar', () => {
  function output(): Output & { written: string } {
    return {
      isTTY: true,
      columns: 80,
      isClosed: false,
      written: '',
      write(data) {
        this.written += String(data);
        return Promise.resolve();
      },
    };
  }

  test('draws the first and the last state, not every one between, and clears its line', async () => {
    const out = output();
    const bar = new ProgressBar('file', out, OFF);
    for (let sent = 1; sent <= 1000; sent++) bar.update(sent, 1000);
    await bar.clear();
    const pictures = out.written.split('\r').slice(1);
    expect(pictures.length).toBeLessThan(100);
    expect(pictures[0]).toMatch(/^file.*0%/);
    expect(pictures.at(-2)).toMatch(/^file.*100%/);
    expect(pictures.at(-1)).toBe('\u001B[K');
  });

  test('leaves no trace if nothing was drawn', async () => {
    const out = output();
    await new ProgressBar('file', out, OFF).clear();
    expect(out.written).toBe('');
  });
});
