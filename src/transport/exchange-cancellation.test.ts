import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { setUp } from '../../fixtures/exchange-setup.ts';
import { DEFAULT_REDACTION } from '../models/redaction.ts';
import { Tracer } from '../models/trace.ts';
import type { TraceEvent } from '../models/trace.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('listeners that end the request', () => {
  const NAMES = [
    'pool.acquire.started',
    'connect',
    'pool.acquire.complete',
    'http11.send_request_headers.started',
    'http11.send_request_headers.complete',
    'http11.send_request_body.started',
    'http11.send_request_body.complete',
    'http11.receive_response_headers.started',
    'http11.informational',
    'http11.receive_response_headers.complete',
    'http11.receive_response_body.started',
    'http11.receive_response_body.complete',
  ];

  describe.each([
    ['a body that goes with the head', 'abc'],
    ['a streamed body', () => [new Uint8Array(10)]],
  ] as const)('%s', (_what, content) => {
    test.each(NAMES)('at %s', async (name) => {
      const { begin, connected, expectRoom, engine } = setUp();
      const controller = new AbortController();
      const events: string[] = [];
      const tracer = new Tracer(1, DEFAULT_REDACTION, [
        (event: TraceEvent) => {
          events.push(event.name);
          if (event.name === name) controller.abort(new Error('enough'));
        },
      ]);
      if (name === 'connect') engine.onConnect = () => controller.abort(new Error('enough'));
      const answer = begin({
        method: 'PUT',
        init: { content },
        context: { tracer, signal: controller.signal },
      });
      const connection = await connected();
      connection?.sink?.sent(10);
      await turn();
      connection?.sink?.informational(103, '', []);
      connection?.sink?.head(200, '', [], '1.1');
      connection?.data('x');
      connection?.end();
      await expect(answer.then((response) => response.read())).rejects.toMatchObject({ name: 'AbortError' });
      await expectRoom();
      const last = events.indexOf(name);
      // What began before has an outcome after it.
      if (name.endsWith('.started'))
        expect(events.slice(last)).toContain(name.replace('.started', '.failed'));
    });
  });

  test.each(['onInformational', 'onUploadProgress', 'onDownloadProgress'] as const)(
    'by throwing in %s',
    async (name) => {
      const { begin, connected, expectRoom } = setUp();
      const failure = new Error('mine');
      const context = {
        [name]: () => {
          throw failure;
        },
      };
      const answer = begin({ method: 'PUT', init: { content: 'abc' }, context });
      const connection = await connected();
      connection?.sink?.informational(103, '', []);
      connection?.sink?.head(200, '', [], '1.1');
      connection?.data('x');
      connection?.end();
      await expect(answer.then((response) => response.read())).rejects.toBe(failure);
      await expectRoom();
    },
  );

  test('by aborting in a callback', async () => {
    const { begin, connected, expectRoom } = setUp();
    const controller = new AbortController();
    const context = { signal: controller.signal, onInformational: () => controller.abort() };
    const answer = begin({ context });
    const connection = await connected();
    connection.sink!.informational(103, '', []);
    connection.sink?.head(200, '', [], '1.1');
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await expectRoom();
  });
});

describe('the signal', () => {
  function watched(): { controller: AbortController; listeners: () => number } {
    const controller = new AbortController();
    let count = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      count++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      count--;
      remove(...args);
    };
    return { controller, listeners: () => count };
  }

  test('has no listener once the exchange is over, however it ended', async () => {
    const { begin, connected, expectRoom } = setUp();
    const { controller, listeners } = watched();
    const context = { signal: controller.signal };
    const first = begin({ context });
    expect(listeners()).toBe(1);
    (await connected()).answer();
    await first;
    expect(listeners()).toBe(0);
    const second = begin({ context });
    (await connected()).fail();
    await expect(second).rejects.toMatchObject({ name: 'RemoteProtocolError' });
    expect(listeners()).toBe(0);
    const third = begin({ context: { ...context, delivery: 'stream' } });
    (await connected()).head();
    await (await third).cancel();
    expect(listeners()).toBe(0);
    await expectRoom();
  });

  test('that is aborted already: nothing is begun', async () => {
    const { begin, engine, expectRoom } = setUp();
    const reason = new Error('before');
    const events: string[] = [];
    const tracer = new Tracer(1, DEFAULT_REDACTION, [({ name }) => events.push(name)]);
    const answer = begin({ context: { signal: AbortSignal.abort(reason), tracer } });
    await expect(answer).rejects.toMatchObject({ name: 'AbortError', phase: 'pool', cause: reason });
    expect([engine.connections, events]).toEqual([[], []]);
    await expectRoom();
  });
});
