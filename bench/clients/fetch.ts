import type { MakeClient } from './client.ts';

/** The fetch that is built into Node, with its own pool. */
export const make: MakeClient = (origin) => ({
  get: async (path) => (await (await fetch(origin + path)).text()).length,
  buffer: async (path) => (await (await fetch(origin + path)).arrayBuffer()).byteLength,
  async stream(path) {
    const { body } = await fetch(origin + path);
    let length = 0;
    for await (const chunk of body!) length += (chunk as Uint8Array).length;
    return length;
  },
});
