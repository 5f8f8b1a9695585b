import { expect } from 'vitest';
import { reply, startReplyServer } from '../../fixtures/reply-server.ts';
import type { ReceivedRequest, ReplyServer } from '../../fixtures/reply-server.ts';
import { Client, RequestError } from '../../src/index.ts';
import type { RedirectInit, RequestOptions, Response } from '../../src/index.ts';
import { type VectorCase, vectors } from './runner.ts';

interface MethodRow {
  readonly status: number;
  readonly method: string;
  readonly expect_method: string;
  readonly body: string | null;
  readonly body_kept: boolean;
  readonly strip_request_body_headers: boolean;
}

interface Data {
  readonly method: readonly MethodRow[];
  readonly request_body_headers: readonly string[];
  readonly location: readonly {
    readonly status: number;
    readonly location: string | null;
    readonly expect: string;
  }[];
  readonly count: readonly { readonly status: number; readonly redirects: number; readonly ok: boolean }[];
  readonly empty_location: { readonly location: string; readonly expect: string };
  readonly schemes_must_fail: readonly string[];
  readonly location_bytes_latin1: readonly { readonly location: string; readonly url_ends_with: string }[];
}

vectors<Data>('redirects/wpt', 'redirects/wpt.json', function* (data): Generator<VectorCase> {
  for (const row of data.method) {
    yield {
      id: `method ${row.status} ${row.method}`,
      run: () => methodIsKept(row, data.request_body_headers),
    };
  }
  for (const { status, location, expect: outcome } of data.location) {
    yield { id: `location ${status} ${location}`, run: () => leads(status, location, outcome) };
  }
  for (const { status, redirects, ok } of data.count) {
    yield { id: `count ${status} ${redirects}`, run: () => counts(status, redirects, ok) };
  }
  const { location, expect: outcome } = data.empty_location;
  yield { id: 'empty location', run: () => leads(302, location, outcome) };
  for (const url of data.schemes_must_fail) {
    yield { id: `scheme ${url}`, run: () => leads(302, url, 'error') };
  }
  for (const row of data.location_bytes_latin1) {
    yield { id: `octets ${row.location}`, run: () => keepsOctets(row.location, row.url_ends_with) };
  }
});

/** Runs with a server on which `/start` is redirected by `answer`, and everything else is there. */
async function visit(
  answer: (request: ReceivedRequest) => Buffer,
  work: (
    get: (options?: RequestOptions & { method?: string }) => Promise<Response>,
    server: ReplyServer,
  ) => Promise<void>,
  redirect: RedirectInit = true,
): Promise<void> {
  const server = await startReplyServer((request) =>
    request.target.startsWith('/start') ? answer(request) : reply(200, [], 'there'),
  );
  const client = new Client({ redirect });
  try {
    await work(
      ({ method = 'GET', ...options } = {}) => client.request(method, server.url('/start'), options),
      server,
    );
  } finally {
    await client.close();
    await server.close();
  }
}

function moved(status: number, location: string | null): Buffer {
  return reply(status, location === null ? [] : [['Location', location]]);
}

async function methodIsKept(row: MethodRow, bodyHeaders: readonly string[]): Promise<void> {
  const described = bodyHeaders.filter((name) => name !== 'content-length');
  const headers = Object.fromEntries(described.map((name) => [name, `value of ${name}`]));
  await visit(
    () => moved(row.status, '/end'),
    async (get, server) => {
      const options = row.body === null ? { headers } : { headers, content: row.body };
      const response = await get({ method: row.method, ...options });
      expect([response.status, response.history.length]).toEqual([200, 1]);
      const [, second] = server.exchanges;
      expect(second?.method).toBe(row.expect_method);
      expect(second?.body.text).toBe(row.body_kept ? row.body : '');
      for (const name of described)
        expect([name, second?.get(name)]).toEqual([
          name,
          row.strip_request_body_headers ? undefined : headers[name],
        ]);
      if (row.strip_request_body_headers) expect(second?.get('content-length')).toBeUndefined();
    },
  );
}

async function leads(status: number, location: string | null, outcome: string): Promise<void> {
  await visit(
    () => moved(status, location),
    async (get) => {
      if (outcome === 'error') {
        await expect(get()).rejects.toBeInstanceOf(RequestError);
        return;
      }
      const response = await get();
      expect(response.status).toBe(outcome.startsWith('200') ? 200 : status);
      expect(response.history).toHaveLength(outcome.startsWith('200') ? 1 : 0);
    },
  );
}

async function counts(status: number, redirects: number, ok: boolean): Promise<void> {
  let left = redirects;
  await visit(
    () => (left-- > 0 ? moved(status, '/start') : reply(200)),
    async (get) => {
      if (!ok) await expect(get()).rejects.toBeInstanceOf(RequestError);
      else expect((await get()).history).toHaveLength(redirects);
    },
  );
}

async function keepsOctets(location: string, ending: string): Promise<void> {
  await visit(
    () => moved(302, location),
    async (get, server) => {
      const response = await get();
      expect(response.url.href.slice(-ending.length)).toBe(ending);
      expect(server.requests[1]?.target.slice(-ending.length)).toBe(ending);
    },
  );
}
