import { inspect } from 'node:util';
import type { RequestOptions } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { bytes } from '../support/contents.ts';
import { INVALID, wrong } from '../support/refusals.ts';
import { bench, wire } from '../support/request-bench.ts';

const FORM = 'Content-Type: application/x-www-form-urlencoded';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RB-11',
    rows: ['RB-11'],
    title: 'a form is urlencoded in the order of its keys, lists repeat theirs',
    verdict: 'same',
    rfc: 'URL Standard, application/x-www-form-urlencoded',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { send } = await bench(t);
      const sent = async (form: RequestOptions['form']): Promise<string> => {
        const received = await send({ form: form! });
        t.assert.equal(wire(received)[0], `Content-Length: ${received.body.raw.length}|${FORM}`);
        return received.body.text;
      };
      t.assert.equal(await sent({ a: 'b c', d: ['1', true, null] }), 'a=b+c&d=1&d=true&d=');
      t.assert.equal(await sent({ z: 1.5, a: false, '': '', x: undefined }), 'z=1.5&a=false&=');
      t.assert.equal(await sent({ 'é&=': '☃+%' }), '%C3%A9%26%3D=%E2%98%83%2B%25');
      t.assert.equal(
        await sent([
          ['b', '1'],
          ['a', '2'],
          ['b', '3'],
        ]),
        'b=1&a=2&b=3',
      );
      t.assert.equal(await sent(new URLSearchParams('b=1&a=2&b=3')), 'b=1&a=2&b=3');
      t.assert.equal(await sent(new t.tern.QueryParams({ a: [1, 2] })), 'a=1&a=2');
      t.assert.equal(
        wire(await send({ form: { a: 1 }, headers: { 'content-type': 'a/b' } }))[0],
        'content-type: a/b|Content-Length: 3',
      );
    },
  },
  {
    id: 'RB-12',
    rows: ['RB-12'],
    title: 'octets as a value of a form are refused, by the name of the field',
    verdict: 'fixed:D31',
    layer: 'model',
    run(t) {
      for (const value of [bytes('x'), new Date(), { b: 1 }, Symbol('x'), () => 'x', [['x']]])
        t.assert.throws(
          () => new t.tern.Request('POST', 'http://h/', { form: wrong({ photo: value }) }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.InvalidArgument, String(error));
            t.assert.match((error as Error).message, /^form: .*'photo'/);
            return true;
          },
        );
    },
  },
  {
    id: 'RB-13',
    rows: ['RB-13'],
    title: 'a form that is no form is refused, with advice',
    verdict: 'differs:httpx sends it as content, with a warning that this is deprecated',
    layer: 'model',
    run(t) {
      for (const form of ['a=1', bytes('a=1'), 5, ['a'], new Blob(['a=1'])])
        t.assert.throws(
          () => new t.tern.Request('POST', 'http://h/', { form: wrong(form) }),
          INVALID,
          inspect(form),
        );
      t.assert.throws(() => new t.tern.Request('POST', 'http://h/', { form: wrong('a=1') }), /as content/);
      t.assert.throws(() => new t.tern.Request('POST', 'http://h/', wrong({ data: 'a=1' })), INVALID);
    },
  },
  {
    id: 'RB-14',
    rows: ['RB-14'],
    title: 'an empty form has no octets',
    verdict:
      'differs:it is a form all the same and says so in its type, as with fetch; httpx takes it for no body',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { send } = await bench(t);
      for (const form of [{}, [], new URLSearchParams(), { a: undefined, b: [] }])
        t.assert.deepEqual(wire(await send({ form })), [`Content-Length: 0|${FORM}`, '']);
      t.assert.deepEqual(wire(await send({ form: {} }, 'GET')), [FORM, '']);
      t.assert.deepEqual(wire(await send({ form: null })), ['Content-Length: 0', '']);
    },
  },
];
