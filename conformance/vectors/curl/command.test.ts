import { expect, test } from 'vitest';
import { groupsOf } from './command.ts';

test('uploads and outputs go with URLs in their order, and patterns make transfers of their own', () => {
  const [group] = groupsOf({
    command: '-T up{1,2} 127.0.0.1:${HTTPPORT}/a http://h/b -o first -o second',
    options: [
      ['upload-file', 'up{1,2}'],
      ['output', 'first'],
      ['output', 'second'],
    ],
    urls: ['127.0.0.1:${HTTPPORT}/a', 'http://h/b'],
  });
  expect(group!.transfers).toEqual([
    { url: 'http://127.0.0.1:${HTTPPORT}/a', upload: 'up1', output: 'first', node: 0 },
    { url: 'http://127.0.0.1:${HTTPPORT}/a', upload: 'up2', output: 'first', node: 0 },
    { url: 'http://h/b', upload: null, output: 'second', node: 1 },
  ]);
});

test('--next begins anew, and patterns are left alone when they are switched off', () => {
  const groups = groupsOf({
    command: 'http://h/{1} -g --next http://h/{2} http://h/3 -I',
    options: [['globoff'], ['next'], ['head']],
    urls: ['http://h/{1}', 'http://h/{2}', 'http://h/3'],
  });
  expect(groups.map(({ transfers }) => transfers.map(({ url }) => url))).toEqual([
    ['http://h/{1}'],
    ['http://h/2', 'http://h/3'],
  ]);
  expect(groups.map(({ options }) => options.has('head'))).toEqual([false, true]);
});

test('of an option that is given twice the last value counts', () => {
  const [group] = groupsOf({
    command: '',
    options: [
      ['range', '1-2'],
      ['range', '3-4'],
    ],
    urls: [],
  });
  expect(group!.options.get('range')).toBe('3-4');
  expect(group!.options.all('range')).toEqual(['1-2', '3-4']);
  expect(group!.options.get('user')).toBeNull();
});
