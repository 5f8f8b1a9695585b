import assert from 'node:assert/strict';
import { collectBytes } from '../../fixtures/collect-body.ts';
import { encodeMultipart } from '../../src/body/multipart.ts';
import { vectors } from './runner.ts';

interface FormSubmission {
  readonly description: string;
  readonly form_encoding: string;
  readonly name: string;
  readonly value?: string;
  readonly file?: { readonly filename: string; readonly content: string; readonly type: string };
  readonly expect: {
    readonly name: string;
    readonly value: string;
    readonly filename?: string;
    readonly content_type?: string;
  };
}

/** The octets that the case wants. Of the encodings that occur, windows-1252 is Latin-1 for these characters. */
function wanted(submission: FormSubmission): Buffer {
  const { name, value, filename, content_type: type } = submission.expect;
  const text =
    `--B\r\nContent-Disposition: form-data; name="${name}"` +
    (filename === undefined ? '' : `; filename="${filename}"`) +
    (type === undefined ? '' : `\r\nContent-Type: ${type}`) +
    `\r\n\r\n${value}\r\n--B--\r\n`;
  return Buffer.from(text, submission.form_encoding === 'utf-8' ? 'utf8' : 'latin1');
}

vectors(
  'multipart',
  'multipart/wpt-form-submission.json',
  function* (data: { readonly cases: readonly FormSubmission[] }) {
    for (const submission of data.cases) {
      const { name, value, file } = submission;
      yield {
        id: submission.description,
        run: async () => {
          const contentType = 'multipart/form-data; boundary=B';
          const form = new FormData();
          let entry: string | File = value ?? '';
          if (file === undefined) {
            form.append(name, entry);
          } else {
            entry = new File([file.content], file.filename, { type: file.type });
            form.append(name, entry);
          }
          for (const init of [[[name, entry]] as const, form]) {
            const { body } = encodeMultipart(init, { contentType });
            // oxlint-disable-next-line no-await-in-loop -- one after the other, so that a failure names its case
            const bytes = await collectBytes(body);
            assert.equal(bytes.toString('latin1'), wanted(submission).toString('latin1'));
            assert.equal(body.length, bytes.byteLength);
          }
        },
      };
    }
  },
);
