import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { create } from 'axios';
import type { MakeClient } from './client.ts';

export const make: MakeClient = (origin, connections) => {
  const options = { keepAlive: true, maxSockets: connections };
  const client = create({ httpAgent: new Agent(options), httpsAgent: new SecureAgent(options) });
  return {
    get: async (path) => (await client.get<string>(origin + path, { responseType: 'text' })).data.length,
    buffer: async (path) =>
      (await client.get<Buffer>(origin + path, { responseType: 'arraybuffer' })).data.length,
    async stream(path) {
      const { data } = await client.get<Readable>(origin + path, { responseType: 'stream' });
      let length = 0;
      for await (const chunk of data) length += (chunk as Buffer).length;
      return length;
    },
  };
};
