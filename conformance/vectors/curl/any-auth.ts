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
      const schemes = response.headers
        .getList('www-authenticate')
        .map((challenge) => challenge.split(/[ ,]/, 1)[0]!.toLowerCase());
      if (schemes.includes('digest')) {
        const steps = digest.flow(request);
        // Its first step has been made.
        await steps.next();
        for (let step = await steps.next(response); step.done !== true;)
          step = await steps.next(yield step.value);
      } else if (schemes.includes('basic')) {
        yield* basic.flow(request);
      }
    },
  };
}
