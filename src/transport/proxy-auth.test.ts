import { describe, expect, test } from 'vitest';
import { silentContext } from '../../fixtures/transport-context.ts';
import type { Auth, AuthResponse } from '../auth/auth.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { negotiateTunnel, sendWithProxyAuth } from './proxy-auth.ts';
import { resolveProxy } from './proxy.ts';

const server = resolveProxy({ url: 'https://p.test:8443', headers: { 'X-Way': 'out' } });
const context = silentContext();

function answering(seen: unknown[] = []): Auth {
  return {
    *flow(request, target) {
      seen.push([request.method, request.url.href, request.extensions.target, target?.proxy]);
      const response: AuthResponse = yield request;
      seen.push([response.status, response.headers.raw]);
      if (response.status !== 407) return;
      const last: AuthResponse = yield request.with({ headers: { [target!.credentialsField]: 'Answer' } });
      seen.push([last.status, last.headers.raw]);
    },
  };
}

const reply = (status: number, fields: string[] = []) => ({
  status,
  reason: '',
  version: '1.1' as const,
  fields,
  body: new Uint8Array(0),
});

describe('negotiateTunnel', () => {
  test('the flow is told that it speaks to a proxy, and which', async () => {
    const seen: unknown[] = [];
    const negotiation = negotiateTunnel(answering(seen), server, 'a.test:443', ['Host', 'a.test:443']);
    expect(await negotiation.next(null)).toEqual(['Host', 'a.test:443']);
    const challenge = ['Proxy-Authenticate', 'X'];
    expect(await negotiation.next(reply(407, challenge))).toEqual([
      'Host',
      'a.test:443',
      'Proxy-Authorization',
      'Answer',
    ]);
    expect(await negotiation.next(reply(200, ['Proxy-Authentication-Info', 'I']))).toBeNull();
    await negotiation.close();
    expect(seen).toEqual([
      ['CONNECT', 'https://p.test:8443/', 'a.test:443', 'https://p.test:8443'],
      [407, [['Proxy-Authenticate', 'X']]],
      [200, [['Proxy-Authentication-Info', 'I']]],
    ]);
  });

  test('a flow that accepts the refusal, yields nothing, or something else', async () => {
    const accepting = negotiateTunnel(answering(), server, 'a:1', []);
    await accepting.next(null);
    expect(await accepting.next(reply(403))).toBeNull();
    await expect(negotiateTunnel({ *flow() {} }, server, 'a:1', []).next(null)).rejects.toThrow(
      InvalidArgument,
    );
    const wrong = {
      *flow() {
        yield 'x' as never;
      },
    } satisfies Auth;
    await expect(negotiateTunnel(wrong, server, 'a:1', []).next(null)).rejects.toThrow('must give a Request');
  });
});

describe('sendWithProxyAuth', () => {
  const request = new Request('POST', 'http://a.test/x', {
    content: 'b',
    headers: { Authorization: 'Own', A: '1' },
  });
  const send = (answers: StreamResponse[], sent: unknown[]) => (fields: readonly string[]) => {
    sent.push(fields);
    return Promise.resolve(answers.shift()!);
  };

  test('only fields for the proxy come out, and the origin stays out of it', async () => {
    const [seen, sent]: [unknown[], unknown[]] = [[], []];
    const answers = [
      new StreamResponse(407, { headers: { 'Proxy-Authenticate': 'X' }, body: 'no' }),
      new StreamResponse(401, { headers: { 'WWW-Authenticate': 'Y' }, body: 'origin' }),
    ];
    const response = await sendWithProxyAuth(
      answering(seen),
      server,
      request,
      'http://a.test/x',
      context,
      send(answers, sent),
    );
    expect([response.status, (await response.read()).text]).toEqual([401, 'origin']);
    expect(sent).toEqual([
      ['X-Way', 'out'],
      ['Proxy-Authorization', 'Answer', 'X-Way', 'out'],
    ]);
    const view = ['POST', 'https://p.test:8443/', 'http://a.test/x', 'https://p.test:8443'];
    expect(seen).toEqual([view, [407, [['Proxy-Authenticate', 'X']]], [200, []]]);
  });

  test('a flow that knows of no proxies', async () => {
    const sent: unknown[] = [];
    const simple: Auth = {
      *flow(view) {
        expect(view.headers.has('authorization')).toBe(false);
        yield view.with({ headers: { Authorization: 'Simple', B: '2' } });
      },
    };
    await sendWithProxyAuth(simple, server, request, 'x', context, send([new StreamResponse(200)], sent));
    expect(sent).toEqual([['Proxy-Authorization', 'Simple', 'B', '2', 'X-Way', 'out']]);
  });

  test('a failure of the flow cancels the response', async () => {
    const answer = new StreamResponse(407, { body: 'no' });
    const failing: Auth = {
      *flow(view) {
        yield view;
        throw new Error('broken');
      },
    };
    await expect(
      sendWithProxyAuth(failing, server, request, 'x', context, send([answer], [])),
    ).rejects.toThrow('broken');
    expect(answer.isClosed).toBe(true);
  });

  test('the signal ends the wait for a flow', async () => {
    const hanging: Auth = {
      async *flow(view) {
        await new Promise(() => {});
        yield view;
      },
    };
    const signal = AbortSignal.abort();
    await expect(
      sendWithProxyAuth(hanging, server, request, 'x', { ...context, signal }, send([], [])),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});
