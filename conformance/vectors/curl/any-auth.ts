import { type Auth, basicAuth, DigestAuth, type Request } from '../../../src/index.ts';

/**
 * What `--anyauth` does: asks without credentials first, and gives them in the strongest scheme that the server wants
 * and that is known.
 */
export function anyAuth(username: string, password: string): Auth {
  const basic = basicAuth(username, password);
  const digest = new DigestAuth(username, password);
  return {
    needsRequestBody: true,
    async *flow(request: Request) {
      const response = yield request;
      if (response.status !== 401) return;
      const challenges = response.headers.getList('www-authenticate');
      const wants = (scheme: RegExp): boolean => challenges.some((challenge) => scheme.test(challenge));
      if (wants(/^digest\s/i)) {
        const steps = digest.flow(request);
        // Its first step has been made.
        await steps.next();
        for (let step = await steps.next(response); step.done !== true;)
          step = await steps.next(yield step.value);
      } else if (wants(/^basic(?:\s|$)/i)) {
        yield* basic.flow(request);
      }
    },
  };
}
