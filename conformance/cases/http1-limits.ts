import type { ClientOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { receive } from '../receive.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

/** A head of exactly so many octets, with as few fields as it takes. */
function headOf(length: number, tail = 'Content-Length: 2\r\n\r\n'): string {
  const start = `${OK}X-Filler: `;
  return `${start}${'x'.repeat(length - start.length - tail.length - 2)}\r\n${tail}`;
}

function fields(count: number): string {
  return 'a:1\r\n'.repeat(count);
}

/** A body whose first chunk-size line has so many octets. */
function extended(length: number): string {
  return `${CHUNKED}2;${'x'.repeat(length - 4)}\r\nok\r\n0\r\n\r\n`;
}

/** A body whose trailer section has so many octets. */
function trailed(length: number): string {
  return `${CHUNKED}2\r\nok\r\n0\r\nX: ${'y'.repeat(length - 7)}\r\n\r\n`;
}

/** So many interim responses, then another one. */
function storm(count: number): string {
  return `${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(count)}${headOf(60)}ok`;
}

/** Gets a reply with these limits; on failure the class and what the message says. */
async function outcome(
  t: CaseContext,
  bytes: string,
  parser: NonNullable<ClientOptions['parser']> = {},
): Promise<string> {
  const server = await t.replies({ bytes, after: 'keep' });
  const client = t.client({ parser });
  try {
    return (await client.get(server.url())).text;
  } catch (error) {
    t.assert.ok(error instanceof t.tern.RemoteProtocolError, String(error));
    t.assert.equal(client.stats.connections, 0);
    await server.untilOpen(0);
    return (error as Error).message.replace(/^GET \S+ /, '').replace(/ \[.*\]$/, '');
  }
}

/** A server that never comes to an end; the client has to put one to it. */
async function endless(t: CaseContext, first: string, piece: string): Promise<string> {
  let sent = 0;
  const server = await t.scripted({ split: 'whole' }, async (peer) => {
    await peer.readHead();
    await peer.send(first);
    const block = piece.repeat(Math.ceil(4096 / piece.length));
    while (!peer.isClosed) {
      await peer.send(block);
      sent += block.length;
    }
  });
  const client = t.client();
  let message = '';
  try {
    await client.get(server.url());
  } catch (error) {
    t.assert.ok(error instanceof t.tern.RemoteProtocolError, String(error));
    ({ message } = error as Error);
  }
  await server.untilOpen(0);
  t.assert.ok(sent < 8 * 1024 * 1024, `${sent} octets were taken`);
  return message;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H1-15',
    rows: ['H1-15'],
    title: 'a head of 100 KiB is taken, one octet more is not',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole', 'random'],
    needs: ['wire-bytes'],
    async run(t) {
      t.assert.equal(await outcome(t, `${headOf(102_400)}ok`), 'ok');
      t.assert.equal(
        await outcome(t, `${headOf(102_401)}ok`),
        'the response head is larger than 102400 bytes',
      );
      // Lines before it count, and so does what does not end.
      t.assert.equal(
        await outcome(t, `\r\n${headOf(102_400)}ok`),
        'the response head is larger than 102400 bytes',
      );
      t.assert.equal(
        await outcome(t, `${OK}X: ${'y'.repeat(102_400)}`),
        'the response head is larger than 102400 bytes',
      );
    },
  },
  {
    id: 'H1-15.option',
    rows: ['H1-15'],
    title: 'the limits can be set, and hold to the octet however the response is cut',
    verdict: 'differs:httpx cannot change its limits',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      t.assert.equal(await outcome(t, `${headOf(100)}ok`, { maxHeadBytes: 100 }), 'ok');
      t.assert.equal(
        await outcome(t, `${headOf(101)}ok`, { maxHeadBytes: 100 }),
        'the response head is larger than 100 bytes',
      );
      const two = `${OK}A: 1\r\nContent-Length: 2\r\n\r\nok`;
      t.assert.equal(await outcome(t, two, { maxHeadFields: 2 }), 'ok');
      t.assert.equal(await outcome(t, two, { maxHeadFields: 1 }), 'more than 1 fields in the response head');
      t.assert.equal(await outcome(t, extended(10), { maxChunkLineBytes: 10 }), 'ok');
      t.assert.equal(
        await outcome(t, extended(10), { maxChunkLineBytes: 9 }),
        'the chunk-size line is larger than 9 bytes',
      );
      t.assert.equal(await outcome(t, trailed(14), { maxTrailerBytes: 14 }), 'ok');
      t.assert.equal(
        await outcome(t, trailed(14), { maxTrailerBytes: 13 }),
        'the trailer section is larger than 13 bytes',
      );
      t.assert.equal(
        await outcome(t, `${CHUNKED}0\r\nA: 1\r\nB: 2\r\n\r\n`, { maxHeadFields: 1 }),
        'more than 1 fields in the trailer section',
      );
      t.assert.equal(await outcome(t, storm(3), { maxInformational: 3 }), 'ok');
      t.assert.equal(await outcome(t, storm(3), { maxInformational: 2 }), 'more than 2 interim responses');
    },
  },
  {
    id: 'H1-15.fields',
    rows: ['H1-15'],
    title: 'a thousand fields are taken, one more is not',
    verdict: 'differs:httpx counts octets only',
    layer: 'bytes',
    splits: ['whole', 'random'],
    needs: ['wire-bytes'],
    async run(t) {
      const tail = 'Content-Length: 2\r\n\r\nok';
      const { response } = await receive(t, OK + fields(999) + tail);
      t.assert.deepEqual([response.text, response.headers.raw.length], ['ok', 1000]);
      t.assert.equal(
        await outcome(t, OK + fields(1000) + tail),
        'more than 1000 fields in the response head',
      );
    },
  },
  {
    id: 'H1-15.body',
    rows: ['H1-15', 'H1-10', 'H1-11'],
    title: 'chunk lines of 16 KiB and trailers of 64 KiB are taken, one octet more is not',
    verdict: 'differs:httpx limits neither',
    layer: 'bytes',
    splits: ['whole', 'random'],
    needs: ['wire-bytes'],
    async run(t) {
      t.assert.equal(await outcome(t, extended(16_384)), 'ok');
      t.assert.equal(await outcome(t, extended(16_385)), 'the chunk-size line is larger than 16384 bytes');
      t.assert.equal(await outcome(t, trailed(65_536)), 'ok');
      t.assert.equal(await outcome(t, trailed(65_537)), 'the trailer section is larger than 65536 bytes');
    },
  },
  {
    id: 'H1-16.storm',
    rows: ['H1-16', 'H1-15'],
    title: 'a hundred interim responses are taken, one more is not',
    verdict: 'differs:httpx waits for ever',
    layer: 'bytes',
    splits: ['whole', 'random'],
    needs: ['informational', 'wire-bytes'],
    async run(t) {
      let seen = 0;
      const { response } = await receive(t, storm(100), { onInformational: () => void seen++ });
      t.assert.deepEqual([response.text, seen], ['ok', 100]);
      t.assert.equal(await outcome(t, storm(101)), 'more than 100 interim responses');
    },
  },
  {
    id: 'H1-15.endless',
    rows: ['H1-15', 'H1-16', 'H1-10', 'H1-11'],
    title: 'a server that never ends a head, a line, its interim responses or its trailers is left',
    verdict: 'differs:httpx limits only the head',
    layer: 'live',
    needs: ['wire-bytes'],
    async run(t) {
      t.assert.match(await endless(t, '', '\r\n'), /the response head is larger/);
      t.assert.match(await endless(t, OK, 'a: b\r\n'), /the response head is larger|more than 1000 fields/);
      t.assert.match(await endless(t, `${OK}a: `, 'b'), /the response head is larger/);
      t.assert.match(
        await endless(t, '', 'HTTP/1.1 102 Processing\r\n\r\n'),
        /more than 100 interim responses/,
      );
      t.assert.match(await endless(t, `${CHUNKED}1;`, 'x'), /the chunk-size line is larger/);
      t.assert.match(await endless(t, `${CHUNKED}0`, '0'), /the chunk-size line is larger/);
      t.assert.match(await endless(t, `${CHUNKED}0\r\n`, 'a: b\r\n'), /the trailer section is larger/);
    },
  },
];
