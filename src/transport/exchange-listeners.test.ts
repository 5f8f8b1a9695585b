import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { silentContext } from '../../fixtures/transport-context.ts';
import { Redaction } from '../models/redaction.ts';
import { ExchangeListeners, hasListeners } from './exchange-listeners.ts';

const SILENT = silentContext();

test('whether anybody listens', () => {
  expect(hasListeners(SILENT)).toBe(false);
  expect(hasListeners({ ...SILENT, onRetry: async () => {} })).toBe(false);
  expect(hasListeners({ ...SILENT, onUploadProgress() {} })).toBe(true);
});

test('each hears its part', () => {
  const heard: unknown[] = [];
  const hear = (event: unknown): void => void heard.push(event);
  const context = { ...SILENT, onInformational: hear, onUploadProgress: hear, onDownloadProgress: hear };
  const listeners = new ExchangeListeners(context, 10, () => {});
  listeners.informational(103, 'Early', ['Link', '</a>']);
  listeners.uploaded(4);
  listeners.downloaded(1);
  listeners.expect(5);
  listeners.downloaded(2);
  expect(heard).toEqual([
    { status: 103, statusText: 'Early', headers: expect.anything() },
    { transferred: 4, total: 10 },
    { transferred: 1, total: null },
    { transferred: 2, total: 5 },
  ]);
  expect((heard[0] as { headers: Headers }).headers.get('link')).toBe('</a>');
});

test('what one throws is not lost', () => {
  const failures: unknown[] = [];
  const failure = new Error('mine');
  const context = {
    ...SILENT,
    onUploadProgress() {
      throw failure;
    },
  };
  const listeners = new ExchangeListeners(context, null, (error) => failures.push(error));
  listeners.uploaded(1);
  listeners.downloaded(1);
  listeners.informational(103, '', []);
  expect(failures).toEqual([failure]);
});

test('the fields of an interim response are masked as the client says', () => {
  const heard: unknown[] = [];
  const context = { ...SILENT, onInformational: (event: unknown) => void heard.push(event) };
  const redaction = new Redaction({ headers: ['x-mine'] });
  new ExchangeListeners(context, null, () => {}, redaction).informational(103, '', ['X-Mine', 'hidden']);
  expect(inspect(heard, { depth: 5 })).toContain('[secure]');
});
