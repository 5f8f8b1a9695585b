import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type DispatchController, receiverFor } from './dispatch-receiver.ts';

function controller(): DispatchController & { calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    aborted: false,
    paused: false,
    reason: null,
    rawHeaders: null,
    rawTrailers: null,
    abort: (reason) => calls.push(`abort ${reason.message}`),
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
  };
}

const fields = ['X-A', '1', 'x-a', '2'];
const raw = fields.map((text) => Buffer.from(text));
const socket = new Duplex();
const failure = new Error('failed');

function recording(names: readonly string[], answer?: boolean): { handler: object; events: unknown[][] } {
  const events: unknown[][] = [];
  const handler = Object.fromEntries(
    names.map((name) => [
      name,
      (...values: unknown[]) => {
        events.push([name, ...values]);
        return answer;
      },
    ]),
  );
  return { handler, events };
}

const MODERN = [
  'onRequestStart',
  'onResponseStart',
  'onResponseData',
  'onResponseEnd',
  'onResponseError',
  'onRequestUpgrade',
];
const LEGACY = [
  'onConnect',
  'onHeaders',
  'onData',
  'onComplete',
  'onError',
  'onUpgrade',
  'onResponseStarted',
];

describe('receiverFor', () => {
  test('a handler with a controller', () => {
    const { handler, events } = recording(MODERN);
    const control = controller();
    const receiver = receiverFor(handler);
    receiver.onStart(control);
    receiver.onHead(control, 200, fields, 'OK');
    receiver.onData(control, Buffer.from('a'));
    receiver.onEnd(control, ['X-T', '3']);
    receiver.onError(control, failure);
    receiver.onUpgrade(control, 101, fields, socket);
    expect(events).toEqual([
      ['onRequestStart', control, {}],
      ['onResponseStart', control, 200, { 'x-a': ['1', '2'] }, 'OK'],
      ['onResponseData', control, Buffer.from('a')],
      ['onResponseEnd', control, { 'x-t': '3' }],
      ['onResponseError', control, failure],
      ['onRequestUpgrade', control, 101, { 'x-a': ['1', '2'] }, socket],
    ]);
    expect(control.rawHeaders).toEqual(raw);
    expect(control.rawTrailers).toEqual([Buffer.from('X-T'), Buffer.from('3')]);
  });

  test('a handler without one', () => {
    const { handler, events } = recording(LEGACY);
    const control = controller();
    const receiver = receiverFor(handler);
    receiver.onStart(control);
    (events[0]![1] as (reason: Error) => void)(failure);
    receiver.onHead(control, 200, fields, 'OK');
    (events[2]![3] as () => void)();
    receiver.onData(control, Buffer.from('a'));
    receiver.onEnd(control, []);
    receiver.onError(control, failure);
    receiver.onUpgrade(control, 101, fields, socket);
    expect(events.map(([name]) => name)).toEqual([
      'onConnect',
      'onResponseStarted',
      'onHeaders',
      'onData',
      'onComplete',
      'onError',
      'onUpgrade',
    ]);
    expect(events[2]).toEqual(['onHeaders', 200, raw, expect.any(Function), 'OK']);
    expect(events[4]).toEqual(['onComplete', []]);
    expect(control.calls).toEqual(['abort failed', 'resume']);
  });

  test('a callback that returns false pauses, but not for an interim response', () => {
    const { handler } = recording(LEGACY, false);
    const control = controller();
    const receiver = receiverFor(handler);
    receiver.onHead(control, 103, [], '');
    expect(control.calls).toEqual([]);
    receiver.onHead(control, 200, [], '');
    receiver.onData(control, Buffer.from('a'));
    expect(control.calls).toEqual(['pause', 'pause']);
  });

  test('callbacks that are missing are not missed', () => {
    const control = controller();
    for (const handler of [{}, { onRequestStart() {} }]) {
      const receiver = receiverFor(handler);
      receiver.onStart(control);
      receiver.onHead(control, 200, [], '');
      receiver.onData(control, Buffer.alloc(1));
      receiver.onEnd(control, []);
      receiver.onError(control, failure);
      receiver.onUpgrade(control, 101, [], socket);
    }
    expect(control.calls).toEqual([]);
  });
});
