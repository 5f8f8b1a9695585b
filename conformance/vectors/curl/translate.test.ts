import { expect, test } from 'vitest';
import type { CurlCase } from './case.ts';
import { groupsOf } from './command.ts';
import { type Call, callOf, clientOptionsOf, Files, parseHeaderOption } from './translate.ts';

const AROUND = { values: { HTTPPORT: '81', LOGDIR: 'log', VERSION: '8' }, second: 10, authority: null };

function translate(
  options: CurlCase['options'],
  url = 'http://h:${HTTPPORT}/x',
  more: Partial<CurlCase> = {},
): Call {
  const one = { command: url, options, urls: [url], ...more } as CurlCase;
  const files = new Files(one, AROUND.values);
  const [group] = groupsOf(one);
  return callOf(group!, group!.transfers[0]!, files, AROUND);
}

function text(content: unknown): string {
  return Buffer.from(content as Uint8Array).toString('latin1');
}

test('fields are added, replaced, removed and emptied', () => {
  expect(parseHeaderOption('A: b:c ')).toEqual({ name: 'A', value: 'b:c' });
  expect(parseHeaderOption('A:')).toEqual({ name: 'A', value: null });
  expect(parseHeaderOption('A;')).toEqual({ name: 'A', value: '' });
  expect(parseHeaderOption('nothing')).toBeNull();
  const { options } = translate([
    ['data', 'x'],
    ['header', 'content-type: y'],
    ['header', 'Two: 1'],
    ['header', 'Two: 2'],
    ['header', 'Accept:'],
  ]);
  expect(options.headers).toEqual({ 'content-type': 'y', Two: ['1', '2'], Accept: null });
});

test('data makes a POST, or a query', () => {
  const data = [
    ['data', 'a=1'],
    ['data', '@log/f'],
    ['data-binary', '@log/f'],
  ] as const;
  const more = { files: [{ name: '${LOGDIR}/f', text: 'b\r\n2' }] };
  const post = translate(data, undefined, more);
  expect(post.method).toBe('POST');
  expect(text(post.options.content)).toBe('a=1&b2&b\r\n2');
  expect(post.options.headers).toEqual({ 'Content-Type': 'application/x-www-form-urlencoded' });
  const get = translate([['data', 'a=1'], ['get']], 'http://h/?q');
  expect(get).toMatchObject({ method: 'GET', url: 'http://h/?q&a=1' });
  expect(get.options.content).toBeUndefined();
  expect(translate([['head']]).method).toBe('HEAD');
});

test('an upload is a PUT, whose URL gets the name of the file if it ends in a slash', () => {
  const more = { files: [{ name: '${LOGDIR}/a[].txt', text: '0123456789' }] };
  const upload = ['upload-file', '${LOGDIR}/a[].txt'] as const;
  const put = translate([upload, ['globoff']], 'http://h/d/', more);
  expect(put).toMatchObject({ method: 'PUT', url: 'http://h/d/a%5B%5D.txt' });
  const rest = translate([upload, ['globoff'], ['continue-at', '4']], 'http://h/d', more);
  expect(text(rest.options.content)).toBe('456789');
  expect(rest.options.headers).toEqual({ 'Content-Range': 'bytes 4-9/10' });
});

test('redirects, credentials, times and targets', () => {
  const { options } = translate([
    ['location'],
    ['max-redirs', '5'],
    ['post301'],
    ['user', 'fake:-user:x'],
    ['max-time', '2'],
    ['request-target', '*'],
    ['fail'],
  ]);
  expect(options).toMatchObject({
    redirect: { max: 5, keepMethod: true },
    auth: ['fake', '-user:x'],
    timeout: { total: 20 },
    extensions: { target: '*' },
    raiseForStatus: true,
  });
  expect(translate([])).toMatchObject({ method: 'GET', options: { redirect: false, raiseForStatus: false } });
});

test('cookies come from text and from files', () => {
  const one = {
    command: '',
    options: [
      ['cookie', 'a=1;b=2'],
      ['cookie', 'none'],
      ['cookie', '${LOGDIR}/jar'],
      ['junk-session-cookies'],
    ],
    urls: ['http://h.example/x'],
    files: [
      {
        name: '${LOGDIR}/jar',
        text: 'h.example\tFALSE\t/\tFALSE\t4102444800\tkept\t3\nh.example\tFALSE\t/\tFALSE\t0\tjunk\t4\n',
      },
    ],
  } as unknown as CurlCase;
  const { cookies } = clientOptionsOf(groupsOf(one), new Files(one, AROUND.values), AROUND);
  expect(cookies.cookieHeader('http://h.example/x')).toBe('a=1; b=2; kept=3');
  expect(cookies.cookieHeader('http://www.h.example/x')).toBeNull();
});
