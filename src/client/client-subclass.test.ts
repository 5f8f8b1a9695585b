import { expect, test } from 'vitest';
import { Response } from '../message/response.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import { Client } from './client.ts';
import type { ClientOptions } from './options.ts';

class Forge extends Client {
  readonly owner: string;

  constructor(owner: string, options: ClientOptions = {}) {
    super({ baseURL: 'https://forge.test/api', timeout: 7, ...options });
    this.owner = owner;
  }

  async names(): Promise<string[]> {
    return (await this.get(`users/${this.owner}/repos`)).json<string[]>();
  }
}

test('sets defaults and hands options on', async () => {
  const urls: string[] = [];
  const transport = new MockTransport(({ url }) => {
    urls.push(url.href);
    return new Response(200, { json: ['one'] });
  });
  const forge = new Forge('me', { transport, timeout: { read: 9 } });
  expect(await forge.names()).toEqual(['one']);
  expect(urls).toEqual(['https://forge.test/api/users/me/repos']);
  expect([forge.timeout.read, new Forge('me', { transport }).timeout.read]).toEqual([9, 7]);
  expect(forge).toBeInstanceOf(Client);
  await forge[Symbol.asyncDispose]();
  expect(forge.isClosed).toBe(true);
});
