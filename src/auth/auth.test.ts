import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import { type Auth, openFlow } from './auth.ts';

const request = new Request('GET', 'https://a.test/');

test('openFlow opens generators of both kinds with the request', async () => {
  const plain: Auth = {
    *flow(given) {
      yield given;
    },
  };
  const waiting: Auth = {
    async *flow(given) {
      yield given;
    },
  };
  for (const auth of [plain, waiting]) expect((await openFlow(auth, request).next()).value).toBe(request);
});

test.each([
  ['nothing', () => undefined],
  ['null', () => null],
  ['a promise', async () => {}],
  ['a list', () => [request]],
  ['a request', () => request],
])('a flow that gives %s is refused', (_name, flow) => {
  expect(() => openFlow({ flow } as unknown as Auth, request)).toThrow(InvalidArgument);
  expect(() => openFlow({ flow } as unknown as Auth, request)).toThrow(/must be a generator/);
});

test('the auth is the this of its flow', () => {
  const auth = {
    name: 'mine',
    *flow(this: { name: string }, given: Request): Generator<Request, void> {
      yield given.with({ headers: { 'X-Auth': this.name } });
    },
  };
  const step = openFlow(auth, request).next() as IteratorYieldResult<Request>;
  expect(step.value.headers.get('x-auth')).toBe('mine');
});
