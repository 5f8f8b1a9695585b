import {
  AbortError,
  Client,
  ConnectError,
  HTTPStatusError,
  type Timings,
  TotalTimeout,
  type BackendName,
} from '../../src/index.ts';
import type { Step } from './stage.ts';

/** A real server, and a client for it. */
export interface LiveWorld {
  readonly url: string;
  readonly client: Client;
}

export function createLiveWorld(backend: BackendName, url: string): LiveWorld {
  return { url, client: new Client({ backend, timeout: 10_000 }) };
}

/** What the tour shows on a real server: nothing that would bother it, and nothing that it would have to support. */
export const LIVE_STEPS: readonly Step<LiveWorld>[] = [
  {
    title: 'A request, and where its time went',
    code: ['const response = await client.get(url);'],
    isEssential: true,
    async run({ client, url }, stage) {
      const { status, statusText, httpVersion, headers, bytes, timings, connection } = await client.get(url);
      stage.show(`HTTP/${httpVersion} ${status} ${statusText}`);
      stage.show(`${bytes.length} bytes of ${headers.get('content-type') ?? 'no type'}`);
      stage.check(connection !== null, `${connection?.remoteAddress} port ${connection?.remotePort}`);
      if (connection?.tls != null) {
        stage.check(connection.tls.authorized, `${connection.tls.protocol}, ${connection.tls.cipher}`);
      }
      stage.check(timings !== null, times(timings!));
    },
  },
  {
    title: 'The same again, on the same connection',
    code: ['const response = await client.get(url);'],
    async run({ client, url }, stage) {
      const { timings, connection } = await client.get(url);
      const { opened, reused } = client.stats;
      stage.show(times(timings!));
      // A server may close after each response; then there is nothing to use again, and that is no mistake.
      stage.check(
        connection!.reused === reused > 0,
        `${opened} connections opened, used again ${reused} times`,
      );
    },
  },
  {
    title: 'Redirects, from the root over http',
    code: ['const response = await client.get(`http://${host}/`, { redirect: true });'],
    async run({ client, url }, stage) {
      const { host, port } = new URL(url);
      // A port that is named is one scheme's alone.
      const start = port === '' ? `http://${host}/` : new URL('/', url).href;
      const response = await client.get(start, { redirect: true });
      const hops = [...response.history, response].map((hop) => `${hop.status} ${hop.url.href}`);
      stage.check(!response.hasRedirectLocation, hops.join('\n     '));
    },
  },
  {
    title: 'The body as it comes',
    code: [
      "await using response = await client.stream('GET', url);",
      'for await (const chunk of response) count(chunk);',
    ],
    async run({ client, url }, stage) {
      const response = await client.stream('GET', url);
      let chunks = 0;
      let octets = 0;
      for await (const chunk of response.iterBytes()) {
        chunks++;
        octets += chunk.length;
      }
      stage.check(
        response.isClosed,
        `${octets} bytes in ${chunks} chunks, ${response.bytesReceived} on the wire`,
      );
    },
  },
  {
    title: 'A page that is not there',
    code: ['response.raiseForStatus();'],
    async run({ client, url }, stage) {
      const response = await client.get(new URL('/ternhttp-tour-no-such-page', url));
      stage.show(`${response.status} ${response.statusText}`);
      if (!response.isSuccess) await stage.fails((async () => response.raiseForStatus())(), HTTPStatusError);
    },
  },
  {
    title: 'A request that is called off',
    code: ['const pending = client.get(url, { signal: controller.signal });', 'controller.abort();'],
    async run({ client, url }, stage) {
      const controller = new AbortController();
      const pending = client.get(url, { signal: controller.signal });
      controller.abort();
      await stage.fails(pending, AbortError);
    },
  },
  {
    title: 'A limit of one millisecond',
    code: ['await client.get(url, { timeout: { total: 1 } });'],
    async run({ client, url }, stage) {
      // The step before may have cost the connection; what is to be seen is the limit, not the way there.
      await client.get(url);
      try {
        const { timings } = await client.get(url, { timeout: { total: 1 } });
        stage.show(`the server was fast enough: ${times(timings!)}`);
      } catch (error) {
        if (!(error instanceof TotalTimeout)) throw error;
        stage.show(`${error.name}: ${error.message}`);
      }
    },
  },
  {
    title: 'A name that does not exist',
    code: ["await client.get('https://no-such-host.invalid/');"],
    async run({ client }, stage) {
      const error = await stage.fails(client.get('https://no-such-host.invalid/'), ConnectError);
      stage.check(error.code === 'ERR_DNS', `code ${error.code}, phase ${error.phase}`);
    },
  },
  {
    title: 'What carried all this',
    code: ['console.log(client.backend, client.stats);'],
    async run({ client }, stage) {
      const { wire, info } = client.backend!;
      stage.show(`wire ${wire}, version ${info.version}`);
      const { opened, reused, active } = client.stats;
      stage.check(
        active === 0,
        `${opened} connections opened, used again ${reused} times, ${active} busy now`,
      );
    },
  },
];

function times(timings: Timings): string {
  return Object.entries(timings)
    .filter((entry): entry is [string, number] => entry[1] !== null)
    .map(([step, time]) => `${step} ${time.toFixed(1)} ms`)
    .join(', ');
}
