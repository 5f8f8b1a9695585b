import type { ConformanceCase } from '../case.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'SC-01',
    rows: ['SC-01'],
    title: 'every registered code has a name and every name its code, usable as a number',
    verdict: 'same',
    rfc: 'RFC 9110 §15',
    layer: 'model',
    run(t) {
      const { reasonPhrase, Status } = t.tern;
      const codes = Object.keys(Status).map(Number).filter(Number.isInteger);
      // The 62 of httpx, and 306, which is registered though unused.
      t.assert.equal(codes.length, 63);
      for (const [name, code] of [
        ['CONTINUE', 100],
        ['EARLY_HINTS', 103],
        ['OK', 200],
        ['IM_USED', 226],
        ['PERMANENT_REDIRECT', 308],
        ['NOT_FOUND', 404],
        ['IM_A_TEAPOT', 418],
        ['UNAVAILABLE_FOR_LEGAL_REASONS', 451],
        ['NETWORK_AUTHENTICATION_REQUIRED', 511],
      ] as const) {
        t.assert.equal(Status[name], code);
        t.assert.equal(Status[code], name);
      }
      t.assert.equal(Status.NOT_FOUND + 0, 404);
      for (const code of codes) t.assert.notEqual(reasonPhrase(code), '');
      t.assert.ok(Object.isFrozen(Status));
    },
  },
  {
    id: 'SC-01.case',
    rows: ['SC-01'],
    title: 'names in lower case, and as phrases, are looked up by a function',
    verdict: 'differs:one spelling for a member of the table',
    layer: 'model',
    run(t) {
      const { Status, statusFromName } = t.tern;
      t.assert.equal(statusFromName('not_found'), 404);
      t.assert.equal(statusFromName('Not Found'), 404);
      t.assert.equal(statusFromName("i'm a teapot"), 418);
      t.assert.equal(statusFromName('NOT_FOUND'), Status.NOT_FOUND);
      t.assert.equal('not_found' in Status, false);
    },
  },
  {
    id: 'SC-02',
    rows: ['SC-02'],
    title: 'an unknown code has an empty phrase and no name',
    verdict: 'differs:looking up what is unknown gives undefined',
    layer: 'model',
    run(t) {
      const { reasonPhrase, Response, Status, statusFromName } = t.tern;
      const table: Record<string, unknown> = { ...Status };
      for (const code of [0, 99, 104, 299, 418.5, 499, 600, Number.NaN]) {
        t.assert.equal(reasonPhrase(code), '');
        t.assert.equal(table[code], undefined);
      }
      for (const name of ['', 'nope', '404', 'constructor', 'toString', '__proto__']) {
        t.assert.equal(statusFromName(name), undefined);
        t.assert.equal(Reflect.get(Status, name === '404' ? 'x404' : name), undefined);
      }
      t.assert.equal(new Response(299).statusText, '');
      t.assert.equal(new Response(404).statusText, 'Not Found');
    },
  },
  {
    id: 'SC-03',
    rows: ['SC-03'],
    title: 'names and phrases are those of RFC 9110; former names are aliases',
    verdict: 'fixed:D36',
    rfc: 'RFC 9110 §15.5',
    layer: 'model',
    run(t) {
      const { reasonPhrase, Status, statusFromName } = t.tern;
      t.assert.deepEqual([413, 414, 416, 422].map(reasonPhrase), [
        'Content Too Large',
        'URI Too Long',
        'Range Not Satisfiable',
        'Unprocessable Content',
      ]);
      t.assert.deepEqual(
        [Status[413], Status[414], Status[416], Status[422]],
        ['CONTENT_TOO_LARGE', 'URI_TOO_LONG', 'RANGE_NOT_SATISFIABLE', 'UNPROCESSABLE_CONTENT'],
      );
      t.assert.deepEqual(
        [
          Status.REQUEST_ENTITY_TOO_LARGE,
          Status.PAYLOAD_TOO_LARGE,
          Status.REQUEST_URI_TOO_LONG,
          Status.REQUESTED_RANGE_NOT_SATISFIABLE,
          Status.UNPROCESSABLE_ENTITY,
        ],
        [413, 413, 414, 416, 422],
      );
      t.assert.equal(statusFromName('Request Entity Too Large'), 413);
      t.assert.equal(new t.tern.Response(422).statusText, 'Unprocessable Content');
    },
  },
  {
    id: 'SC-04',
    rows: ['SC-04'],
    title: 'the classes of a code, on both kinds of response',
    verdict: 'same',
    rfc: 'RFC 9110 §15',
    layer: 'model',
    async run(t) {
      const { Response, StreamResponse } = t.tern;
      for (const [status, name] of [
        [100, 'isInformational'],
        [199, 'isInformational'],
        [200, 'isSuccess'],
        [299, 'isSuccess'],
        [300, 'isRedirect'],
        [399, 'isRedirect'],
        [400, 'isClientError'],
        [499, 'isClientError'],
        [500, 'isServerError'],
        [599, 'isServerError'],
        [600, null],
        [999, null],
      ] as const) {
        for (const response of [new Response(status), new StreamResponse(status)]) {
          const classes = [
            'isInformational',
            'isSuccess',
            'isRedirect',
            'isClientError',
            'isServerError',
          ] as const;
          t.assert.deepEqual(
            classes.filter((kind) => response[kind]),
            name === null ? [] : [name],
          );
          t.assert.equal(response.isError, name === 'isClientError' || name === 'isServerError');
          t.assert.equal(response.ok, name === 'isSuccess');
          if (response instanceof StreamResponse) await response.cancel();
        }
      }
    },
  },
];
