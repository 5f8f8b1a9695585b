import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import { publishClose } from './connection-events.ts';

test('is published when somebody listens', () => {
  const heard: unknown[] = [];
  const listener = (event: unknown): void => void heard.push(event);
  publishClose(1, 'http://h.test');
  subscribe('ternhttp:connection', listener);
  publishClose(2, 'http://h.test');
  unsubscribe('ternhttp:connection', listener);
  publishClose(3, 'http://h.test');
  expect(heard).toEqual([
    {
      name: 'connection.close',
      time: expect.any(Number),
      requestId: 0,
      info: { connection: 2, origin: 'http://h.test' },
    },
  ]);
});
