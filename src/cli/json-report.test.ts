import { expect, test } from 'vitest';
import { Client } from '../client/client.ts';
import { ReadTimeout } from '../errors/read-timeout.ts';
import { Request } from '../message/request.ts';
import { Response, type ResponseInit } from '../message/response.ts';
import { DEFAULT_REDACTION, Redaction } from '../models/redaction.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import { type JSONReport, jsonReport, type Outcome } from './json-report.ts';

const NOTHING: Outcome = { request: null, response: null, content: null, download: null, error: undefined };

async function outcomeOf(init: ResponseInit): Promise<Outcome> {
  const transport = new MockTransport((request) =>
    request.url.pathname === '/from'
      ? new Response(302, { headers: { Location: '/to?token=abc' } })
      : new Response(200, init),
  );
  const client = new Client({ transport, redirect: true, auth: ['me', 'pw'] });
  const response = await client.stream('GET', 'http://a.test/from');
  const content = await response.read();
  await client.close();
  return { ...NOTHING, request: response.request, response, content };
}

async function bodyOf(init: ResponseInit): Promise<NonNullable<JSONReport['response']>['body']> {
  return jsonReport(await outcomeOf(init), DEFAULT_REDACTION).response!.body;
}

test('everything is there, secrets are masked', async () => {
  const outcome = await outcomeOf({
    json: { a: 1 },
    headers: { 'Set-Cookie': 'a=b' },
    trailers: { 'X-T': '1' },
  });
  const report = jsonReport(outcome, DEFAULT_REDACTION);
  expect(report).toMatchObject({
    request: { method: 'GET', url: 'http://a.test/to?token=[secure]' },
    response: {
      httpVersion: '1.1',
      status: 200,
      statusText: 'OK',
      trailers: [['X-T', '1']],
      body: { length: 7, charset: 'utf-8', text: '{"a":1}' },
    },
    history: [
      {
        request: { method: 'GET', url: 'http://a.test/from' },
        response: { status: 302, headers: expect.arrayContaining([['Location', '/to?token=[secure]']]) },
      },
    ],
    timings: null,
    connection: null,
    download: null,
    error: null,
  });
  expect(report.request!.headers).toContainEqual(['Authorization', '[secure]']);
  expect(report.response!.headers).toContainEqual(['Set-Cookie', '[secure]']);
  expect(JSON.stringify(jsonReport(outcome, Redaction.off))).toMatch(/token=abc.*a=b/);
});

test('a body is text if it is text, else Base64', async () => {
  expect(await bodyOf({ content: 'caf\u00e9', headers: { 'Content-Type': 'text/plain' } })).toEqual({
    length: 5,
    charset: 'utf-8',
    text: 'café',
  });
  expect(await bodyOf({ content: Buffer.from([0, 1]) })).toEqual({ length: 2, base64: 'AAE=' });
  expect(
    await bodyOf({ content: Buffer.from('[1]', 'utf16le'), headers: { 'Content-Type': 'application/json' } }),
  ).toEqual({ length: 6, charset: 'utf-16le', text: '[1]' });
});

test('without a response there is the error', () => {
  const request = new Request('GET', 'http://a.test/');
  const error = new ReadTimeout({ reason: 'slow', request });
  expect(jsonReport({ ...NOTHING, request, error }, DEFAULT_REDACTION)).toMatchObject({
    request: { method: 'GET', url: 'http://a.test/' },
    response: null,
    history: [],
    error: { name: 'ReadTimeout', code: 'ERR_READ_TIMEOUT', phase: 'read' },
  });
  expect(jsonReport(NOTHING, DEFAULT_REDACTION)).toMatchObject({
    request: null,
    response: null,
    error: null,
  });
});
