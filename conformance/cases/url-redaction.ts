import { inspect } from 'node:util';
import type { ConformanceCase } from '../case.ts';

/** What may be parts of a password; chosen so that no path in a stack trace holds them. */
const SHREDS = /s3c|7et/;

export const cases: readonly ConformanceCase[] = [
  {
    id: 'UP-30',
    rows: ['UP-30'],
    title: 'nothing that people get to see shows user information or secret params; href shows them',
    verdict: 'fixed:D35',
    layer: 'model',
    async run(t) {
      const { Client, MockTransport, redactURL, Request, Response } = t.tern;
      const url = 'http://u5er:s3cr3t@h/p?a=1&token=s3cr3t&Api_Key=s3cr3t#s3cr3t';
      t.assert.equal(redactURL(url), 'http://[secure]@h/p?a=1&token=[secure]&Api_Key=[secure]');
      t.assert.equal(redactURL(new URL(url)), redactURL(url));
      const transport = new MockTransport((sent) =>
        sent.url.pathname === '/p' ? new Response(500) : new Response(302, { headers: { Location: url } }),
      );
      const client = new Client({ transport, raiseForStatus: true, redact: { query: ['mine'] } });
      const failure = (target: string): Promise<unknown> =>
        client.get(target).then(
          () => t.assert.fail('it must fail'),
          (error: unknown) => error,
        );
      const request = new Request('GET', url);
      const shown = [
        inspect(request),
        String(request),
        ...[await failure(url), await failure(`${url}&`), await failure('http://u5er:s3cr3t@h/r')].flatMap(
          (error) => [String(error), inspect(error)],
        ),
        String(await failure('http://h/p?mine=s3cr3t')),
        String(new Request('GET', 'http://h/?mine=1').url),
      ];
      for (const text of shown) t.assert.doesNotMatch(text, /s3cr3t|u5er/);
      t.assert.match(shown[0]!, /http:\/\/\[secure\]@h\/p\?a=1&token=\[secure\]/);
      t.assert.equal(request.url.href.match(/s3cr3t/g)?.length, 4);
    },
  },
  {
    id: 'UP-30.malformed',
    rows: ['UP-30'],
    title: 'the error about a URL that cannot be parsed hides what may be a password',
    verdict: 'fixed:D35',
    layer: 'model',
    async run(t) {
      const client = new t.tern.Client();
      for (const text of [
        'http://u5er:s3c/7et@h/',
        'http://u5er:s3c?7et@h/',
        'http://u5er:s3c#7et@h/',
        'http://u5er:s3c@7et@h:99999/',
        'http://u5er:s3c@7et@[bad/',
        'http:u5er:s3c@h:x/',
        '//u5er:s3c@h/?token=7et',
      ]) {
        for (const attempt of [
          () => t.tern.joinURL(text, 'x'),
          () => t.tern.withPath(text, 'x'),
          () => new t.tern.Client({ baseURL: text }),
          () => client.buildRequest('GET', text),
        ]) {
          try {
            attempt();
          } catch (error) {
            t.assert.doesNotMatch(inspect(error, { depth: 9 }), SHREDS, text);
          }
        }
        await t.assert.rejects(client.get(text), (error: unknown) => {
          t.assert.doesNotMatch(inspect(error, { depth: 9 }), SHREDS, text);
          return error instanceof t.tern.TernError;
        });
      }
    },
  },
];
