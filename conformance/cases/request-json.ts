import type { ConformanceCase } from '../case.ts';
import { bytes } from '../support/contents.ts';
import { bench, wire } from '../support/request-bench.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RB-15',
    rows: ['RB-15'],
    title: 'JSON goes out compact, in UTF-8 and with its type, unless there is another one',
    verdict: 'same',
    rfc: 'RFC 8259',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { send } = await bench(t);
      const received = await send({ json: { é: [1, 2.5, null], b: { c: '☃"' } } });
      const text = '{"é":[1,2.5,null],"b":{"c":"☃\\""}}';
      t.assert.equal(received.body.text, text);
      t.assert.equal(
        wire(received)[0],
        `Content-Length: ${Buffer.byteLength(text)}|Content-Type: application/json`,
      );
      t.assert.equal(
        wire(await send({ json: [], headers: { 'content-type': 'application/vnd.api+json' } }))[0],
        'content-type: application/vnd.api+json|Content-Length: 2',
      );
      const canonical = await send({ json: { b: 1, a: { d: 2, c: 3 } }, canonicalJSON: true });
      t.assert.equal(canonical.body.text, '{"a":{"c":3,"d":2},"b":1}');
    },
  },
  {
    id: 'RB-17.canonical',
    rows: ['RB-17', 'RB-15'],
    title: 'canonicalJSON without json is refused, as it would do nothing',
    verdict: 'differs:httpx has no such option',
    layer: 'model',
    async run(t) {
      const client = new t.tern.Client({
        transport: new t.tern.MockTransport(() => new t.tern.Response(200)),
      });
      t.defer(() => client.close());
      const refused = { name: 'InvalidArgument', message: /'canonicalJSON'/ };
      const request = new t.tern.Request('POST', 'http://a.test/', { json: {} });
      for (const body of [{}, { content: 'x' }, { form: { a: '1' } }, { multipart: { a: '1' } }]) {
        const init = { ...body, canonicalJSON: true } as { readonly canonicalJSON: true };
        await t.assert.rejects(client.post('http://a.test/', init), refused);
        t.assert.throws(() => new t.tern.Request('POST', 'http://a.test/', init), refused);
        t.assert.throws(() => request.with(init), refused);
      }
      t.assert.equal((await client.post('http://a.test/', { form: {}, canonicalJSON: false })).status, 200);
    },
  },
  {
    id: 'RB-15.values',
    rows: ['RB-15'],
    title: 'values that JSON cannot express are refused, by their path',
    verdict: 'same',
    rfc: 'RFC 8259 §6',
    layer: 'model',
    run(t) {
      const cycle: Record<string, unknown> = {};
      cycle['self'] = cycle;
      const refused: readonly (readonly [unknown, string])[] = [
        [Number.NaN, '$ '],
        [{ a: [1, Infinity] }, '$.a[1] '],
        [{ a: -Infinity }, '$.a '],
        [{ a: 1n }, '$.a '],
        [[undefined], '$[0] '],
        [{ a: new Map([[1, 2]]) }, '$.a '],
        [{ a: bytes('x') }, '$.a '],
        [{ a: () => 1 }, '$.a '],
        [{ a: Symbol('x') }, '$.a '],
        [{ a: new Date(Number.NaN) }, '$.a '],
        [cycle, '$.self '],
      ];
      for (const [json, path] of refused)
        t.assert.throws(
          () => new t.tern.Request('POST', 'http://h/', { json }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.InvalidArgument, String(error));
            t.assert.ok((error as Error).message.startsWith(`json: ${path}`), (error as Error).message);
            return true;
          },
        );
      const fine = { a: undefined, b: new Date(0), c: { toJSON: () => 'own' }, d: -0, e: '\ud800' };
      const { content } = new t.tern.Request('POST', 'http://h/', { json: fine });
      t.assert.equal(
        Buffer.from(content).toString(),
        '{"b":"1970-01-01T00:00:00.000Z","c":"own","d":0,"e":"\\ud800"}',
      );
    },
  },
];
