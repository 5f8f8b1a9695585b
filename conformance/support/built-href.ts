import type { ClientOptions, RequestOptions } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

/** The URL of a request that a client with these options builds. */
export function href(t: CaseContext, client: ClientOptions, url: string, request?: RequestOptions): string {
  return new t.tern.Client(client).buildRequest('GET', url, request).url.href;
}
