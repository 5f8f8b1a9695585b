import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { startHTTP2Server } from '../../fixtures/http2-server.ts';
import { guardAgainstLeaks } from '../../fixtures/leak-guard.ts';
import { startReplyServer } from '../../fixtures/reply-server.ts';
import { startScriptedServer } from '../../fixtures/scripted-server.ts';

const defer = guardAgainstLeaks();
const root = fileURLToPath(new URL('../../', import.meta.url));
const PLAIN = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Runs a module in a process of its own, until it ends by itself. */
async function run(
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
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the process did not end by itself: ${output}`));
    }, 15_000);
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ code: status, output });
    });
  });
}

describe('a process ends by itself', () => {
  test('with idle connections, plain and TLS, that would be kept for ever', async () => {
    const ca = createCertificateAuthority();
    const issued = ca.issue({ commonName: 'h', ipAddresses: ['127.0.0.1'] });
    const plain = await startReplyServer(PLAIN);
    const secure = await startReplyServer(PLAIN, { tls: { cert: issued.certificate, key: issued.key } });
    defer(() => plain.close());
    defer(() => secure.close());
    const { code, output } = await run(
      `
      const client = new Client({ limits: { keepAliveMs: null }, tls: { ca }, timeout: { total: 60_000 } });
      for (const url of urls) console.log((await client.get(url)).text);
      console.log(client.stats.idle);
      `,
      { ca: ca.certificate, urls: [plain.url(), secure.url(), plain.url()] },
    );
    expect([code, output]).toEqual([0, 'ok\nok\nok\n2\n']);
  });

  test('with idle connections of HTTP/2, plain and TLS, asked for signs of life or not', async () => {
    const ca = createCertificateAuthority();
    const issued = ca.issue({ commonName: 'h', ipAddresses: ['127.0.0.1'] });
    const plain = await startHTTP2Server({});
    const secure = await startHTTP2Server({ tls: { cert: issued.certificate, key: issued.key } });
    defer(() => plain.close());
    defer(() => secure.close());
    const { code, output } = await run(
      `
      const common = { limits: { keepAliveMs: null }, tls: { ca }, http1: false };
      for (const http2 of [true, { keepAlivePing: { intervalMs: 50 } }]) {
        const client = new Client({ ...common, http2 });
        for (const url of urls) console.log((await client.get(url)).httpVersion);
        console.log(client.stats.idle);
      }
      `,
      { ca: ca.certificate, urls: [plain.url(), secure.url()] },
    );
    expect([code, output]).toEqual([0, '2\n2\n2\n2\n2\n2\n']);
  });

  test('with a connection that was opened for a request which got another one', async () => {
    const server = await startReplyServer(PLAIN);
    defer(() => server.close());
    const { code, output } = await run(
      `
      let asked = 0;
      const lookup = (name, options, done) =>
        setTimeout(done, asked++ === 0 ? 0 : 200, null, [{ address: '127.0.0.1', family: 4 }]);
      const client = new Client({ limits: { keepAliveMs: null }, socket: { lookup } });
      const url = 'http://named.test:' + port + '/';
      await Promise.all([client.get(url), client.get(url)]);
      console.log(client.stats.opened, client.stats.connecting);
      `,
      { port: server.port },
    );
    expect([code, output]).toEqual([0, '1 1\n']);
    expect(server.connections).toBe(2);
  });

  test('after close, and with responses that nobody read', async () => {
    const server = await startReplyServer(PLAIN);
    defer(() => server.close());
    const { code, output } = await run(
      `
      const unread = new Client({ limits: { keepAliveMs: null } });
      await unread.stream('GET', url);
      const closed = new Client();
      await closed.get(url);
      await closed.close();
      console.log('end');
      `,
      { url: server.url() },
    );
    expect([code, output]).toEqual([0, 'end\n']);
  });
});

describe('a process lives on', () => {
  test('as long as a request is under way, also on a connection that was idle', async () => {
    const server = await startScriptedServer(async (peer) => {
      for (;;) {
        await peer.readHead();
        await peer.wait(150);
        await peer.send(PLAIN);
      }
    });
    defer(() => server.close());
    const { code, output } = await run(
      `
      const client = new Client({ timeout: null });
      console.log((await client.get(url)).text);
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log((await client.get(url)).text, client.stats.opened);
      `,
      { url: server.url() },
    );
    expect([code, output]).toEqual([0, 'ok\nok 1\n']);
  });
});

describe('nothing ends a process by surprise', () => {
  test('a body that fails and nobody reads', async () => {
    const server = await startReplyServer([
      { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', after: 'end' },
      { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', after: 'reset' },
    ]);
    defer(() => server.close());
    const { code, output } = await run(
      `
      const client = new Client({ limits: { maxConnections: 1 } });
      const held = [];
      for (let i = 0; i < 2; i++) held.push(await client.stream('GET', url));
      await new Promise((resolve) => setTimeout(resolve, 100));
      console.log(held.map(({ status }) => status).join(), client.stats.active);
      `,
      { url: server.url() },
    );
    expect([code, output]).toEqual([0, '200,200 0\n']);
  });

  test('a listener that throws is heard of, and does not touch the request', async () => {
    const server = await startReplyServer(PLAIN);
    defer(() => server.close());
    const { code, output } = await run(
      `
      let thrown = 0;
      process.on('uncaughtException', ({ message }) => { if (message === 'mine') thrown++; });
      let called = 0;
      const client = new Client({ trace: () => { called++; throw new Error('mine'); } });
      const { text } = await client.get(url);
      await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(text, called > 10, thrown === called, client.stats.idle);
      `,
      { url: server.url() },
    );
    expect([code, output]).toEqual([0, 'ok true true 1\n']);
  });
});
