import { expect, test } from 'vitest';
import { routeTo } from '../../fixtures/wire-setup.ts';
import { OriginPool } from './origin-pool.ts';
import { type Acquirer, Waiter } from './waiter.ts';

test('who has waited longest, for room or for a connection', () => {
  const origin = new OriginPool(routeTo(80, { key: 'a' }));
  const [one, two, three] = [1, 2, 3].map((ticket) => new Waiter({} as Acquirer, origin, ticket, true)) as [
    Waiter,
    Waiter,
    Waiter,
  ];
  expect([origin.key, origin.oldest, origin.priority, origin.isUnused]).toEqual(['a', null, Infinity, true]);
  origin.starving.push(two.node);
  expect([origin.oldest, origin.priority, origin.isUnused]).toEqual([two, 2, false]);
  origin.starving.push(three.node);
  origin.connecting.push(one.node);
  expect([origin.oldest, origin.priority]).toEqual([one, 2]);
  origin.connecting.remove(one.node);
  origin.connecting.push(three.node);
  expect(origin.oldest).toBe(two);
});
