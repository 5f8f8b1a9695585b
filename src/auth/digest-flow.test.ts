import { describe, expect, test } from 'vitest';
import { RemoteProtocolError } from '../errors/remote-protocol-error.ts';
import { Request, type RequestInit } from '../message/request.ts';
import { Response } from '../message/response.ts';
import { openFlow } from './auth.ts';
import { type AuthTarget, proxyTarget } from './auth-target.ts';
import { DigestAuth } from './digest-auth.ts';

const PROXY = proxyTarget('http://proxy.test:3128');
const CHALLENGE = 'Digest realm="r", nonce="n", qop="auth"';

/** Feeds a flow with responses, and gives the requests that it yields. */
async function drive(
  auth: DigestAuth,
  request: Request,
  responses: readonly Response[],
  target?: AuthTarget,
): Promise<Request[]> {
  const flow = openFlow(auth, request, target);
  const requests: Request[] = [];
  let step = await flow.next();
  for (const response of responses) {
    if (step.done === true) break;
    requests.push(step.value);
    step = await flow.next(response);
  }
  expect(step.done).toBe(true);
  return requests;
}

function requestOf(method = 'GET', init: RequestInit = {}): Request {
  return new Request(method, 'https://a.test/x?y', init);
}

describe('a proxy', () => {
  const challenge = new Response(407, { headers: { 'Proxy-Authenticate': CHALLENGE, 'Set-Cookie': 'a=1' } });

  test('gets its own fields, and the authority as uri of a tunnel', async () => {
    const auth = new DigestAuth('user', 'pass');
    const request = requestOf('CONNECT', { headers: { Authorization: 'own' } });
    const [, answer] = await drive(auth, request, [challenge, new Response(200)], PROXY);
    expect(answer?.headers.get('proxy-authorization')).toContain('uri="a.test:443"');
    expect(answer?.headers.get('authorization')).toBe('own');
    expect(answer?.headers.get('cookie')).toBeNull();
  });

  test('is remembered by where it is, not by what is asked of it', async () => {
    const auth = new DigestAuth('user', 'pass');
    await drive(auth, requestOf(), [challenge, new Response(200)], PROXY);
    const other = new Request('GET', 'http://b.test/');
    const [first] = await drive(auth, other, [new Response(200)], PROXY);
    expect(first?.headers.get('proxy-authorization')).toMatch(/uri="\/".*nc=00000002/);
    const [direct] = await drive(auth, other, [new Response(200)]);
    expect(direct?.headers.has('authorization')).toBe(false);
    const [elsewhere] = await drive(auth, other, [new Response(200)], proxyTarget('http://other.test'));
    expect(elsewhere?.headers.has('proxy-authorization')).toBe(false);
  });

  test('a 401 is not for it', async () => {
    const origin = new Response(401, { headers: { 'WWW-Authenticate': CHALLENGE } });
    expect(await drive(new DigestAuth('user', 'pass'), requestOf(), [origin], PROXY)).toHaveLength(1);
  });
});

test('credentials that something takes off on the way are not sent without end', async () => {
  const bare = requestOf();
  const challenge = (): Response =>
    new Response(401, { request: bare, headers: { 'WWW-Authenticate': CHALLENGE } });
  const responses = Array.from({ length: 9 }, challenge);
  expect(await drive(new DigestAuth('user', 'pass'), bare, responses)).toHaveLength(2);
});

test('errors name the field, and no secrets', async () => {
  const broken = new Response(401, { headers: { 'WWW-Authenticate': 'Digest realm="secret-realm' } });
  const failing = drive(new DigestAuth('user', 'hidden'), requestOf(), [broken]);
  await expect(failing).rejects.toThrow(RemoteProtocolError);
  await expect(failing).rejects.toThrow(
    "GET https://a.test/x?y: malformed Digest challenge: the quotes of 'realm' do not match (WWW-Authenticate) [phase read]",
  );
});

describe('Authentication-Info', () => {
  const challenge = new Response(401, { headers: { 'WWW-Authenticate': CHALLENGE } });

  test.each([
    ['rspauth="0"', true],
    ['qop=auth, rspauth="0"', true],
    ['qop=auth-int, rspauth="0"', true],
    ['qop=other, rspauth="0"', false],
    ['rspauth="0', false],
    ['cnonce="c"', false],
  ])('%s is refused: %s', async (info, isRefused) => {
    const last = new Response(200, { headers: { 'Authentication-Info': info } });
    const work = drive(new DigestAuth('user', 'pass'), requestOf(), [challenge, last]);
    if (isRefused) await expect(work).rejects.toThrow(/'rspauth' in Authentication-Info is wrong/);
    else expect(await work).toHaveLength(2);
  });

  test('what was coded cannot be checked', async () => {
    const headers = { 'Authentication-Info': 'qop=auth-int, rspauth="0"', 'Content-Encoding': 'gzip' };
    const last = new Response(200, { headers });
    expect(await drive(new DigestAuth('user', 'pass'), requestOf(), [challenge, last])).toHaveLength(2);
  });

  test('of a response to a request without credentials it means nothing', async () => {
    const only = new Response(200, { headers: { 'Authentication-Info': 'rspauth="0"' } });
    expect(await drive(new DigestAuth('user', 'pass'), requestOf(), [only])).toHaveLength(1);
  });
});
