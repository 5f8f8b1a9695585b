import { expect, test } from 'vitest';
import { ResponseNotRead } from '../errors/response-not-read.ts';
import { Request } from './request.ts';
import { StreamResponse } from './stream-response.ts';

test.each(['bytes', 'text', 'json', 'arrayBuffer', 'blob', 'formData'])(
  "'%s' of an unread response says what to do",
  async (name) => {
    const request = new Request('GET', 'http://h.test/x?token=hidden');
    const response = new StreamResponse(200, { body: '{}', request });
    expect(() => Reflect.get(response, name) as unknown).toThrow(ResponseNotRead);
    expect(() => Reflect.get(response, name) as unknown).toThrow(
      `'${name}' is there when the content has been read`,
    );
    expect(() => Reflect.get(response, name) as unknown).not.toThrow(/hidden/);
    expect(Reflect.has(await response.read(), name)).toBe(true);
  },
);
