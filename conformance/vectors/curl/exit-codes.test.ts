import { expect, test } from 'vitest';
import { InvalidURL, RemoteProtocolError } from '../../../src/index.ts';
import { compareExit } from './exit-codes.ts';

test('a code stands for errors of some classes', () => {
  const error = new RemoteProtocolError({ reason: 'r' });
  compareExit([0], null);
  compareExit([56], error);
  compareExit([0, 56], null);
  expect(() => compareExit([56], null)).toThrow('it gave null');
  expect(() => compareExit([56], new InvalidURL('u'))).toThrow('exit code 56');
  expect(() => compareExit([0], error)).toThrow(error);
  expect(() => compareExit([94], error)).toThrow('nothing is known');
});
