import { Agent, fetch } from 'undici';
import type { MakeClient } from './client.ts';

/** The fetch of the installed undici. */
export const make: MakeClient = (origin, connections) => {
  const dispatcher = new Agent({ connections, pipelining: 1 });
  return {
    get: async (path) => (await (await fetch(origin + path, { dispatcher })).text()).length,
    buffer: async (path) => (await (await fetch(origin + path, { dispatcher })).arrayBuffer()).byteLength,
    async stream(path) {
      const { body } = await fetch(origin + path, { dispatcher });
      let length = 0;
      for await (const chunk of body!) length += (chunk as Uint8Array).length;
      return length;
    },
  };
};
