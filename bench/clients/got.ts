import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { got } from 'got';
import type { MakeClient } from './client.ts';

export const make: MakeClient = (origin, connections) => {
  const options = { keepAlive: true, maxSockets: connections };
  const agent = { http: new Agent(options), https: new SecureAgent(options) };
  const client = got.extend({ agent });
  return {
    get: async (path) => (await client(origin + path).text()).length,
    buffer: async (path) => (await client(origin + path).buffer()).length,
    async stream(path) {
      let length = 0;
      for await (const chunk of client.stream(origin + path)) length += (chunk as Buffer).length;
      return length;
    },
  };
};
