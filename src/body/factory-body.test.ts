import { EventEmitter, once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { collectText } from '../../fixtures/collect-body.ts';
import { encodeContent } from './content.ts';
import { factoryBody } from './factory-body.ts';

test('the function runs for each sending, not before', async () => {
  let count = 0;
  const body = factoryBody(() => encodeContent(Readable.from([`stream ${++count}`])));
  expect(body).toMatchObject({ bytes: null, length: null, replayable: true });
  const iterator = body.open();
  expect(count).toBe(0);
  await iterator.next();
  await iterator.return?.();
  expect(await collectText(body)).toBe('stream 2');
});

test('the function may take its time, and what it throws comes through', async () => {
  expect(await collectText(factoryBody(async () => encodeContent('late')))).toBe('late');
  const failure = new Error('no such file');
  await expect(
    collectText(
      factoryBody(() => {
        throw failure;
      }),
    ),
  ).rejects.toBe(failure);
});

test('return() releases what the function made, even what it makes later', async () => {
  const streams = [new PassThrough(), new PassThrough()];
  const started = factoryBody(() => encodeContent(streams[0]!)).open();
  const waiting = started.next();
  await Promise.resolve();
  await started.return?.();
  expect((await waiting).done).toBe(true);

  const gate = new EventEmitter();
  const late = factoryBody(async () => {
    await once(gate, 'open');
    return encodeContent(streams[1]!);
  }).open();
  const pending = late.next();
  await late.return?.();
  gate.emit('open');
  expect((await pending).done).toBe(true);
  expect(streams.map((stream) => stream.destroyed)).toEqual([true, true]);

  expect((await late.next()).done).toBe(true);
});
