import { type Auth, basicAuth, type Request } from '../../../src/index.ts';

/**
 * What `--anyauth` does as far as Basic goes: asks without credentials first, and gives them if the server wants
 * them in a scheme that is known.
 */
export function anyAuth(username: string, password: string): Auth {
  const basic = basicAuth(username, password);
  return {
    needsRequestBody: true,
    async *flow(request: Request) {
      const response = yield request;
      if (response.status !== 401) return;
      const wantsBasic = response.headers
        .getList('www-authenticate')
        .some((challenge) => /^basic(?:\s|$)/i.test(challenge));
      if (wantsBasic) yield* basic.flow(request);
    },
  };
}
