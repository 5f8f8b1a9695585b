import type { Server } from 'node:net';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import { parseURL } from '../models/url.ts';

/**
 * Refuses a request to a server that runs in the thread which is about to block: it could not answer before the
 * request has ended.
 *
 * Node has no public list of the servers of a thread. Whether there are any it tells by
 * `process.getActiveResourcesInfo()`; which ones, by a function that it calls deprecated. A server that was unref'ed,
 * and a name that leads to this machine without looking like it, are not noticed: there the limits of time apply.
 *
 * @param socketPath where all connections go, if that is no TCP
 * @param proxy where they go instead of the host of the request
 * @throws InvalidArgument that says what to do
 */
export function refuseOwnServer(
  request: Request,
  socketPath: string | undefined,
  proxy: string | undefined,
): void {
  const { hostname, port } = proxy === undefined ? request.parsedURL : parseURL(proxy);
  if (socketPath === undefined && !isThisMachine(hostname)) return;
  const kind = socketPath === undefined ? 'TCPServerWrap' : 'PipeWrap';
  if (!process.getActiveResourcesInfo().includes(kind)) return;
  const { _getActiveHandles: handles } = process as { _getActiveHandles?: () => unknown[] };
  const servers = (handles?.call(process) ?? []).filter(isServer);
  const isOwn = servers.some((server) => {
    const address = server.address();
    return typeof address === 'string'
      ? address === socketPath
      : socketPath === undefined && address?.port === port;
  });
  if (!isOwn) return;
  throw new InvalidArgument(
    `${request.method} ${request.redactedURL}: this server runs in the thread that would wait for its response, so ` +
      'it could never answer. Use the Client of the package ternhttp here, or run the server in a worker thread or another process.',
  );
}

function isServer(handle: unknown): handle is Server {
  const { Server } = process.getBuiltinModule('node:net');
  return handle instanceof Server;
}

function isThisMachine(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
  const { isIP } = process.getBuiltinModule('node:net');
  if (isIP(hostname) === 0) return hostname === process.getBuiltinModule('node:os').hostname().toLowerCase();
  if (hostname.startsWith('127.') || hostname === '::1' || hostname === '::' || hostname === '0.0.0.0')
    return true;
  const interfaces = process.getBuiltinModule('node:os').networkInterfaces();
  return Object.values(interfaces).some((list) => list?.some(({ address }) => address === hostname) === true);
}
