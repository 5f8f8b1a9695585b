import { type Auth, DigestAuth, type Request } from '../../../src/index.ts';

/**
 * What `--digest` does with a request that has a body: it expects to be refused, asks with an empty body first, and
 * sends the body with the answer to the challenge. Whoever does not ask for credentials gets the empty body alone.
 */
export function digestFirst(username: string, password: string): Auth {
  const digest = new DigestAuth(username, password);
  let isKnown = false;
  return {
    async *flow(request: Request) {
      if (isKnown || request.body === null) {
        yield* digest.flow(request);
        return;
      }
      const type = request.headers.get('content-type');
      const empty = request.with({ content: null });
      const length = { 'Content-Length': '0', ...(type === null ? {} : { 'Content-Type': type }) };
      const response = yield empty.with({ headers: length });
      if (response.status !== 401) {
        if (response.isSuccess) yield request;
        return;
      }
      isKnown = true;
      const steps = digest.flow(request);
      // Its first step has been made, with an empty body.
      await steps.next();
      for (let step = await steps.next(response); step.done !== true;) {
        const credentials = step.value.headers.get('authorization')!;
        step = await steps.next(yield request.with({ headers: { Authorization: credentials } }));
      }
    },
  };
}
