import { deepEqual, equal } from 'node:assert/strict';
import { parseContentDisposition, parseParameterized } from '../../src/models/content-disposition.ts';
import { vectors } from './runner.ts';

interface Data {
  /** An empty type means that the value is refused. */
  readonly ok: readonly { in: string; type: string; params: Record<string, string> }[];
  readonly bad: readonly { in: string }[];
}

vectors(
  'content-disposition',
  'go-net-http/media-type-and-content-disposition.json',
  function* load(data: Data) {
    for (const [index, { in: value, type, params }] of data.ok.entries()) {
      yield {
        id: `ok ${index} ${value}`,
        run: () => {
          const parsed = parseParameterized(value);
          deepEqual(
            parsed && [parsed.value, Object.fromEntries(parsed.parameters)],
            type === '' ? null : [type, params],
          );
          const disposition = parseContentDisposition(value);
          equal(disposition?.filename, params['filename']);
          equal(disposition?.type, type === '' || type.includes('/') ? undefined : type);
        },
      };
    }
    for (const [index, { in: value }] of data.bad.entries()) {
      yield {
        id: `bad ${index} ${value}`,
        run: () => {
          equal(parseParameterized(value), null);
          equal(parseContentDisposition(value), null);
        },
      };
    }
  },
);
