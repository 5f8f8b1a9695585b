import { expect, test } from 'vitest';
import type { ConnectionMeta } from '../contract.ts';
import { BorrowedConnection } from './borrowed-connection.ts';
import type { LendingHost } from './loan.ts';
import { EVENT, EVENT_HEADER } from './records.ts';

const META = { protocol: 'http/1.1', proxy: null } as unknown as ConnectionMeta;

/** An addon that has one record at a time to tell, and more after it so many times. */
function hostWith(more: number): { readonly host: LendingHost; readonly patience: number[] } {
  const patience: number[] = [];
  const host = {
    wireBorrow(_loan: number, _commands: Uint8Array, _length: number, place: Uint8Array, wait: number) {
      patience.push(wait);
      place.fill(0, 0, EVENT_HEADER);
      place[0] = EVENT.received;
      return EVENT_HEADER * 2 + (patience.length <= more ? 1 : 0);
    },
    wireBorrowTake: () => false,
  };
  return { host: host as unknown as LendingHost, patience };
}

test('whoever blocks looks at the clock between two turns, however much there is to tell', () => {
  const { host, patience } = hostWith(50);
  const wire = new BorrowedConnection(host, 1, META);
  expect([wire.turn(1000), wire.turn(1000)]).toEqual([true, true]);
  // There is no need to wait for what is there.
  expect(patience).toEqual([100, 0]);
});

test('at the end everything is taken that is left to be told', () => {
  const { host, patience } = hostWith(5);
  const wire = new BorrowedConnection(host, 1, META);
  wire.turn(30);
  wire.flush();
  wire.flush();
  expect(patience).toEqual([30, 0, 0, 0, 0, 0]);
});

test('a piece of body that is not there any more is not taken for one', () => {
  const wire = new BorrowedConnection(hostWith(0).host, 1, META);
  expect(() => wire.take(1, new Uint8Array(8))).toThrow('lost');
  // What nobody wants need not be there.
  expect(() => wire.drop(1)).not.toThrow();
});
