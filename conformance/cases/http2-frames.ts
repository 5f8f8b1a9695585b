import {
  END_HEADERS,
  END_STREAM,
  type Field,
  FRAME,
  frame,
  headersFrame,
  literalFields,
  SETTING,
  uint32,
} from '../../fixtures/http2-frames.ts';
import type { HTTP2Peer } from '../../fixtures/http2-peer.ts';
import type { ConformanceCase } from '../case.ts';
import { answeringOnce, frameServer, http2Client } from '../support/http2.ts';

type Answer = (peer: HTTP2Peer, stream: number) => Promise<void>;

/** A response with a head of these fields, pseudo-fields included, and one octet of data. */
function answer(...fields: readonly Field[]): Answer {
  return async (peer, stream) => {
    await peer.send(headersFrame(stream, fields));
    await peer.data(stream, 'x', true);
  };
}

const OK: Field = [':status', '200'];

/** Responses that are malformed (RFC 9113 §8.1.1): the stream is reset, the connection lives on. */
const MALFORMED: Readonly<Record<string, Answer>> = {
  'a name in upper case': answer(OK, ['X-Upper', 'a']),
  'no status': answer(['a', 'b']),
  'two statuses': answer(OK, OK),
  'a status that is no number': answer([':status', 'abc']),
  'a status of 101': answer([':status', '101']),
  'an interim response at the end': (peer, stream) => peer.head(stream, 103, [], true),
  'a pseudo-field after others': answer(['a', 'b'], OK),
  'an unknown pseudo-field': answer(OK, [':unknown', 'x']),
  Connection: answer(OK, ['connection', 'close']),
  'Transfer-Encoding': answer(OK, ['transfer-encoding', 'chunked']),
  Upgrade: answer(OK, ['upgrade', 'h2c']),
  'less data than announced': answer(OK, ['content-length', '5']),
  'more data than announced': answer(OK, ['content-length', '0']),
  'two lengths': answer(OK, ['content-length', '1'], ['content-length', '2']),
  'two heads': async (peer, stream) => {
    await peer.head(stream, 200);
    await answer(OK)(peer, stream);
  },
  'trailers with a status': async (peer, stream) => {
    await peer.head(stream, 200);
    await peer.send(headersFrame(stream, [OK], END_HEADERS | END_STREAM));
  },
};

/** What breaks the whole connection (RFC 9113 §5.4.1). `isSilent`: Node does not tell, and it takes seconds to find out. */
const BROKEN: Readonly<Record<string, { readonly isSilent: boolean; readonly answer: Answer }>> = {
  'a push that was not allowed': {
    isSilent: false,
    answer: (peer, stream) =>
      peer.send(
        frame(
          FRAME.pushPromise,
          END_HEADERS,
          stream,
          Buffer.concat([uint32(2), literalFields([[':method', 'GET']])]),
        ),
      ),
  },
  'a window that grows too large': {
    isSilent: false,
    answer: (peer) => peer.send(frame(FRAME.windowUpdate, 0, 0, uint32(0x7fffffff))),
  },
  'data without a head': { isSilent: true, answer: (peer, stream) => peer.data(stream, 'x', true) },
  'fields that cannot be decoded': {
    isSilent: true,
    answer: (peer, stream) =>
      peer.send(frame(FRAME.headers, END_HEADERS, stream, '\xff\xff\xff\xff\xff\xff')),
  },
  'a frame larger than allowed': {
    isSilent: true,
    answer: async (peer, stream) => {
      await peer.head(stream, 200);
      await peer.data(stream, new Uint8Array(16_385), true);
    },
  },
};

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H2-06.malformed',
    rows: ['H2-06', 'H2-03'],
    title: 'a malformed response is an error of the server, and the connection is used for the next request',
    verdict: 'same',
    rfc: 'RFC 9113 §8.1.1',
    layer: 'bytes',
    needs: ['http2', 'pool'],
    splits: ['whole', 'random'],
    async run(t) {
      for (const [name, script] of Object.entries(MALFORMED)) {
        const server = await answeringOnce(t, script);
        const client = http2Client(t);
        await t.assert.rejects(
          client.get(server.url('/')),
          { name: 'RemoteProtocolError', code: 'ERR_REMOTE_PROTOCOL' },
          name,
        );
        t.assert.equal((await client.get(server.url('/'))).text, 'ok', name);
        // Newer versions of Node end the connection for data beyond the announced length.
        const most = name === 'more data than announced' ? 2 : 1;
        t.assert.ok(server.connections <= most, name);
        await client.close();
      }
    },
  },
  {
    id: 'H2-06.broken',
    rows: ['H2-06'],
    title: 'frames that break the rules end the connection; the next request gets another one',
    verdict: 'same',
    rfc: 'RFC 9113 §5.4.1',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const outcomes = Object.entries(BROKEN).map(async ([name, { isSilent, answer: script }]) => {
        const server = await answeringOnce(t, script);
        const client = http2Client(t, { timeout: isSilent ? 12_000 : 5000 });
        await t.assert.rejects(client.get(server.url('/')), { name: 'RemoteProtocolError' }, name);
        t.assert.equal((await client.get(server.url('/'))).text, 'ok', name);
        t.assert.equal(server.connections, 2, name);
        await client.close();
      });
      await Promise.all(outcomes);
    },
  },
  {
    id: 'H2-06.limits',
    rows: ['H2-06', 'H1-15'],
    title: 'heads, trailers and interim responses are limited, as on HTTP/1.1',
    verdict: 'same',
    rfc: 'RFC 9113 §10.5.1',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const parser = { maxHeadBytes: 4000, maxHeadFields: 20, maxTrailerBytes: 1000, maxInformational: 3 };
      const long = 'x'.repeat(3000);
      const scripts: readonly (readonly [RegExp, Answer])[] = [
        [/a head of more than 4000 bytes \(parser\.maxHeadBytes\)/, answer(OK, ['a', long], ['b', long])],
        [/ENHANCE_YOUR_CALM/, answer(OK, ...Array.from({ length: 21 }, (_, i): Field => [`f${i}`, 'x']))],
        [
          /trailers of more than 1000 bytes \(parser\.maxTrailerBytes\)/,
          async (peer, stream) => {
            await peer.head(stream, 200);
            await peer.send(headersFrame(stream, [['t', long]], END_HEADERS | END_STREAM));
          },
        ],
        [
          /more than 3 interim responses \(parser\.maxInformational\)/,
          async (peer, stream) => {
            for (let count = 0; count < 4; count++) await peer.head(stream, 103);
            await peer.respond(stream);
          },
        ],
      ];
      for (const [message, script] of scripts) {
        const server = await answeringOnce(t, script);
        const client = http2Client(t, { parser });
        await t.assert.rejects(client.get(server.url('/')), { name: 'RemoteProtocolError', message });
        t.assert.equal((await client.get(server.url('/'))).text, 'ok');
        t.assert.equal(server.connections, 1);
        await client.close();
      }
      const server = await answeringOnce(t, async (peer, stream) => {
        for (let count = 0; count < 3; count++) await peer.head(stream, 103);
        await answer(
          OK,
          ['a', long],
          ...Array.from({ length: 18 }, (_, i): Field => [`f${i}`, 'x']),
        )(peer, stream);
      });
      t.assert.equal((await http2Client(t, { parser }).get(server.url('/'))).text, 'x');
    },
  },
  {
    id: 'H2-02',
    rows: ['H2-02', 'H2-08', 'H2-11'],
    title: 'the first frames: no push, windows and limits as set',
    verdict: 'differs:a stream has a window of 1 MiB, which bounds the memory that a slow reader takes',
    rfc: 'RFC 9113 §6.5.2, §6.9',
    layer: 'live',
    needs: ['http2'],
    async run(t) {
      const seen: (readonly [Map<number, number>, number])[] = [];
      const server = await frameServer(t, async (peer) => {
        await peer.start();
        const stream = await peer.request();
        const settings = peer.frames.find(
          ({ type, flags }) => type === FRAME.settings && flags === 0,
        )!.payload;
        const values = new Map<number, number>();
        for (let at = 0; at < settings.length; at += 6)
          values.set(settings.readUInt16BE(at), settings.readUInt32BE(at + 2));
        const update = peer.frames.find(
          ({ type, streamId }) => type === FRAME.windowUpdate && streamId === 0,
        );
        seen.push([values, 65_535 + (update?.payload.readUInt32BE(0) ?? 0)]);
        await peer.respond(stream);
        await peer.serve();
      });
      await http2Client(t).get(server.url('/'));
      const http2 = {
        streamWindow: 70_000,
        connectionWindow: 200_000,
        maxFrameSize: 20_000,
        headerTableSize: 8192,
      };
      await http2Client(t, { http2, parser: { maxHeadBytes: 5000 } }).get(server.url('/'));
      const [[usual, usualWindow], [special, specialWindow]] = seen as [(typeof seen)[0], (typeof seen)[0]];
      t.assert.deepEqual(
        [usual.get(SETTING.enablePush), usual.get(SETTING.initialWindowSize), usualWindow],
        [0, 1_048_576, 16_777_216],
      );
      t.assert.equal(usual.get(SETTING.maxHeaderListSize), 102_400);
      t.assert.deepEqual(
        [SETTING.enablePush, SETTING.initialWindowSize, SETTING.maxFrameSize].map((id) => special.get(id)),
        [0, 70_000, 20_000],
      );
      t.assert.deepEqual([special.get(SETTING.headerTableSize), specialWindow], [8192, 200_000]);
      t.assert.equal(special.get(SETTING.maxHeaderListSize), 5000);
    },
  },
  {
    id: 'H2-11.push',
    rows: ['H2-11'],
    title: 'a server that is told not to push cannot',
    verdict: 'same',
    rfc: 'RFC 9113 §8.4',
    layer: 'live',
    needs: ['http2'],
    async run(t) {
      const allowed: boolean[] = [];
      const server = await t.http2Server({}, ({ stream }) => {
        allowed.push(stream.pushAllowed);
        stream.respond({ ':status': 200 });
        stream.end('ok');
      });
      const client = http2Client(t);
      await client.get(server.url('/'));
      t.assert.equal((await client.get(server.url('/'))).text, 'ok');
      t.assert.equal(allowed.at(-1), false);
    },
  },
  {
    id: 'H2-11.unknown',
    rows: ['H2-11'],
    title: 'frames of unknown types, priorities and padding do no harm; pings are answered',
    verdict: 'same',
    rfc: 'RFC 9113 §5.5, §6.1, §6.7',
    layer: 'bytes',
    needs: ['http2'],
    async run(t) {
      const server = await answeringOnce(t, async (peer, stream) => {
        await peer.send(
          frame(0x5f, 0xff, stream, 'what is this'),
          frame(FRAME.priority, 0, stream, '\0\0\0\0\x10'),
        );
        await peer.head(stream, 200);
        await peer.send(frame(FRAME.ping, 0, 0, '12345678'));
        t.assert.equal((await peer.until(FRAME.ping)).payload.toString('latin1'), '12345678');
        // Padded: the length of the padding comes first.
        await peer.send(frame(FRAME.data, 0x8 | END_STREAM, stream, '\x03ok\0\0\0'));
      });
      t.assert.equal((await http2Client(t).get(server.url('/'))).text, 'ok');
    },
  },
  {
    id: 'H2-11.padding',
    rows: ['H2-11'],
    title: 'frames of nothing but padding use up no window: the response goes on',
    verdict: 'same',
    rfc: 'RFC 9113 §6.1, §6.9.1',
    layer: 'bytes',
    // So many frames, cut into single octets, take long and show nothing else.
    splits: ['whole'],
    needs: ['http2'],
    async run(t) {
      const padding = `\xff${'\0'.repeat(255)}`;
      const server = await answeringOnce(t, async (peer, stream) => {
        await peer.head(stream, 200);
        // More than half of the window, after which room is given back.
        const half = Array.from({ length: 200 }, () => frame(FRAME.data, 0x8, stream, padding));
        for (let round = 0; round < 3; round++) {
          await peer.send(Buffer.concat(half));
          await peer.until(FRAME.windowUpdate, stream);
        }
        await peer.data(stream, 'ok', true);
      });
      const client = http2Client(t, { http2: { streamWindow: 70_000 } });
      t.assert.equal((await client.get(server.url('/'))).text, 'ok');
    },
  },
  {
    id: 'H2-06.continuation',
    rows: ['H2-06', 'H2-10'],
    title: 'a head in several frames is one head; HEAD, 204 and 304 have no content, whatever they announce',
    verdict: 'same',
    rfc: 'RFC 9113 §6.10, RFC 9110 §6.4.1',
    layer: 'bytes',
    // Fed octet by octet, the nghttp2 of Node counts one CONTINUATION several times and gives up at eight.
    splits: ['whole'],
    needs: ['http2', 'pool'],
    async run(t) {
      const head = literalFields([
        OK,
        ['x-long', 'y'.repeat(300)],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ]);
      const server = await frameServer(t, async (peer) => {
        await peer.start();
        const stream = await peer.request();
        await peer.send(frame(FRAME.headers, END_STREAM, stream, head.subarray(0, 100)));
        await peer.send(frame(FRAME.continuation, 0, stream, head.subarray(100, 200)));
        await peer.send(frame(FRAME.continuation, END_HEADERS, stream, head.subarray(200)));
        await peer.head(await peer.request(), 200, [['content-length', '5']], true);
        await peer.head(await peer.request(), 204, [], true);
        await peer.head(await peer.request(), 304, [['content-length', '5']], true);
        const bad = await peer.request();
        await peer.head(bad, 204);
        await peer.data(bad, 'x', true);
        await peer.until(FRAME.reset, bad);
      });
      const client = http2Client(t);
      const first = await client.get(server.url('/'));
      t.assert.deepEqual(first.headers.getSetCookie(), ['a=1', 'b=2']);
      t.assert.deepEqual([first.headers.get('x-long')?.length, first.text], [300, '']);
      const about = await client.head(server.url('/'));
      t.assert.deepEqual([about.headers.get('content-length'), about.bytes.length], ['5', 0]);
      for (const status of [204, 304]) {
        const response = await client.get(server.url('/'));
        t.assert.deepEqual([response.status, response.bytes.length], [status, 0]);
      }
      await t.assert.rejects(client.get(server.url('/')), { name: 'RemoteProtocolError' });
      t.assert.equal(server.connections, 1);
    },
  },
];
