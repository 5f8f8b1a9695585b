import { expect, test } from 'vitest';
import { mimeByExtension } from './mime-by-extension.ts';

test.each([
  ['name.txt', 'text/plain'],
  ['name.json', 'application/json'],
  ['NAME.JPEG', 'image/jpeg'],
  ['archive.tar.gz', 'application/gzip'],
  ['page.html', 'text/html'],
  ['sheet.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['clip.mp4', 'video/mp4'],
  ['module.mjs', 'text/javascript'],
  ['dir.pdf/name', 'application/octet-stream'],
  [String.raw`c:\dir.pdf\photo.png`, 'image/png'],
  ['name', 'application/octet-stream'],
  ['name.', 'application/octet-stream'],
  ['name.constructor', 'application/octet-stream'],
  ['', 'application/octet-stream'],
])('%s is %s', (filename, type) => {
  expect(mimeByExtension(filename)).toBe(type);
});
