import { expect, test } from 'vitest';
import { resolveResume } from './resume-policy.ts';

test('switches and parts', () => {
  for (const off of [undefined, null, false] as const) expect(resolveResume(off, null)).toBeNull();
  const policy = resolveResume({ attempts: 2 }, null)!;
  expect(policy).toMatchObject({ attempts: 2, backoff: { baseMs: 300 } });
  expect(resolveResume(undefined, policy)).toBe(policy);
  expect(resolveResume(true, policy)).toBe(policy);
  expect(resolveResume(false, policy)).toBeNull();
  expect(resolveResume({ backoff: { baseMs: 1 } }, policy)).toMatchObject({
    attempts: 2,
    backoff: { baseMs: 1 },
  });
  expect(resolveResume(true, null)).toMatchObject({ attempts: 5 });
});

test.each([5, 'x', { attempts: 0 }, { tries: 1 }, { backoff: 5 }])('%j is refused', (bad) => {
  expect(() => resolveResume(bad as object, null)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
  );
});
