import { Agent } from 'undici';
import type { MakeClient } from './client.ts';

/** undici's lowest layer: octets are counted, nothing is decoded. */
export const make: MakeClient = (origin, connections, isHTTP2) => {
  const agent = new Agent({ connections, pipelining: 1, allowH2: isHTTP2 });
  const count = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      let length = 0;
      agent.dispatch(
        { origin, path, method: 'GET' },
        {
          onRequestStart: () => {},
          onResponseStart: () => {},
          onResponseData: (_controller, chunk) => {
            length += chunk.length;
          },
          onResponseEnd: () => resolve(length),
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
  return { get: count, stream: count };
};
