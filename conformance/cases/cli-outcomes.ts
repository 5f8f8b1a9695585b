import type { ConformanceCase } from '../case.ts';
import { caseOf, request } from '../support/command.ts';

/** The status lines that were printed. */
function statusLines(stdout: string): string[] {
  return stdout.split('\n').filter((line) => line.startsWith('HTTP/'));
}

export const cases: readonly ConformanceCase[] = [
  caseOf('CI-05', 'the exit code is 0 for 2xx and 1 for every other status', async (t) => {
    const server = await t.httpServer();
    const codes: [number, number][] = [
      [200, 0],
      [204, 0],
      [299, 0],
      [301, 1],
      [304, 1],
      [404, 1],
      [500, 1],
    ];
    for (const [status, code] of codes) {
      const { exitCode, stderr } = await request(t, [server.url(`/status/${status}`)]);
      t.assert.deepEqual([exitCode, stderr], [code, ''], String(status));
    }
  }),
  caseOf('CI-05.error', 'a transport error prints Class: message and ends with 1', async (t) => {
    const place = await t.refusedPort();
    const { exitCode, stdout, stderr } = await request(t, [`${place.url}?token=abc`]);
    t.assert.deepEqual([exitCode, stdout], [1, '']);
    const start = `ConnectError: GET ${place.url}?token=[secure]: connection refused`;
    t.assert.equal(stderr.slice(0, start.length), start);
    t.assert.equal(stderr.indexOf('\n'), stderr.length - 1);
    const unknown = await request(t, ['invalid://example.org']);
    t.assert.equal(unknown.exitCode, 1);
    t.assert.match(unknown.stderr, /^UnsupportedProtocol: .*'invalid:/);
  }),
  caseOf('CI-05.cut', 'a body that ends too early is an error', async (t) => {
    const server = await t.replies({
      bytes: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nabc',
      after: 'end',
    });
    const { exitCode, stdout, stderr } = await request(t, [server.origin]);
    t.assert.equal(exitCode, 1);
    t.assert.match(stdout, /^HTTP\/1\.1 200 OK\n/);
    t.assert.match(stderr, /^RemoteProtocolError: /);
  }),
  caseOf(
    'CI-05.raise',
    '--raise prints the status as an error, without the body',
    async (t) => {
      const server = await t.httpServer();
      const { exitCode, stdout, stderr } = await request(t, [server.url('/status/503'), '--raise']);
      t.assert.equal(exitCode, 1);
      t.assert.match(stderr, /^HTTPStatusError: Server error '503 Service Unavailable'/);
      t.assert.doesNotMatch(stdout, /status 503/);
    },
    { verdict: 'differs:httpx has no such option' },
  ),
  caseOf(
    'CI-05.interrupted',
    'an interruption ends the request with 130',
    async (t) => {
      const server = await t.httpServer();
      const controller = new AbortController();
      const running = request(t, [server.url('/stall-body')], { signal: controller.signal });
      await server.untilOpen(1);
      controller.abort();
      const { exitCode, stderr } = await running;
      t.assert.deepEqual([exitCode, stderr], [130, '']);
      await server.untilOpen(0);
    },
    { verdict: 'differs:httpx dies with a traceback' },
  ),
  caseOf('CI-06', 'every response on the way is printed, with the body of the last', async (t) => {
    const server = await t.httpServer();
    const { exitCode, stdout } = await request(t, [server.url('/redirect/2'), '--follow-redirects']);
    t.assert.equal(exitCode, 0);
    t.assert.deepEqual(statusLines(stdout), ['HTTP/1.1 302 Found', 'HTTP/1.1 302 Found', 'HTTP/1.1 200 OK']);
    const locations = stdout.match(/^Location: .*$/gm);
    t.assert.deepEqual(locations, ['Location: /redirect/1', 'Location: /get']);
    t.assert.match(stdout, /\n\n\{\n {4}"method": "GET"/);
  }),
  caseOf('CI-06.off', 'without the option a redirect is the result', async (t) => {
    const server = await t.httpServer();
    const { exitCode, stdout } = await request(t, [server.url('/redirect/2')]);
    t.assert.equal(exitCode, 1);
    t.assert.deepEqual(statusLines(stdout), ['HTTP/1.1 302 Found']);
    t.assert.equal(server.requests.length, 1);
  }),
];
