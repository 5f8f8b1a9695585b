import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusedPort, startBlackHole } from '../fixtures/black-hole.ts';
import type { CertificateAuthority } from '../fixtures/certificates.ts';
import type { HTTPServer } from '../fixtures/http-server.ts';
import { startHTTPServer } from '../fixtures/http-server.ts';
import type { HTTP2Server } from '../fixtures/http2-server.ts';
import { startHTTP2Server } from '../fixtures/http2-server.ts';
import type { Random } from '../fixtures/random.ts';
import { startReplyServer } from '../fixtures/reply-server.ts';
import type { Split } from '../fixtures/scripted-peer.ts';
import type { Script, ScriptedServer, ScriptedServerOptions } from '../fixtures/scripted-server.ts';
import { startScriptedServer } from '../fixtures/scripted-server.ts';
import type { Client, ClientOptions } from '../src/index.ts';
import type { Capability, CaseContext, Tern } from './case.ts';

/** What a run of a case is given. */
export interface ContextSetup {
  readonly tern: Tern;
  readonly backend: string;
  readonly capabilities: ReadonlySet<Capability>;
  readonly split: Split;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly ca: CertificateAuthority;
  readonly serverTLS: { readonly cert: string; readonly key: string };
  readonly createClient: (options: ClientOptions) => Client;
}

/** A context, and the way to tear down what was opened through it. */
export interface OpenContext {
  readonly context: CaseContext;
  /** Closes everything, and gives what was found wrong while doing so. */
  close(): Promise<unknown[]>;
}

type Server = HTTP2Server | HTTPServer | ScriptedServer;

/** Makes the context of one run of a case. */
export function openContext(setup: ContextSetup): OpenContext {
  const clients: Client[] = [];
  const servers: Server[] = [];
  const cleanups: (() => Promise<void> | void)[] = [];
  const places: (() => Promise<void> | void)[] = [];
  const { split } = setup;

  async function scripted(first: ScriptedServerOptions | Script, second?: Script): Promise<ScriptedServer> {
    const script = typeof first === 'function' ? first : second;
    if (script === undefined) throw new TypeError('t.scripted() needs a script');
    const options = typeof first === 'function' ? {} : first;
    return keep(await startScriptedServer({ split, ...options }, script));
  }

  function keep<T extends Server>(server: T): T {
    servers.push(server);
    return server;
  }

  function keepPlace<T extends { close(): Promise<void> }>(place: T): T {
    places.push(() => place.close());
    return place;
  }

  const context: CaseContext = {
    tern: setup.tern,
    backend: setup.backend,
    assert,
    split,
    random: setup.random,
    signal: setup.signal,
    ca: setup.ca,
    serverTLS: setup.serverTLS,
    has: (capability) => setup.capabilities.has(capability),
    client(options: ClientOptions = {}): Client {
      const client = setup.createClient(options);
      clients.push(client);
      return client;
    },
    scripted,
    replies: async (replies, options = {}) => keep(await startReplyServer(replies, { split, ...options })),
    httpServer: async (options) => keep(await startHTTPServer(options)),
    http2Server: async (options = {}, handler) => keep(await startHTTP2Server(options, handler)),
    blackHole: async () => keepPlace(await startBlackHole()),
    refusedPort: async () => keepPlace(await refusedPort()),
    async command(argv, setting = {}) {
      // Only cases of the command need it, and it is no part of what users of the suite load.
      const { runInMemory } = await import('../src/cli/memory-io.ts');
      return runInMemory(argv, { signal: setup.signal, ...setting });
    },
    tempDir(): string {
      const folder = mkdtempSync(join(tmpdir(), 'tern-case-'));
      places.push(() => rmSync(folder, { recursive: true, force: true }));
      return folder;
    },
    defer: (cleanup) => void cleanups.push(cleanup),
  };

  async function close(): Promise<unknown[]> {
    const problems: unknown[] = [];
    const attempt = async (work: () => Promise<void> | void): Promise<void> => {
      try {
        await work();
      } catch (error) {
        problems.push(error);
      }
    };
    for (const cleanup of cleanups.toReversed()) {
      // oxlint-disable-next-line no-await-in-loop -- a later cleanup may stand on an earlier one
      await attempt(cleanup);
    }
    await Promise.all(clients.map((client) => attempt(() => closeClient(client))));
    // A server sees the sockets that a client forgot, unref'ed ones too.
    await Promise.all(servers.map((server) => attempt(() => seeClosed(server))));
    await Promise.all(servers.map((server) => attempt(() => server.close())));
    await Promise.all(places.map(attempt));
    return problems;
  }

  return { context, close };
}

async function closeClient(client: Client): Promise<void> {
  const busy = await untilAtRest(client);
  await client.close();
  if (busy !== undefined) throw new Error(`the pool of a client is not at rest after the case: ${busy}`);
}

// The end of a connection takes turns of the loop to reach the pool, so it gets a moment.
async function untilAtRest(client: Client): Promise<string | undefined> {
  let busy = describeBusy(client);
  for (let turns = 0; turns < 40 && busy !== undefined; turns++) {
    // oxlint-disable-next-line no-await-in-loop -- looking again is the point
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    busy = describeBusy(client);
  }
  return busy;
}

function describeBusy(client: Client): string | undefined {
  if (client.isClosed) return undefined;
  const { stats } = client;
  return stats.active + stats.connecting + stats.waiting === 0 ? undefined : JSON.stringify(stats);
}

async function seeClosed(server: Server): Promise<void> {
  if ('peers' in server) {
    // A peer that does not read does not see the end either.
    for (const peer of server.peers) peer.resume();
  }
  try {
    await server.untilOpen(0, 1000);
  } catch (error) {
    throw new Error(`the clients are closed, but ${server.open} of their connections are not`, {
      cause: error,
    });
  }
}
