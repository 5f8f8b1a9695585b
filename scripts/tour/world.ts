import { type BlackHole, startBlackHole } from '../../fixtures/black-hole.ts';
import { type HTTPServer, startHTTPServer } from '../../fixtures/http-server.ts';
import { type ScriptedServer, startScriptedServer } from '../../fixtures/scripted-server.ts';
import { type BackendName, Client, type ClientOptions } from '../../src/index.ts';

/** The servers of the tour, all in this process, and a client for them. */
export interface World {
  readonly backend: BackendName;
  /** Answers by routes. */
  readonly server: HTTPServer;
  /** A place where connecting hangs. */
  readonly blackHole: BlackHole;
  /** Accepts connections, and reads nothing from them. */
  readonly deaf: ScriptedServer;
  /** Answers the first request on a connection, and closes it on the second without a word. */
  readonly forgetful: ScriptedServer;
  /** For the routes of `server`. */
  readonly client: Client;
  /** A client of its own for one step; it is closed with the world. */
  readonly newClient: (options: ClientOptions) => Client;
  close(): Promise<void>;
}

export async function createWorld(backend: BackendName): Promise<World> {
  const server = await startHTTPServer();
  const blackHole = await startBlackHole();
  const deaf = await startScriptedServer((peer) => peer.pause());
  const forgetful = await startScriptedServer(async (peer) => {
    await peer.readHead();
    await peer.send(`HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nfrom connection no ${peer.index}`);
    await peer.readHead();
    await peer.end();
  });
  const clients: Client[] = [];
  const newClient = (options: ClientOptions): Client => {
    const client = new Client({ backend, ...options });
    clients.push(client);
    return client;
  };
  return {
    backend,
    server,
    blackHole,
    deaf,
    forgetful,
    client: newClient({ baseURL: server.origin }),
    newClient,
    async close(): Promise<void> {
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all([server, blackHole, deaf, forgetful].map((place) => place.close()));
    },
  };
}
