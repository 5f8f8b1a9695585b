import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { guardAgainstLeaks } from '../../fixtures/leak-guard.ts';
import { startReplyServer } from '../../fixtures/reply-server.ts';
import { silentContext } from '../../fixtures/transport-context.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { Request } from '../message/request.ts';
import { Response } from '../message/response.ts';
import { HandlerTransport } from './handler-transport.ts';
import { HTTPTransport } from './http-transport.ts';
import { MockTransport } from './mock-transport.ts';
import { NodeHandlerTransport } from './node-handler-transport.ts';
import type { Transport } from './transport.ts';

const defer = guardAgainstLeaks();

const CONTEXT = silentContext();

test('each kind is closed at the end of its scope', async () => {
  const server = await startReplyServer('HTTP/1.1 204 No Content\r\n\r\n');
  defer(() => server.close());
  const kinds: (AsyncDisposable & Transport)[] = [
    new HTTPTransport(),
    new HandlerTransport(() => new globalThis.Response(null, { status: 204 })),
    new NodeHandlerTransport((_request, response) => void response.writeHead(204).end()),
  ];
  for (const transport of kinds) {
    const request = new Request('GET', server.url());
    expect((await transport.handle(request, CONTEXT)).status).toBe(204);
    await transport[Symbol.asyncDispose]();
    await expect(transport.handle(request, CONTEXT)).rejects.toThrow(ClientClosed);
  }
  await server.untilOpen(0);
  const mock: AsyncDisposable = new MockTransport(() => new Response(204));
  await mock[Symbol.asyncDispose]();
});

test('shows its class when it is printed, and nothing of its options', async () => {
  const proxy = 'https://me:hunter2@proxy.test';
  const transport = new HTTPTransport({ proxy, tls: { passphrase: 'hunter2', key: 'hunter2' } });
  const shown = inspect(transport, { depth: 9, showHidden: true });
  expect(shown).toMatch(/^HTTPTransport \{/);
  expect(shown + inspect(transport)).not.toContain('hunter2');
  await transport.close();
});

test('tells whether it is closed', async () => {
  const transport = new HTTPTransport();
  expect(transport.isClosed).toBe(false);
  const closing = transport.close();
  expect(transport.isClosed).toBe(true);
  await closing;
});
