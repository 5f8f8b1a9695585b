import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { startHTTPServer } from '../../fixtures/http-server.ts';
import { createRandom, seedFromEnvironment } from '../../fixtures/random.ts';
import { startReplyServer } from '../../fixtures/reply-server.ts';
import { dialControl, routeTo, wireConfig } from '../../fixtures/wire-setup.ts';
import { NativeWireEngine } from '../../src/backends/native/engine.ts';
import type { WireHost } from '../../src/backends/native/wire-host.ts';
import { Client, type ClientOptions } from '../../src/index.ts';
import { NATIVE_LACKS } from '../case.ts';
import { builtAccelerators } from '../kernels/accelerators.ts';

/* What the table does not see of the native engine: threads, ends of processes, and its own failure. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const env = { TERN_ACCELERATORS: `${root}accel/npm` };
const PLAIN = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const { built } = await builtAccelerators();
const host = built.find(({ name }) => name === 'native')?.host as unknown as WireHost | undefined;
const closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0).toReversed()) await close();
});

function keep<T extends { close(): Promise<void> }>(opened: T): T {
  closers.push(() => opened.close());
  return opened;
}

/** Runs a module in a process of its own, until it ends by itself. */
function run(
  body: string,
  values: Record<string, unknown>,
): Promise<{ code: number | null; output: string }> {
  const code = `
    import { Client } from './src/index.ts';
    const { ${Object.keys(values).join(', ')} } = ${JSON.stringify(values)};
    ${body}
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the process did not end by itself: ${output}`));
    }, 20_000);
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ code: status, output });
    });
  });
}

test('the addon is built where CI is to test it', () => {
  expect(host !== undefined || process.env['CI'] !== 'true').toBe(true);
});

describe.runIf(host !== undefined)('a process', () => {
  test('ends by itself with idle connections, plain and TLS', { timeout: 30_000 }, async () => {
    const ca = createCertificateAuthority();
    const issued = ca.issue({ commonName: 'h', ipAddresses: ['127.0.0.1'] });
    const plain = keep(await startReplyServer(PLAIN));
    const secure = keep(
      await startReplyServer(PLAIN, { tls: { cert: issued.certificate, key: issued.key } }),
    );
    const { code, output } = await run(
      `
      const client = new Client({ backend: 'native', limits: { keepAliveMs: null }, tls: { ca } });
      for (const url of urls) console.log((await client.get(url)).text);
      console.log(client.stats.idle);
      `,
      { ca: ca.certificate, urls: [plain.url(), secure.url(), plain.url()] },
    );
    expect([code, output]).toEqual([0, 'ok\nok\nok\n2\n']);
  });

  test('that blocks has the engine in its worker', { timeout: 30_000 }, async () => {
    const server = keep(await startReplyServer(PLAIN));
    const { code, output } = await run(
      `const { SyncClient } = await import('./src/sync.ts');
       const client = new SyncClient({ backend: 'native', timeout: null });
       const responses = [client.get(url), client.get(url)];
       console.log(client.backend.wire, responses.map(({ text }) => text).join(), client.stats.opened);
       client.close();`,
      { url: server.url() },
    );
    expect([code, output]).toEqual([0, 'native ok,ok 1\n']);
  });

  test('waits for what is under way, and can end in the middle of it', { timeout: 30_000 }, async () => {
    const server = keep(await startHTTPServer());
    const waits = await run(
      `const client = new Client({ backend: 'native' });
       client.get(url).then((response) => console.log(response.status));`,
      { url: server.url('/delay/300') },
    );
    expect([waits.code, waits.output]).toEqual([0, '200\n']);
    const leaves = await run(
      `const client = new Client({ backend: 'native', timeout: null });
       for (let i = 0; i < 8; i++) client.get(url).catch(() => {});
       const { text } = await client.get(other);
       console.log(text.length);
       process.exit(7);`,
      { url: server.url('/bytes/20000000?seed=1'), other: server.url('/bytes/9?seed=1') },
    );
    expect(leaves.code).toBe(7);
  });

  test('has an engine for each of its threads, which ends with it', { timeout: 40_000 }, async () => {
    const server = keep(await startHTTPServer());
    // Hooks that load TypeScript do not reach every kind of worker.
    const bundle = `${root}.cache/wire-engine-test-${process.pid}.mjs`;
    await build({
      entryPoints: [`${root}src/index.ts`],
      outfile: bundle,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
    closers.push(() => rm(bundle));
    const { code, output } = await run(
      `
      const { Worker } = await import('node:worker_threads');
      const source = \`
        import { parentPort, workerData } from 'node:worker_threads';
        const { Client } = await import(workerData.library);
        const client = new Client({ backend: 'native' });
        const texts = await Promise.all(
          Array.from({ length: 20 }, async () => (await client.get(workerData.url)).bytes.length));
        parentPort.postMessage(texts.length);
        for (;;) await client.get(workerData.url);
      \`;
      const client = new Client({ backend: 'native' });
      for (let round = 0; round < 2; round++) {
        const workers = [1, 2].map(() => new Worker(new URL('data:text/javascript,' + encodeURIComponent(source)), {
          workerData: { url, library } }));
        await Promise.all(workers.map((worker) => new Promise((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        })));
        console.log((await client.get(url)).bytes.length);
        await Promise.all(workers.map((worker) => worker.terminate()));
      }
      console.log((await client.get(url)).bytes.length);
      `,
      { url: server.url('/bytes/600000?seed=1'), library: pathToFileURL(bundle).href },
    );
    expect([code, output]).toEqual([0, '600000\n600000\n600000\n']);
  });
});

describe.runIf(host !== undefined)('what it lacks', () => {
  const asked: Readonly<Record<string, ClientOptions>> = {
    http2: { http2: true },
    'tls.pfx': { tls: { pfx: new Uint8Array(8) } },
    'tls.ciphers': { tls: { ciphers: 'HIGH:!aNULL' } },
    'tls.minVersion': { tls: { minVersion: 'TLSv1.1' } },
    'tls.maxVersion': { tls: { maxVersion: 'TLSv1.1' } },
  };

  test.each(Object.values(NATIVE_LACKS).flat())('is refused by name: %s', (option) => {
    expect(() => new Client({ backend: 'native', ...asked[option] })).toThrow(
      expect.objectContaining({ name: 'UnsupportedOption', code: 'ERR_UNSUPPORTED_OPTION', option }),
    );
  });
});

describe.runIf(host !== undefined)('a panic', () => {
  test('is an error of everything under way, and of everything later', async () => {
    let engineId = -1;
    const watched: WireHost = {
      ...host!,
      wireOpen: (onReady) => (engineId = host!.wireOpen(onReady)),
    };
    const engine = new NativeWireEngine(watched);
    const server = keep(await startReplyServer(PLAIN));
    const connect = (): ReturnType<NativeWireEngine['connect']> =>
      engine.connect(routeTo(server.port), wireConfig(), dialControl());
    const connection = await connect();
    const idle = await connect();
    const lost = new Promise<void>((resolve) => {
      idle.onIdleClose = resolve;
    });
    const failure = new Promise<Error>((resolve) => {
      const request = {
        method: 'GET',
        target: '/',
        fields: ['Host', 'h'],
        body: 'stream',
        framing: 'chunked',
        upgrade: false,
        announcesTrailers: false,
        delivery: 'whole',
        credit: 1000,
      } as const;
      const ignore = (): void => {};
      const sink = { received: ignore, informational: ignore, head: ignore, data: ignore, sent: ignore };
      connection.exchange(request, { ...sink, end: ignore, error: resolve });
    });
    const nonsense = new Uint8Array(new Uint32Array([4711, 0, 0, 0, 0]).buffer);
    host!.wireSubmit(engineId, nonsense, nonsense.length);
    await lost;
    expect(await failure).toMatchObject({ name: 'WireError', kind: 'internal' });
    expect(engine.failure).toBe('the native engine has failed: there is no command 4711');
    await expect(connect()).rejects.toMatchObject({ name: 'WireError', kind: 'internal' });
    engine.close();
  });
});

describe.runIf(host !== undefined)('auto', () => {
  test('takes the engine, and TypeScript where that cannot do what is asked for', async () => {
    const server = keep(await startReplyServer([PLAIN, PLAIN]));
    const auto = keep(new Client());
    expect(auto.backend).toMatchObject({ requested: 'auto', wire: 'native', info: { name: 'native' } });
    expect((await auto.get(server.url())).connection?.backend).toBe('native');
    const older = keep(new Client({ tls: { minVersion: 'TLSv1.1' } }));
    expect(older.backend).toMatchObject({
      wire: 'js',
      kernels: { jsonPluck: 'native' },
      attempts: [
        { name: 'native', step: 'option', detail: expect.stringContaining('tls.minVersion') as string },
      ],
    });
    expect((await older.get(server.url())).connection?.backend).toBe('js');
  });

  test('moves on to TypeScript when the engine fails, and says so', async () => {
    const server = keep(await startReplyServer([PLAIN, PLAIN]));
    const { code, output } = await run(
      `
        import { createRequire } from 'node:module';
        import { subscribe } from 'node:diagnostics_channel';
        const host = createRequire(import.meta.url)(folder + '/native');
        const { wireOpen } = host;
        let engine;
        host.wireOpen = (onReady) => (engine = wireOpen(onReady));
        const wires = [];
        subscribe('ternhttp:backend', ({ wire }) => wires.push(wire));
        const client = new Client();
        const before = (await client.get(url)).connection.backend;
        const nonsense = new Uint8Array(new Uint32Array([4711, 0, 0, 0, 0]).buffer);
        host.wireSubmit(engine, nonsense, nonsense.length);
        while (client.backend.wire === 'native') await new Promise((resolve) => setTimeout(resolve, 5));
        const { connection } = await client.get(url);
        const { wire, info, attempts: [attempt] } = client.backend;
        console.log(JSON.stringify([before, connection.backend, wire, info.name, attempt.step, attempt.detail, wires]));
        await client.close();
      `,
      { url: server.url(), folder: env.TERN_ACCELERATORS },
    );
    expect(code).toBe(0);
    const detail = 'The native engine has failed: there is no command 4711.';
    expect(JSON.parse(output.split('\n').at(-2)!)).toEqual([
      'native',
      'js',
      'js',
      'js',
      'run',
      detail,
      ['native', 'js'],
    ]);
  });
});

describe.runIf(host !== undefined)('a storm', () => {
  test(
    'of requests that are answered, refused, aborted or cut off leaves nothing',
    { timeout: 60_000 },
    async () => {
      const seed = seedFromEnvironment();
      const random = createRandom(seed).derive('storm');
      const server = keep(await startHTTPServer());
      const client = new Client({
        backend: 'native',
        limits: { maxConnections: 12 },
        timeout: { pool: null },
      });
      const outcomes = { done: 0, failed: 0 };
      const one = async (): Promise<void> => {
        const size = random.pick([0, 1, 5000, 70_000, 400_000]);
        const controller = new AbortController();
        if (random.chance(0.3)) setTimeout(() => controller.abort(), random.int(0, 12));
        const { signal } = controller;
        try {
          const kind = random.int(0, 2);
          if (kind === 0) {
            const { bytes } = await client.get(server.url(`/bytes/${size}?seed=${seed}`), { signal });
            expect(bytes.length).toBe(size);
          } else if (kind === 1) {
            const content = Buffer.alloc(size, 'a');
            expect((await client.post(server.url('/echo'), { content, signal })).status).toBe(200);
          } else {
            const response = await client.stream('GET', server.url(`/bytes/${size}?seed=${seed}`), {
              signal,
            });
            let left = random.int(0, 5);
            for await (const chunk of response) if (chunk.length > 0 && --left < 0) break;
          }
          outcomes.done++;
        } catch (error) {
          if (!controller.signal.aborted) throw error;
          outcomes.failed++;
        }
      };
      for (let wave = 0; wave < 12; wave++) await Promise.all(Array.from({ length: 40 }, one));
      console.log(`storm (seed ${seed}): ${JSON.stringify(outcomes)}`);
      expect(client.stats).toMatchObject({ active: 0, connecting: 0, waiting: 0 });
      await client.close();
      await server.untilOpen(0);
      expect(outcomes.done).toBeGreaterThan(100);
    },
  );
});
