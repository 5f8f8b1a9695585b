import * as http from 'node:http';
import * as https from 'node:https';
import type { MakeClient } from './client.ts';

export const make: MakeClient = (origin, connections) => {
  const { Agent, get } = origin.startsWith('https:') ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const open = (path: string): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      get(origin + path, { agent }, resolve).on('error', reject);
    });
  const collect = async (path: string): Promise<Buffer> => {
    const response = await open(path);
    const chunks: Buffer[] = [];
    await new Promise((resolve, reject) => {
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', resolve);
      response.on('error', reject);
    });
    return Buffer.concat(chunks);
  };
  return {
    get: async (path) => (await collect(path)).toString('utf8').length,
    buffer: async (path) => (await collect(path)).length,
    async stream(path) {
      const response = await open(path);
      let length = 0;
      await new Promise((resolve, reject) => {
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
        });
        response.on('end', resolve);
        response.on('error', reject);
      });
      return length;
    },
  };
};
