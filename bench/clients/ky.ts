import ky from 'ky';
import type { MakeClient } from './client.ts';

export const make: MakeClient = (origin) => ({
  get: async (path) => (await ky(origin + path).text()).length,
  buffer: async (path) => (await ky(origin + path).arrayBuffer()).byteLength,
  async stream(path) {
    const { body } = await ky(origin + path);
    let length = 0;
    for await (const chunk of body!) length += (chunk as Uint8Array).length;
    return length;
  },
});
