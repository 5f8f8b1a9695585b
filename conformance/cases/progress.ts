import type { Progress } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { OK } from '../support/replies.ts';

async function* pieces(...list: readonly string[]): AsyncGenerator<string> {
  yield* list;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RS-18.progress',
    rows: ['RS-18'],
    title: 'a download tells how far it has come, and of how much',
    verdict: 'differs:httpx has a counter only',
    layer: 'live',
    async run(t) {
      for (const [framing, total] of [
        ['Content-Length: 100', 100],
        ['Connection: close', null],
      ] as const) {
        const server = await t.replies({
          bytes: `${OK}${framing}\r\n\r\n${'x'.repeat(100)}`,
          after: 'end',
        });
        const seen: Progress[] = [];
        await t.client().get(server.url(), { onDownloadProgress: (progress) => void seen.push(progress) });
        t.assert.deepEqual(seen.at(-1), { transferred: 100, total });
        t.assert.deepEqual(
          seen,
          seen.toSorted((one, other) => one.transferred - other.transferred),
        );
      }
    },
  },
  {
    id: 'RS-18.upload',
    rows: ['RS-18'],
    title: 'an upload, too',
    verdict: 'differs:httpx has nothing like it',
    layer: 'live',
    async run(t) {
      const server = await t.replies(`${OK}Content-Length: 0\r\n\r\n`);
      for (const [content, total] of [
        [() => 'x'.repeat(100), 100],
        [() => pieces('x'.repeat(60), 'x'.repeat(40)), null],
      ] as const) {
        const seen: Progress[] = [];
        const onUploadProgress = (progress: Progress): void => void seen.push(progress);
        await t.client().post(server.url(), { content: content(), onUploadProgress });
        t.assert.deepEqual(seen.at(-1), { transferred: 100, total });
      }
    },
  },
];
