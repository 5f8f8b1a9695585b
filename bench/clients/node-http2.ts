import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import type { MakeClient } from './client.ts';

export const make: MakeClient = (origin, connections) => {
  const sessions = Array.from({ length: connections }, (): ClientHttp2Session => connect(origin));
  let next = 0;
  const open = (path: string): ClientHttp2Stream => {
    next = (next + 1) % sessions.length;
    return sessions[next]!.request({ ':path': path }, { endStream: true });
  };
  const collect = (path: string): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      open(path)
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => resolve(Buffer.concat(chunks)))
        .on('error', reject);
    });
  return {
    get: async (path) => (await collect(path)).toString('utf8').length,
    buffer: async (path) => (await collect(path)).length,
    stream: (path) =>
      new Promise((resolve, reject) => {
        let length = 0;
        open(path)
          .on('data', (chunk: Buffer) => {
            length += chunk.length;
          })
          .on('end', () => resolve(length))
          .on('error', reject);
      }),
  };
};
