import { describe, expect, test } from 'vitest';
import { fixById, fixes } from './fixes.ts';
import { notYet } from './not-yet.ts';
import { rowById, rows, sections } from './rows.ts';

// Rows of each prefix, so that a lost or doubled line is seen.
const COUNTS: Readonly<Record<string, number>> = {
  CL: 17,
  MG: 16,
  UP: 32,
  UJ: 8,
  QP: 10,
  HD: 19,
  CK: 23,
  RB: 26,
  MP: 15,
  RS: 22,
  TX: 11,
  ST: 13,
  DC: 12,
  RD: 24,
  AU: 12,
  DG: 16,
  EH: 7,
  TM: 12,
  PL: 14,
  H1: 21,
  H2: 12,
  EX: 20,
  TR: 8,
  MT: 11,
  PX: 22,
  TL: 9,
  NW: 6,
  XT: 7,
  LG: 3,
  SC: 4,
  CI: 7,
  TP: 3,
  SE: 11,
  RT: 13,
  RG: 7,
  MX: 6,
  BK: 6,
};

describe('the table', () => {
  test("has httpx's 442 rows in 30 sections, and those of what it does not have, in order", () => {
    const total = Object.values(COUNTS).reduce((sum, count) => sum + count, 0);
    expect([rows.length, rowById.size]).toEqual([total, total]);
    const inherited = sections.filter(({ id }) => id.startsWith('1.'));
    expect(inherited.flatMap((section) => section.rows)).toHaveLength(442);
    expect(inherited.map((section) => section.id)).toEqual(
      Array.from({ length: 30 }, (_, index) => `1.${index + 1}`),
    );
    const own = sections.slice(inherited.length).map(({ id }) => id);
    expect(own).toEqual(own.map((_, index) => `2.${index + 1}`));
  });

  test('numbers the rows of every prefix without a gap', () => {
    const expected = Object.entries(COUNTS).flatMap(([prefix, count]) =>
      Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(2, '0')}`),
    );
    expect(new Set(rows.map((row) => row.id))).toEqual(new Set(expected));
  });

  test('has short titles, each of its own', () => {
    expect(rows.filter(({ title }) => title.split(' ').length > 10)).toEqual([]);
    expect(new Set(rows.map((row) => row.title)).size).toBe(rows.length);
  });
});

describe('the fixes', () => {
  test('are D01 to D47, each with rows that exist', () => {
    expect(fixes.map((fix) => fix.id)).toEqual(
      Array.from({ length: 47 }, (_, index) => `D${String(index + 1).padStart(2, '0')}`),
    );
    expect(fixById.size).toBe(47);
    expect(fixes.flatMap((fix) => fix.rows).filter((id) => !rowById.has(id))).toEqual([]);
    expect(fixes.filter((fix) => fix.rows.length === 0)).toEqual([]);
  });
});

describe('the rows that are not there yet', () => {
  test('exist, once, with a reason', () => {
    expect(notYet.filter(({ row }) => !rowById.has(row))).toEqual([]);
    expect(new Set(notYet.map(({ row }) => row)).size).toBe(notYet.length);
    expect(notYet.filter(({ reason }) => reason.length < 10)).toEqual([]);
  });
});
