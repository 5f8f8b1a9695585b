import { describe, expect, test } from 'vitest';
import { ResponseBody } from './response-body.ts';

function setUp(limit = 10) {
  const taken: number[] = [];
  let given = 0;
  const body = new ResponseBody(
    { onTaken: (bytes) => taken.push(bytes), onGivenUp: () => void given++ },
    limit,
  );
  return { body, taken, givenUp: () => given };
}

const text = (chunk: Uint8Array | null): string | null => chunk && Buffer.from(chunk).toString();
const bytes = (content: string): Buffer => Buffer.from(content);

describe('piece by piece', () => {
  test('in order, whether they lie there or are waited for; what is taken is told', async () => {
    const { body, taken } = setUp();
    body.push(bytes('ab'));
    body.push(bytes('c'));
    expect(text(await body.next())).toBe('ab');
    expect(text(await body.next())).toBe('c');
    const pending = body.next();
    body.push(bytes('def'));
    body.end(null);
    expect([text(await pending), await body.next(), await body.next()]).toEqual(['def', null, null]);
    expect([taken, body.bytesReceived]).toEqual([[2, 1, 3], 6]);
  });

  test('a waiting reader learns of the end', async () => {
    const { body } = setUp();
    const pending = body.next();
    body.end(null);
    expect(await pending).toBeNull();
  });

  test('full at the limit, not before, and not after something was taken', async () => {
    const { body } = setUp(4);
    body.push(bytes('abc'));
    expect(body.isFull).toBe(false);
    body.push(bytes('d'));
    expect(body.isFull).toBe(true);
    await body.next();
    expect(body.isFull).toBe(false);
  });

  test('many small ones', async () => {
    const { body } = setUp(1e9);
    const count = 5000;
    for (let i = 0; i < count; i++) body.push(Buffer.of(i & 255));
    let taken = 0;
    while (taken < 1500) for (const octet of (await body.next())!) expect(octet).toBe(taken++ & 255);
    for (let i = 0; i < 10; i++) body.push(Buffer.of((count + i) & 255));
    body.end(null);
    const rest = body.all() as Uint8Array;
    expect([rest.length, rest[0], rest.at(-1)]).toEqual([count + 10 - taken, taken & 255, (count + 9) & 255]);
  });
});

test('trailers are there when the reader has reached the end, not before', async () => {
  const { body } = setUp();
  body.push(bytes('ab'));
  body.end(['X', '1']);
  expect(body.trailers).toBeNull();
  await body.next();
  expect([await body.next(), body.trailers]).toEqual([null, ['X', '1']]);
  const whole = setUp().body;
  whole.push(bytes('ab'));
  whole.end(null);
  expect([text(whole.all() as Uint8Array), whole.trailers]).toEqual(['ab', []]);
});

test('whoever takes pieces of what is wanted whole may transfer them, and takes nothing else along', async () => {
  const memory = Buffer.from(new TextEncoder().encode('0123456789').buffer);
  const body = new ResponseBody({ onTaken() {}, onGivenUp() {} }, Infinity, true);
  const pending = body.next();
  body.push(memory.subarray(0, 3));
  body.push(memory.subarray(3, 6));
  for (const [piece, wanted] of [
    [await pending, '012'],
    [await body.next(), '345'],
  ] as const) {
    expect([text(piece), piece?.buffer.byteLength]).toEqual([wanted, 3]);
    structuredClone(piece, { transfer: [piece!.buffer as ArrayBuffer] });
  }
  body.push(memory.subarray(6));
  body.end(null);
  expect(text(await body.all())).toBe('6789');
});

describe('all at once', () => {
  test('what is there already, without a promise', () => {
    const { body, taken } = setUp();
    body.push(bytes('ab'));
    body.push(bytes('cd'));
    body.end(null);
    expect([text(body.all() as Uint8Array), taken]).toEqual(['abcd', []]);
    expect((body.all() as Uint8Array).length).toBe(0);
  });

  test('what comes later; then nothing holds the peer back', async () => {
    const { body, taken } = setUp(4);
    body.push(bytes('abcdef'));
    expect(body.isFull).toBe(true);
    const all = body.all();
    expect([body.isFull, taken]).toEqual([false, [Infinity]]);
    body.push(bytes('gh'));
    body.end(null);
    expect(text(await all)).toBe('abcdefgh');
  });

  test('the rest, after some pieces', async () => {
    const { body } = setUp();
    body.push(bytes('ab'));
    body.push(bytes('cd'));
    await body.next();
    body.end(null);
    expect(text(await body.all())).toBe('cd');
  });

  test('neighbours in memory are joined without a copy, others are copied', () => {
    // Not out of the common slab, in which any two may be neighbours.
    const memory = Buffer.from(new TextEncoder().encode('0123456789').buffer);
    const joined = (...parts: Buffer[]): Uint8Array => {
      const { body } = setUp();
      for (const part of parts) body.push(part);
      body.end(null);
      return body.all() as Uint8Array;
    };
    const side = joined(memory.subarray(2, 4), memory.subarray(4, 7));
    expect([text(side), side.buffer]).toEqual(['23456', memory.buffer]);
    const apart = joined(memory.subarray(2, 4), memory.subarray(5, 7));
    expect([text(apart), apart.buffer === memory.buffer]).toEqual(['2356', false]);
    expect(joined(memory)).toBe(memory);
    expect(joined().length).toBe(0);
  });
});

describe('failure', () => {
  const failure = new Error('lost');

  test('reaches every reader, now and later, and drops what came before', async () => {
    const { body } = setUp();
    body.push(bytes('ab'));
    body.fail(failure);
    await expect(body.next()).rejects.toBe(failure);
    await expect(body.all()).rejects.toBe(failure);
    expect([body.failure, body.isFull]).toEqual([{ cause: failure }, false]);
  });

  test.each(['next', 'all'] as const)('reaches the reader that waits in %s()', async (method) => {
    const { body } = setUp();
    const pending = body[method]();
    body.fail(failure);
    await expect(pending).rejects.toBe(failure);
  });

  test('that nobody waits for is no unhandled rejection', async () => {
    const { body } = setUp();
    body.fail(failure);
    await new Promise((resolve) => setImmediate(resolve));
    expect(body.failure?.cause).toBe(failure);
  });
});

test('giving up is passed on', () => {
  const { body, givenUp } = setUp();
  body.cancel();
  expect(givenUp()).toBe(1);
});
