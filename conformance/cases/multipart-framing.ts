import type { MultipartInit } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { bytes } from '../support/contents.ts';
import { TYPE, bodyOf, receiver } from '../support/multipart.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'MP-01',
    rows: ['MP-01'],
    title: 'multipart is what is given as multipart, fields alone included; a form is urlencoded',
    verdict: 'differs:there are two options, so it is the caller who says it, and not the presence of files',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const fields = { a: '1' };
      t.assert.equal((await send({ form: fields })).body.text, 'a=1');
      const sent = await send({ multipart: fields });
      t.assert.match(sent.get('content-type')!, /^multipart\/form-data; boundary=[0-9a-f]{32}$/);
      t.assert.match(
        sent.body.text,
        /^--[0-9a-f]{32}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--[0-9a-f]{32}--\r\n$/,
      );
      const none = await send({ multipart: {}, headers: TYPE });
      t.assert.equal(none.body.text, '--B--\r\n');
      t.assert.equal((await send({ multipart: null })).get('content-type'), undefined);
    },
  },
  {
    id: 'MP-01.form-data',
    rows: ['MP-01'],
    title: 'a FormData goes out as a browser sends it',
    verdict: 'differs:a type of the platform that httpx does not have',
    rfc: 'HTML Standard, multipart/form-data encoding algorithm',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const multipart = new FormData();
      multipart.append('text', 'a\nb');
      multipart.append('file', new File(['x\ny'], 'n.txt', { type: 'text/x-own' }));
      multipart.append('blob', new Blob(['z']));
      multipart.append('nameless', new File([''], ''));
      t.assert.equal(
        (await send({ multipart, headers: TYPE })).body.text.replaceAll('\r\n', '⏎'),
        '--B⏎Content-Disposition: form-data; name="text"⏎⏎a⏎b⏎' +
          '--B⏎Content-Disposition: form-data; name="file"; filename="n.txt"⏎Content-Type: text/x-own⏎⏎x\ny⏎' +
          '--B⏎Content-Disposition: form-data; name="blob"; filename="blob"⏎Content-Type: application/octet-stream⏎⏎z⏎' +
          '--B⏎Content-Disposition: form-data; name="nameless"; filename=""⏎Content-Type: application/octet-stream⏎⏎⏎' +
          '--B--⏎',
      );
    },
  },
  {
    id: 'MP-02',
    rows: ['MP-02'],
    title: 'the boundary is random, or the one of the given type, which then stays as it is',
    verdict: 'same',
    rfc: 'RFC 2046 §5.1.1',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const random = new Set<string>();
      for (let i = 0; i < 20; i++) {
        const request = new t.tern.Request('POST', 'http://h/', { multipart: { a: '1' } });
        const boundary = /^multipart\/form-data; boundary=([0-9a-f]{32})$/.exec(
          request.headers.get('content-type')!,
        )?.[1];
        t.assert.ok(boundary !== undefined);
        t.assert.ok(Buffer.from(request.content).includes(`--${boundary}--\r\n`));
        random.add(boundary!);
      }
      t.assert.equal(random.size, 20);
      for (const type of [
        'multipart/form-data; boundary=+++',
        'multipart/form-data; boundary=+++;',
        'multipart/form-data; boundary="+++"',
        'multipart/form-data; boundary="+++";',
        'multipart/form-data; boundary=+++; charset=utf-8',
        'multipart/form-data; charset=utf-8; boundary="+++"',
        'multipart/form-data;  boundary=+++  ; x=y',
        'Multipart/Form-Data; Boundary=+++',
      ]) {
        const sent = await send({ multipart: { a: '1' }, headers: { 'content-TYPE': type } });
        t.assert.equal(
          sent.body.text,
          '--+++\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--+++--\r\n',
          type,
        );
        t.assert.ok(sent.raw.includes(`\r\ncontent-TYPE: ${type}\r\n`), sent.raw);
      }
      const spaced = await send({
        multipart: { a: '1' },
        headers: { 'Content-Type': 'multipart/form-data; boundary="a b"' },
      });
      t.assert.ok(spaced.body.text.startsWith('--a b\r\n'));
    },
  },
  {
    id: 'MP-02.illegal',
    rows: ['MP-02'],
    title: 'a type that is not multipart, or whose boundary is illegal, is refused',
    verdict: 'differs:httpx sends a body that nobody can read',
    rfc: 'RFC 2046 §5.1.1',
    layer: 'model',
    run(t) {
      for (const type of [
        'application/json',
        'text/plain; boundary=B',
        'multipart',
        'multipart/form-data; boundary=""',
        'multipart/form-data; boundary=',
        `multipart/form-data; boundary=${'b'.repeat(71)}`,
        'multipart/form-data; boundary="b "',
        'multipart/form-data; boundary="b@"',
      ])
        t.assert.throws(
          () =>
            new t.tern.Request('POST', 'http://h/', {
              multipart: { a: '1' },
              headers: { 'Content-Type': type },
            }),
          { name: 'InvalidArgument', code: 'ERR_INVALID_ARGUMENT' },
          type,
        );
    },
  },
  {
    id: 'MP-03',
    rows: ['MP-03'],
    title: 'a multipart type that is given without a boundary gets that of the body',
    verdict: 'fixed:D29',
    rfc: 'RFC 2046 §5.1',
    layer: 'bytes',
    async run(t) {
      const { send, server } = await receiver(t);
      const multipart = { a: '1' };
      for (const type of [
        'multipart/form-data',
        'multipart/form-data;',
        'multipart/mixed; x=y',
        'Multipart/Form-Data; charset="a;b"',
      ]) {
        const headers = { 'content-type': type };
        const request = new t.tern.Request('POST', server.url(), { multipart, headers });
        const made = await send({ multipart, headers });
        const changed = new t.tern.Request('PUT', server.url()).with({ multipart, headers });
        for (const [contentType, content] of [
          [made.get('content-type')!, made.body.bytes],
          [request.headers.get('content-type')!, Buffer.from(request.content)],
          [changed.headers.get('content-type')!, Buffer.from(changed.content)],
        ] as const) {
          const boundary = /; boundary=([0-9a-f]{32})$/.exec(contentType)?.[1] ?? 'none';
          t.assert.equal(contentType, `${type.replace(/;$/, '')}; boundary=${boundary}`);
          t.assert.ok(
            content.toString().endsWith(`\r\n--${boundary}--\r\n`),
            `${contentType} ${String(content)}`,
          );
        }
      }
    },
  },
  {
    id: 'MP-04',
    rows: ['MP-04'],
    title: 'each part is delimiter, head, empty line, content; the delimiter with two hyphens ends the body',
    verdict: 'same',
    rfc: 'RFC 2046 §5.1.1',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const sent = await send({ multipart: { text: 'abc', file: bytes('<file content>') }, headers: TYPE });
      const expected =
        '--B\r\nContent-Disposition: form-data; name="text"\r\n\r\nabc\r\n' +
        '--B\r\nContent-Disposition: form-data; name="file"; filename="upload"\r\n' +
        'Content-Type: application/octet-stream\r\n\r\n<file content>\r\n' +
        '--B--\r\n';
      t.assert.equal(sent.body.raw.toString(), expected);
      t.assert.equal(sent.get('content-length'), String(expected.length));
      const single = await send({
        multipart: { file: bytes('<file content>') },
        headers: { 'Content-Type': 'multipart/form-data; boundary=+++' },
      });
      t.assert.equal(single.get('content-length'), '138');
    },
  },
  {
    id: 'MP-04.order',
    rows: ['MP-04'],
    title: 'parts go out in the order given, fields and files mixed; a list repeats its name',
    verdict: 'differs:it is one list, and its order is the caller’s; httpx puts the fields first',
    layer: 'model',
    run(t) {
      const names = (multipart: MultipartInit): string[] =>
        Array.from(
          bodyOf(t, multipart).matchAll(/ name="(\w)".*?⏎⏎(.*?)⏎/g),
          ([, name, value]) => `${name}${value}`,
        );
      t.assert.deepEqual(
        names([
          ['b', bytes('1')],
          ['a', '2'],
          ['b', '3'],
          ['c', ['4', bytes('5')]],
        ]),
        ['b1', 'a2', 'b3', 'c4', 'c5'],
      );
      t.assert.deepEqual(names({ z: bytes('1'), a: ['2', '3'], n: undefined, m: [] }), ['z1', 'a2', 'a3']);
      t.assert.deepEqual(names(new Map([['q', '1']])), ['q1']);
    },
  },
];
