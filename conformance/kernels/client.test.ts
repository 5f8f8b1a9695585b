import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Client } from '../../src/index.ts';
import { builtAccelerators } from './accelerators.ts';

const BIRD = 'Tern is a fast bird. A tern is also a set of three. Tern, tern, tern: the bird and the set.';
/** Made by the program `zstd`. */
const PACKED = Buffer.from(
  'KLUv/SRbDQIAAkQMEKCrA+sqf+5gfFVLmBZVsQYhi2bdRbnIwWolh7ah/LCz+M1Q5eNgWion3vnG9GolAQQAMIV4dfUpZaDExANNIwbL',
  'base64',
);

const { built } = await builtAccelerators();
const backends = built.map(({ name }) => (name === 'wasm' ? 'wasm' : 'auto'));

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const isDamaged = request.url === '/damaged';
    response.writeHead(200, { 'Content-Encoding': 'zstd', 'Content-Type': 'text/plain' });
    response.end(isDamaged ? PACKED.subarray(0, 50) : Buffer.concat([PACKED, PACKED]));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

beforeEach(() => {
  vi.stubEnv('TERN_ACCELERATORS', fileURLToPath(new URL('../../accel/npm', import.meta.url)));
  vi.stubEnv('TERN_BACKEND', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.each(backends)('a client with backend %s', (backend) => {
  test('offers and undoes Zstandard on every Node', async () => {
    const client = new Client({ backend, trustEnv: false });
    const response = await client.get(url);
    expect(response.request.headers.get('accept-encoding')).toContain('zstd');
    expect(response.text).toBe(BIRD + BIRD);
    await client.close();
  });

  test('says what is wrong with it', async () => {
    const client = new Client({ backend, trustEnv: false, decode: { maxBytes: 100 } });
    await expect(client.get(`${url}damaged`)).rejects.toMatchObject({ code: 'ERR_CONTENT_CODING' });
    await expect(client.get(url)).rejects.toMatchObject({ code: 'ERR_CONTENT_LIMIT' });
    await client.close();
  });
});

test('accelerators that are not built are no failure here', () => {
  expect(backends.length).toBeLessThanOrEqual(2);
});
