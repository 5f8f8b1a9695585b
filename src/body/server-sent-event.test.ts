import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { DecodingError } from '../errors/decoding-error.ts';
import { ServerSentEvent } from './server-sent-event.ts';

test('its data as JSON', () => {
  expect(new ServerSentEvent('x', '{"a":[1]}').json()).toEqual({ a: [1] });
  expect(new ServerSentEvent('x', '2').json((_key, value) => Number(value) + 1)).toBe(3);
  expect(() => new ServerSentEvent('x', '{"a"').json()).toThrow(DecodingError);
  expect(() => new ServerSentEvent('x', '').json()).toThrow('it ends where');
  const reviver = (): never => {
    throw new RangeError('of the reviver');
  };
  expect(() => new ServerSentEvent('x', '1').json(reviver)).toThrow(RangeError);
});

test('what people see of it', () => {
  const event = new ServerSentEvent('add', 'a\nb', '7', 20);
  expect(String(event)).toBe('<ServerSentEvent add id=7 3 characters>');
  expect(inspect(event)).toBe("ServerSentEvent { event: 'add', data: 'a\\nb', id: '7', retry: 20 }");
  expect(new ServerSentEvent('x', 'y')).toMatchObject({ id: '', retry: null });
});
