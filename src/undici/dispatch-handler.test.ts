import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { DispatchHandler, type DispatchSink } from './dispatch-handler.ts';
import type { DispatchControl } from './dispatcher-like.ts';

class Recorder implements DispatchSink {
  readonly events: unknown[][] = [];
  control: DispatchControl | null = null;

  onStart(control: DispatchControl): void {
    this.control = control;
    this.events.push(['start']);
  }

  onHead(...event: unknown[]): void {
    this.events.push(['head', ...event]);
  }

  onData(chunk: Uint8Array): void {
    this.events.push(['data', Buffer.from(chunk).toString()]);
    if (chunk.length > 1) this.control?.pause();
  }

  onEnd(trailers: string[]): void {
    this.events.push(['end', trailers]);
  }

  onError(error: unknown): void {
    this.events.push(['error', error]);
  }

  onUpgrade(status: number, fields: string[], socket: Duplex): void {
    this.events.push(['upgrade', status, fields, socket]);
  }
}

const control: DispatchControl = {
  rawHeaders: [Buffer.from('X-A'), Buffer.from('1')],
  rawTrailers: [Buffer.from('X-T'), Buffer.from('2')],
  abort() {},
  pause() {},
  resume() {},
};
const failure = new Error('failed');
const socket = new Duplex();

test('the contract with a controller', () => {
  const recorder = new Recorder();
  const handler = new DispatchHandler(recorder);
  handler.onRequestStart(control);
  handler.onResponseStart(control, 200, { 'x-a': '1' }, 'OK');
  handler.onResponseData(control, Buffer.from('a'));
  handler.onResponseEnd(control, { 'x-t': '2' });
  handler.onResponseError(control, failure);
  handler.onRequestUpgrade(control, 101, { 'x-a': '1' }, socket);
  expect(recorder.control).toBe(control);
  expect(recorder.events).toEqual([
    ['start'],
    ['head', 200, 'OK', ['X-A', '1']],
    ['data', 'a'],
    ['end', ['X-T', '2']],
    ['error', failure],
    ['upgrade', 101, ['X-A', '1'], socket],
  ]);
});

test('the contract without one: callbacks return false to pause', () => {
  const recorder = new Recorder();
  const handler = new DispatchHandler(recorder);
  const aborted: unknown[] = [];
  let resumed = 0;
  handler.onConnect((reason) => aborted.push(reason));
  expect(handler.onHeaders(200, [Buffer.from('X-A'), Buffer.from('1')], () => resumed++, 'OK')).toBe(true);
  expect(handler.onData(Buffer.from('a'))).toBe(true);
  expect(handler.onData(Buffer.from('bc'))).toBe(false);
  recorder.control?.resume();
  recorder.control?.resume();
  expect(resumed).toBe(1);
  expect(handler.onData(Buffer.from('d'))).toBe(true);
  handler.onComplete([Buffer.from('X-T'), Buffer.from('2')]);
  handler.onError(failure);
  handler.onUpgrade(101, null, socket);
  recorder.control?.abort(failure);
  expect(aborted).toEqual([failure]);
  expect(recorder.events).toEqual([
    ['start'],
    ['head', 200, 'OK', ['X-A', '1']],
    ['data', 'a'],
    ['data', 'bc'],
    ['data', 'd'],
    ['end', ['X-T', '2']],
    ['error', failure],
    ['upgrade', 101, [], socket],
  ]);
});

test('a dispatcher that never says that it starts', () => {
  const recorder = new Recorder();
  expect(new DispatchHandler(recorder).onHeaders(204, null, () => {})).toBe(true);
  expect(recorder.events).toEqual([['start'], ['head', 204, undefined, []]]);
});
