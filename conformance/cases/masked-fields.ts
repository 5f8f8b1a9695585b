import { inspect } from 'node:util';
import type { Headers } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';

const MESSAGE =
  'HTTP/1.1 103 Early Hints\r\nX-Company-Token: hidden1\r\n\r\n' +
  'HTTP/1.1 200 OK\r\nX-Company-Token: hidden2\r\nTransfer-Encoding: chunked\r\n\r\n' +
  '1\r\nx\r\n0\r\nX-Company-Token: hidden3\r\n\r\n';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'HD-15.received',
    rows: ['HD-15'],
    title: 'all that a server sends is masked as the client says: head, interim responses, trailers',
    verdict: 'differs:httpx masks a fixed list of names',
    layer: 'live',
    needs: ['informational', 'trailers'],
    async run(t) {
      const server = await t.replies(MESSAGE);
      const client = t.client({ redact: { headers: ['x-company-token'] } });
      const seen: Headers[] = [];
      const onInformational = ({ headers }: { readonly headers: Headers }): void => void seen.push(headers);
      const whole = await client.get(server.url(), { onInformational });
      const streamed = await client.stream('GET', server.url(), { onInformational });
      await streamed.body.pipeTo(new WritableStream());
      seen.push(whole.headers, whole.trailers, streamed.headers, streamed.trailers);
      t.assert.deepEqual(
        seen.map((headers) => headers.get('x-company-token')),
        ['hidden1', 'hidden1', 'hidden2', 'hidden3', 'hidden2', 'hidden3'],
      );
      for (const headers of seen) {
        t.assert.match(inspect(headers), /\[secure\]/);
        t.assert.doesNotMatch(inspect(headers), /hidden/);
      }
    },
  },
];
