import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Response } from '../message/response.ts';
import { DEFAULT_REDACTION } from '../models/redaction.ts';
import type { TraceEvent } from '../models/trace.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import { startHTTP2Server } from '../../fixtures/http2-server.ts';
import { connectProxy } from '../../fixtures/proxy-scripts.ts';
import { startScriptedServer } from '../../fixtures/scripted-server.ts';
import { startReplyServer, reply } from '../../fixtures/reply-server.ts';
import { Client } from './client.ts';
import { createTracer, debugLogger, DIAGNOSTICS_CHANNELS, formatEvent } from './tracing.ts';

const subscriptions: (() => void)[] = [];

afterEach(() => {
  for (const end of subscriptions.splice(0)) end();
  vi.unstubAllEnvs();
});

function listen(name: string): TraceEvent[] {
  const events: TraceEvent[] = [];
  const listener = (event: unknown): void => void events.push(event as TraceEvent);
  subscribe(name, listener);
  subscriptions.push(() => unsubscribe(name, listener));
  return events;
}

describe('createTracer', () => {
  test('nothing is made when nobody listens', () => {
    expect(createTracer(DEFAULT_REDACTION, null, undefined, undefined)).toBeNull();
  });

  test.each(Object.values(DIAGNOSTICS_CHANNELS))('a subscriber of %s listens', (name) => {
    listen(name);
    expect(createTracer(DEFAULT_REDACTION, null, undefined, undefined)).not.toBeNull();
  });

  test('client, request and logger hear each event, under a number of their own or a given one', () => {
    const heard: string[] = [];
    const logger = { info: () => {}, debug: (line: string) => void heard.push(line) };
    const tracer = createTracer(
      DEFAULT_REDACTION,
      logger,
      (event) => heard.push(`own ${event.name}`),
      (event) => heard.push(`extra ${event.name}`),
    );
    tracer?.emit('client.redirect', { status: 302 });
    expect(heard).toEqual([
      'own client.redirect',
      'extra client.redirect',
      `[${tracer?.requestId}] client.redirect status=302`,
    ]);
    const next = createTracer(DEFAULT_REDACTION, logger, undefined, undefined);
    expect(next?.requestId).toBe(tracer!.requestId + 1);
    expect(createTracer(DEFAULT_REDACTION, logger, undefined, undefined, 7)?.requestId).toBe(7);
  });
});

describe('formatEvent', () => {
  test('one line, with the message of an error', () => {
    const info = { url: 'http://a/', count: 2, error: new Error('broken'), nothing: undefined, list: ['a'] };
    const event: TraceEvent = { name: 'client.request.failed', time: 0, requestId: 3, info };
    expect(formatEvent(event)).toBe(
      '[3] client.request.failed url="http://a/" count=2 error=broken nothing=undefined list=["a"]',
    );
  });

  test('whatever a program has thrown', () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const format = (error: unknown): string =>
      formatEvent({ name: 'client.request.failed', time: 0, requestId: 1, info: { error } });
    expect(format(circular)).toContain('error=[object Object]');
    expect(format(1n)).toContain('error=[object BigInt]');
    expect(format(() => {})).toContain('error=() =>');
  });
});

test('events go to the channel of their group', async () => {
  const names = Object.values(DIAGNOSTICS_CHANNELS);
  const heard = names.map((name) => listen(name));
  const server = await startReplyServer(reply(200, [], 'content'));
  const modern = await startHTTP2Server({});
  const client = new Client();
  const modernClient = new Client({ http1: false, http2: true });
  try {
    await client.get(server.url('/?token=hidden'));
    await modernClient.get(modern.url('/?token=hidden'));
  } finally {
    await Promise.all([client, modernClient, server, modern].map((one) => one.close()));
  }
  for (const [index, group] of Object.keys(DIAGNOSTICS_CHANNELS).entries()) {
    const groups = new Set(heard[index]?.map(({ name }) => name.slice(0, name.indexOf('.'))));
    expect([...groups]).toEqual([group]);
  }
  expect(heard[0]?.map(({ name }) => name)).toEqual([
    'client.request.started',
    'client.request.complete',
    'client.request.started',
    'client.request.complete',
  ]);
  expect(JSON.stringify(heard)).not.toContain('hidden');
});

test('what is said to a proxy is published with the other steps of connecting', async () => {
  const heard = listen(DIAGNOSTICS_CHANNELS.connection);
  const proxy = await startScriptedServer(connectProxy({ refuse: () => ({ bytes: '', after: 'end' }) }));
  const client = new Client({ proxy: { url: proxy.origin, tunnel: true } });
  try {
    await expect(client.get('http://a.test/')).rejects.toThrow('CONNECT');
  } finally {
    await client.close();
    await proxy.close();
  }
  expect(heard.map(({ name }) => name)).toContain('proxy.connect.failed');
});

test('a logger that fails fails the request, and nothing is left of it', async () => {
  const failure = new Error('disk full');
  const cancel = vi.fn();
  const { StreamResponse } = await import('../message/stream-response.ts');
  const body = new ReadableStream<Uint8Array>({ cancel });
  const client = new Client({
    transport: new MockTransport(() => new StreamResponse(200, { body: body as never })),
    logger: {
      info: () => {
        throw failure;
      },
      debug: () => {},
    },
  });
  await expect(client.get('https://a.test/')).rejects.toBe(failure);
  expect(cancel).toHaveBeenCalledOnce();
});

test('NODE_DEBUG makes a logger', async () => {
  vi.stubEnv('NODE_DEBUG', '');
  expect(debugLogger()).toBeNull();
  vi.stubEnv('NODE_DEBUG', 'net,TERNHTTP');
  const logger = debugLogger();
  expect(logger).not.toBeNull();
  const client = new Client({ transport: new MockTransport(() => new Response(204)), logger: null });
  expect((await client.get('https://a.test/')).status).toBe(204);
});
