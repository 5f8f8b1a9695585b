import type { Response, ResponseInit } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

const SECRET_URL = 'http://user:geheim@h/path?token=geheim&page=2#geheim';

/** A response to a request with secrets in its URL. */
export function answered(t: CaseContext, status: number, init: ResponseInit = {}): Response {
  return new t.tern.Response(status, { request: new t.tern.Request('GET', SECRET_URL), ...init });
}
