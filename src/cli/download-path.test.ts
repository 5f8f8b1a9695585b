import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import { Response } from '../message/response.ts';
import { suggestedPaths } from './download-path.ts';

function pathFor(url: string, disposition?: string, taken: readonly string[] = []): string {
  const response = new Response(200, {
    request: new Request('GET', url),
    headers: disposition === undefined ? {} : { 'Content-Disposition': disposition },
  });
  return suggestedPaths(response, '/saved', (path) => taken.includes(path)).next().value;
}

test.each<[string, string | undefined, string]>([
  ['http://a.test/files/report.pdf?x=1', undefined, '/saved/report.pdf'],
  ['http://a.test/x', 'attachment; filename="na me.txt"', '/saved/na me.txt'],
  ['http://a.test/x', 'attachment; filename="../../etc/passwd"', '/saved/passwd'],
  ['http://a.test/x', 'attachment; filename=".bashrc"', '/saved/bashrc'],
  ['http://a.test/..%2f..%2fetc%2fcron', undefined, '/saved/cron'],
])('%s with %j is saved as %s', (url, disposition, expected) => {
  expect(pathFor(url, disposition)).toBe(expected);
});

test('a name that is taken gets a number', () => {
  const taken = ['/saved/a.tar', '/saved/a-1.tar'];
  expect(pathFor('http://a.test/a.tar', undefined, taken)).toBe('/saved/a-2.tar');
});

test('a long name keeps its extension', () => {
  const path = pathFor(`http://a.test/${'%C3%A9'.repeat(120)}.html`);
  expect(Buffer.byteLength(path)).toBeLessThanOrEqual(200 + '/saved/'.length);
  expect(path).toMatch(/é\.html$/);
});

test('without any name there is an error', () => {
  expect(() => pathFor('http://a.test/')).toThrow(InvalidArgument);
  expect(() => pathFor('http://a.test/', 'attachment; filename="..."')).toThrow(InvalidArgument);
});

test('a thousand files of one name are enough', () => {
  const response = new Response(200, { request: new Request('GET', 'http://a.test/a') });
  expect(() => suggestedPaths(response, '/saved', () => true).next()).toThrow(InvalidArgument);
  const free = suggestedPaths(response, '/saved', (path) => path.endsWith('-1'));
  const paths = Array.from({ length: 999 }, () => free.next().value);
  expect([paths[0], paths[1], paths.at(-1)]).toEqual(['/saved/a', '/saved/a-2', '/saved/a-999']);
  expect(() => free.next()).toThrow(InvalidArgument);
});
