import type { Client, Response } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const MEBI = 2 ** 20;

/** What a client meets that answers with so much content first, and what it took of that. */
function burdened(
  t: CaseContext,
  status: number,
  mebibytes: number,
): { readonly client: Client; readonly taken: () => number } {
  let taken = 0;
  const much = function* (): Generator<Uint8Array> {
    for (; taken < mebibytes; taken++) yield new Uint8Array(MEBI);
  };
  let hasAnswered = false;
  const transport = new t.tern.MockTransport(() => {
    if (hasAnswered) return new t.tern.Response(200, { text: 'end' });
    hasAnswered = true;
    return new t.tern.StreamResponse(status, { headers: { Location: '/end' }, body: much() });
  });
  const client = new t.tern.Client({ transport, redirect: true });
  t.defer(() => client.close());
  return { client, taken: () => taken };
}

const tooLong = { name: 'DecodingError', code: 'ERR_CONTENT_LIMIT' };

export const cases: readonly ConformanceCase[] = [
  {
    id: 'ST-12.bound',
    rows: ['ST-12', 'DC-11'],
    title: 'the content of a redirect that is followed is read up to 16 MiB, which nobody asked for',
    verdict: 'differs:httpx reads it whole, however large it is',
    layer: 'model',
    async run(t) {
      for (const stream of [false, true]) {
        const { client, taken } = burdened(t, 302, 64);
        const request = new t.tern.Request('GET', 'https://a.test/');
        await t.assert.rejects(
          stream ? client.send(request, { stream: true }) : client.send(request),
          tooLong,
        );
        t.assert.ok(taken() < 20, `${taken()} MiB read`);
      }
      const { client } = burdened(t, 302, 16);
      const response = await client.get('https://a.test/');
      t.assert.deepEqual([response.text, response.history[0]!.bytes.length], ['end', 16 * MEBI]);
    },
  },
  {
    id: 'AU-06.bound',
    rows: ['AU-06', 'ST-12', 'DC-11'],
    title: 'the content of an answer that a flow has looked at and goes on from is read up to 16 MiB',
    verdict: 'differs:httpx reads it whole, however large it is',
    layer: 'model',
    async run(t) {
      const flowOf = (needsResponseBody: boolean, tries: number): object => ({
        needsResponseBody,
        *flow(request: InstanceType<typeof t.tern.Request>) {
          for (let i = 0; i < tries; i++) yield request;
        },
      });
      for (const stream of [false, true]) {
        const { client, taken } = burdened(t, 401, 64);
        const request = new t.tern.Request('GET', 'https://a.test/');
        const auth = flowOf(false, 2) as never;
        await t.assert.rejects(
          stream ? client.send(request, { auth, stream: true }) : client.send(request, { auth }),
          tooLong,
        );
        t.assert.ok(taken() < 20, `${taken()} MiB read`);
      }
      // What the flow wants to see may be what the caller wants to have: the bound is the client's.
      const { client } = burdened(t, 200, 20);
      const wanted: Response = await client.get('https://a.test/', { auth: flowOf(true, 1) as never });
      t.assert.equal(wanted.bytes.length, 20 * MEBI);
    },
  },
];
