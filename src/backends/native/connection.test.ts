import { expect, test } from 'vitest';
import { type NativeBench, useNativeBench } from '../../../fixtures/native-bench.ts';
import type { ConnectionMeta } from '../contract.ts';
import { NativeConnection } from './connection.ts';
import { END, REQUEST } from './records.ts';

const META = { remoteAddress: '127.0.0.1', remotePort: 2 } as unknown as ConnectionMeta;
const LARGE = 262_144;
const open = useNativeBench((driver, id) => new NativeConnection(driver, id, META));

async function bench(): Promise<NativeBench<NativeConnection>> {
  const opened = open();
  await opened.host.taken();
  return opened;
}

test('a large body of known length has its place, which the engine fills', async () => {
  const { host, id, begin } = await bench();
  const { sink } = begin();
  expect((await host.taken())[0]!.a & REQUEST.isWhole).toBe(REQUEST.isWhole);
  host.add('head', id, { a: 200, b: LARGE, text: 'OK' }).add('data', id, { text: 'abc' }).tell();
  const place = host.places.get(id)!;
  expect(place.length).toBe(LARGE);
  place.fill(0x78, 3);
  host
    .add('filled', id, { a: 10 })
    .add('filled', id, { a: LARGE - 13 })
    .add('end', id, { a: END.keeps })
    .tell();
  const { body } = await sink.ended;
  expect([body.length, body.slice(0, 5), body.slice(-3)]).toEqual([LARGE, 'abcxx', 'xxx']);
  // The pieces lie side by side, so that nobody has to join them.
  expect(sink.chunks.map((chunk) => [chunk.buffer === place.buffer, chunk.byteOffset])).toEqual([
    [true, 0],
    [true, 3],
    [true, 13],
  ]);
});

test.each([
  ['read piece by piece', LARGE, 'stream'],
  ['small', LARGE - 1, 'whole'],
  ['larger than what anybody may announce', 67_108_865, 'whole'],
] as const)('there is no place for a body that is %s', async (_, length, delivery) => {
  const { host, id, begin } = await bench();
  const { sink } = begin({ delivery });
  expect((await host.taken())[0]!.a & REQUEST.isWhole).toBe(delivery === 'whole' ? REQUEST.isWhole : 0);
  host.add('head', id, { a: 200, b: length, text: 'OK' }).add('data', id, { text: 'abc' }).tell();
  expect([host.places.size, sink.record.body]).toEqual([0, 'abc']);
});

test('the next body has a place of its own', async () => {
  const { host, id, begin } = await bench();
  const places: Uint8Array[] = [];
  for (let round = 0; round < 2; round++) {
    const { sink } = begin();
    host.add('head', id, { a: 200, b: LARGE, text: 'OK' }).tell();
    const place = host.places.get(id)!;
    places.push(place.fill(round));
    host.add('filled', id, { a: LARGE }).add('end', id, { a: END.keeps }).tell();
    await sink.ended;
    expect(sink.chunks[0]!.every((octet) => octet === round)).toBe(true);
  }
  expect(places[0]).not.toBe(places[1]);
});

test('a piece of body that is not there any more fails its exchange and no other', async () => {
  const { host, id, begin, connection } = await bench();
  const { sink } = begin({ delivery: 'stream' });
  host.hasPieces = false;
  host.add('head', id, { a: 200, b: 70_000, text: 'OK' }).add('chunk', id, { a: 1, b: 70_000 }).tell();
  await expect(sink.ended).rejects.toMatchObject({
    kind: 'internal',
    message: expect.stringContaining('a piece of the body is lost') as string,
  });
  expect([connection.isOpen, connection.capacity]).toEqual([false, 0]);
  expect((await host.taken()).map(({ kind }) => kind)).toEqual(['exchange', 'close']);
});
