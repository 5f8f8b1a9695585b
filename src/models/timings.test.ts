import { expect, test } from 'vitest';
import { type TimeMarks, timingsOf } from './timings.ts';

const NOTHING: TimeMarks = { started: 0, acquired: 0, sent: 0, firstByte: 0, ended: 0, dial: null };

test('the steps of an exchange on a new connection', () => {
  const dial = { dns: 2, connect: 3, tls: 4, proxy: 5 };
  expect(timingsOf({ started: 10, acquired: 20, sent: 21, firstByte: 30, ended: 45, dial })).toEqual({
    queued: 10,
    dns: 2,
    connect: 3,
    tls: 4,
    proxy: 5,
    sent: 1,
    firstByte: 9,
    download: 15,
    total: 35,
  });
});

test('a step that has not ended, or was not needed, is null and not zero', () => {
  const none = {
    queued: null,
    dns: null,
    connect: null,
    tls: null,
    proxy: null,
    sent: null,
    firstByte: null,
    download: null,
    total: null,
  };
  expect(timingsOf(NOTHING)).toEqual(none);
  expect(timingsOf({ ...NOTHING, started: 10 })).toEqual(none);
  expect(timingsOf({ ...NOTHING, started: 10, acquired: 10, sent: 12 })).toEqual({
    ...none,
    queued: 0,
    sent: 2,
  });
  expect(timingsOf({ ...NOTHING, dial: { dns: null, connect: 3, tls: null, proxy: null } })).toEqual({
    ...none,
    connect: 3,
  });
});
