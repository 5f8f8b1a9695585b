import { expect, test } from 'vitest';
import { whyNotApplicable } from './applicable.ts';
import type { CurlCase } from './case.ts';

const GET = { method: 'GET', target: '/1', version: '1.1', headers: [] };

function makeCase(more: Partial<CurlCase>): CurlCase {
  return {
    id: 1,
    name: '',
    servers: ['http'],
    tier: 'plain',
    tags: [],
    command: '',
    options: [],
    urls: ['http://127.0.0.1:${HTTPPORT}/1'],
    reply: {},
    verify: {},
    ...more,
  };
}

test('what the client can do applies', () => {
  expect(whyNotApplicable(makeCase({}))).toBeNull();
  expect(whyNotApplicable(makeCase({ options: [['location'], ['user', 'a:b']], tags: ['cli'] }))).toBeNull();
  expect(whyNotApplicable(makeCase({ verify: { errorcode: [56] } }))).toBeNull();
  expect(whyNotApplicable(makeCase({ options: [['retry', '1']] }))).toBeNull();
});

test.each<[string, Partial<CurlCase>]>([
  ['SOCKS4', { servers: ['socks4'] }],
  ['NO_PROXY', { env: ['NO_PROXY=a'], options: [['proxy', 'http://127.0.0.1:${HTTPPORT}']] }],
  ['against a standard: a field name', { id: 1147 }],
  ["curl's own limit", { id: 442 }],
  ['netrc', { options: [['netrc-file', 'x'], ['digest']] }],
  [
    'retries',
    { options: [['retry', '1'], ['location']], urls: [], verify: { protocol: { requests: [GET] } } },
  ],
  ['exit code 26', { verify: { errorcode: [26] } }],
  ['--continue-at', { options: [['continue-at', '-']] }],
  ['without a name', { options: [['form', '=']] }],
])('for want of %s', (reason, more) => {
  expect(whyNotApplicable(makeCase(more))).toContain(reason);
});
