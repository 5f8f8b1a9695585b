import { Agent, request } from 'undici';
import type { MakeClient } from './client.ts';

export const make: MakeClient = (origin, connections, isHTTP2) => {
  const dispatcher = new Agent({ connections, pipelining: 1, allowH2: isHTTP2 });
  return {
    async get(path) {
      const { body } = await request(origin + path, { dispatcher });
      return (await body.text()).length;
    },
    async buffer(path) {
      const { body } = await request(origin + path, { dispatcher });
      return (await body.bytes()).length;
    },
    async stream(path) {
      const { body } = await request(origin + path, { dispatcher });
      let length = 0;
      for await (const chunk of body) length += (chunk as Buffer).length;
      return length;
    },
  };
};
