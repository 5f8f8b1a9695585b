import { expect, test } from 'vitest';
import { joinSignals } from './join-signals.ts';

test.each([0, 1])('the signal with number %i aborts, with its reason', (which) => {
  const both = [new AbortController(), new AbortController()] as const;
  const { signal } = joinSignals(both[0].signal, both[1].signal);
  expect(signal.aborted).toBe(false);
  const reason = new Error('enough');
  both[which]!.abort(reason);
  expect([signal.aborted, signal.reason]).toEqual([true, reason]);
  const late = joinSignals(both[0].signal, both[1].signal);
  expect([late.signal.aborted, late.signal.reason]).toEqual([true, reason]);
});

test('released, it hears nothing more', () => {
  const [own, shared] = [new AbortController(), new AbortController()];
  const { signal, release } = joinSignals(own.signal, shared.signal);
  release();
  own.abort();
  shared.abort();
  expect(signal.aborted).toBe(false);
});
