import { afterEach, describe, expect, test, vi } from 'vitest';
import { guardAgainstLeaks } from '../../fixtures/leak-guard.ts';
import { startReplyServer } from '../../fixtures/reply-server.ts';
import { silentContext } from '../../fixtures/transport-context.ts';
import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import { Request } from '../message/request.ts';
import { HTTPTransport, type HTTPTransportOptions } from './http-transport.ts';

const defer = guardAgainstLeaks();

afterEach(() => {
  vi.unstubAllEnvs();
});

const CONTEXT = silentContext();

function transport(options: HTTPTransportOptions = {}): HTTPTransport {
  const made = new HTTPTransport(options);
  defer(() => made.close());
  return made;
}

describe('options', () => {
  test('none are needed', () => {
    vi.stubEnv('TERN_BACKEND', '');
    const { backend, stats } = transport();
    expect(backend).toMatchObject({ requested: 'auto', wire: 'js' });
    expect(stats).toEqual({
      connections: 0,
      active: 0,
      idle: 0,
      connecting: 0,
      waiting: 0,
      opened: 0,
      reused: 0,
      waited: 0,
      exchanges: 0,
    });
  });

  test.each([
    [{ timeout: 5 }, "'timeout' does not exist"],
    [{ tls: { CA: '' } }, "'tls.CA' does not exist; there are ca, cert"],
    [{ socket: { host: '' } }, "'socket.host' does not exist; there are path,"],
    [{ parser: { maxBody: 1 } }, "'parser.maxBody' does not exist; there are maxHeadBytes"],
    [{ parser: { maxHeadBytes: 0 } }, "'parser.maxHeadBytes' must be a whole number of at least 1, not 0"],
    [{ parser: { maxHeadFields: 1.5 } }, 'must be a whole number'],
    [{ limits: { maxConnections: 0 } }, "'limits.maxConnections' must be a"],
    [{ socket: { family: 5 } }, "'socket.family' must be 4 or 6, not 5"],
    [{ socket: { localAddress: 'eth0' } }, "'socket.localAddress' must be an IP address, not 'eth0'"],
    [{ socket: { localAddress: '::1', family: 4 } }, "'socket.localAddress' is no IPv4 address"],
    [{ socket: { path: '' } }, "'socket.path' must be the path of a socket"],
    [{ socket: { path: '/s', localAddress: '127.0.0.1' } }, "'socket.localAddress' would do nothing beside"],
    [{ socket: { path: '/s', noDelay: true } }, "'socket.noDelay' would do nothing beside"],
    [{ socket: { lookup: 'h' } }, "'socket.lookup' must be a function, not string"],
    [{ socket: { noDelay: 1 } }, "'socket.noDelay' must be true or false, not number"],
    [{ expectContinueMs: -1 }, "'expectContinueMs' must be milliseconds of 0 or more, not -1"],
    [{ expectContinueMs: Number.NaN }, "'expectContinueMs' must be"],
  ])('%j', (options, message) => {
    expect(() => new HTTPTransport(options as HTTPTransportOptions)).toThrow(InvalidArgument);
    expect(() => new HTTPTransport(options as HTTPTransportOptions)).toThrow(message);
  });

  test('a backend that is not there', () => {
    expect(() => new HTTPTransport({ backend: 'native' })).toThrow(BackendUnavailableError);
  });
});

describe('handle', () => {
  test('carries a request', async () => {
    const server = await startReplyServer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    defer(() => server.close());
    const own = transport();
    const response = await own.handle(new Request('GET', server.url()), CONTEXT);
    expect((await response.read()).text).toBe('ok');
    expect(own.stats).toMatchObject({ connections: 1, idle: 1, opened: 1 });
    await own.close();
    await server.untilOpen(0);
  });

  test('schemes that it does not know', async () => {
    await expect(transport().handle(new Request('GET', 'ftp://h.test/'), CONTEXT)).rejects.toBeInstanceOf(
      UnsupportedProtocol,
    );
  });

  test('TLS options that cannot be used are told when they are needed, as what they are', async () => {
    const own = transport({ tls: { cert: 'nonsense', key: 'nonsense' } });
    await expect(own.handle(new Request('GET', 'https://127.0.0.1:1/'), CONTEXT)).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: expect.stringContaining("The 'tls' options cannot be used"),
    });
    expect(own.stats.connecting).toBe(0);
  });

  test('nothing after the end', async () => {
    const own = transport();
    await own.close();
    await own.close();
    await expect(own.handle(new Request('GET', 'http://127.0.0.1:1/'), CONTEXT)).rejects.toBeInstanceOf(
      ClientClosed,
    );
  });

  test('routes without end', async () => {
    const lookups: string[] = [];
    const own = transport({
      socket: {
        lookup(hostname, _options, callback) {
          lookups.push(hostname);
          callback(new Error('nobody is there'), []);
        },
      },
    });
    const failures: Promise<unknown>[] = [];
    for (let i = 0; i < 1500; i++) {
      const answer = own.handle(new Request('GET', `http://h${i}.test/`), CONTEXT);
      failures.push(answer.catch((error: Error) => error.name));
    }
    expect(new Set(await Promise.all(failures))).toEqual(new Set(['ConnectError']));
    expect(new Set(lookups).size).toBe(1500);
    expect(own.stats).toMatchObject({ connections: 0, connecting: 0, waiting: 0 });
  });
});
