import { expectTypeOf } from 'expect-type';
import {
  type Auth,
  type BuildOptions,
  Client,
  type ClientOptions,
  type CookieJar,
  del,
  get,
  Headers,
  type HeadersInit,
  post,
  type QueryParams,
  Request,
  type RequestOptions,
  Response,
  stream,
  type StreamResponse,
  type Timeout,
} from '../src/index.ts';

/*
 * Nothing here runs: `tsc --noEmit` checks that what is right compiles and that what is wrong does not. A
 * `@ts-expect-error` over a line that compiles is an error.
 */

const client = new Client();
const url = 'https://example.com/';

// Buffered and streamed responses are two types, so that what has not been read cannot be asked for.
expectTypeOf(client.get(url)).resolves.toEqualTypeOf<Response>();
expectTypeOf(client.request('GET', url)).resolves.toEqualTypeOf<Response>();
expectTypeOf(client.stream('GET', url)).resolves.toEqualTypeOf<StreamResponse>();
expectTypeOf(get(url)).resolves.toEqualTypeOf<Response>();
expectTypeOf(stream('GET', url)).resolves.toEqualTypeOf<StreamResponse>();
expectTypeOf(client.buildRequest('GET', url)).toEqualTypeOf<Request>();

const request = client.buildRequest('GET', url);
expectTypeOf(client.send(request)).resolves.toEqualTypeOf<Response>();
expectTypeOf(client.send(request, { stream: false })).resolves.toEqualTypeOf<Response>();
expectTypeOf(client.send(request, { stream: true })).resolves.toEqualTypeOf<StreamResponse>();

expectTypeOf<Response['text']>().toEqualTypeOf<string>();
expectTypeOf<Response['bytes']>().toExtend<Uint8Array>();
expectTypeOf<ReturnType<Response['json']>>().toEqualTypeOf<unknown>();
expectTypeOf(new Response(200).json<{ a: number }>()).toEqualTypeOf<{ a: number }>();
expectTypeOf<StreamResponse>().not.toHaveProperty('text');
expectTypeOf<StreamResponse>().not.toHaveProperty('bytes');
expectTypeOf<StreamResponse>().not.toHaveProperty('json');
expectTypeOf<Response>().not.toHaveProperty('iterBytes');
expectTypeOf<Response>().not.toHaveProperty('body');
expectTypeOf<StreamResponse['read']>().returns.resolves.toEqualTypeOf<Response>();
expectTypeOf<StreamResponse>().toExtend<AsyncDisposable & AsyncIterable<Uint8Array>>();
expectTypeOf<Client>().toExtend<AsyncDisposable>();

// A request has one body at most.
void client.post(url, { json: { a: 1 } });
void client.post(url, { form: { a: 1 }, json: null, content: undefined });
void client.post(url, { json: { a: 1 }, canonicalJSON: true });
void client.post(url, { raiseForStatus: null, redirect: null, auth: null, timeout: null, signal: null });
// @ts-expect-error two bodies
void client.post(url, { json: {}, form: {} });
// @ts-expect-error two bodies
void client.post(url, { content: '', multipart: {} });
// @ts-expect-error two bodies
void post(url, { json: {}, content: '' });
// @ts-expect-error two bodies
client.buildRequest('POST', url, { form: {}, multipart: {} });
// @ts-expect-error two bodies
void new Request('POST', url, { json: {}, content: '' });
// @ts-expect-error two bodies
request.with({ json: {}, form: {} });

// Methods without a body take none.
// @ts-expect-error no body
void client.get(url, { json: {} });
// @ts-expect-error no body
void client.head(url, { content: '' });
// @ts-expect-error no body
void client.options(url, { form: {} });
// @ts-expect-error no body
void client.delete(url, { multipart: {} });
// @ts-expect-error no body
void get(url, { json: {} });
// @ts-expect-error no body
void del(url, { content: '' });
void client.request('DELETE', url, { json: {} });

// Options are closed.
// @ts-expect-error there is no such option
void client.get(url, { timeouts: 5 });
// @ts-expect-error there is no such option
void client.post(url, { json: {}, body: '' });
// @ts-expect-error there is no such option
void client.request('GET', url, { followRedirects: true });
// @ts-expect-error there is no such option
void client.stream('GET', url, { stream: true });
// @ts-expect-error it is an option of the client
void client.get(url, { baseURL: url });
// @ts-expect-error there is no such option
void new Client({ baseUrl: url });
// @ts-expect-error there is no such option
client.extend({ retries: 3 });
// @ts-expect-error there is no such option
void get(url, { timeouts: 5 });
// @ts-expect-error sending takes no body
void client.send(request, { json: {} });
// @ts-expect-error building takes no timeout
client.buildRequest('GET', url, { timeout: 5 });
// @ts-expect-error there is no such phase
void client.get(url, { timeout: { raed: 5 } });
// @ts-expect-error there is no such limit
void new Client({ limits: { connections: 5 } });
// @ts-expect-error there is no such kind of hook
void new Client({ hooks: { requests: [] } });
// @ts-expect-error there is no such setting
void new Client({ redirect: { maximum: 5 } });
// @ts-expect-error there is no such setting
void new Client({ redact: { header: ['x'] } });
// @ts-expect-error there is no such setting
void new Client({ decode: { maxByte: 5 } });

// Values have types.
// @ts-expect-error milliseconds are a number
void client.get(url, { timeout: '5s' });
// @ts-expect-error a signal, not its controller
void client.get(url, { signal: new AbortController() });
// @ts-expect-error a switch or a policy
void client.get(url, { redirect: 'follow' });
// @ts-expect-error a pair, a function or a flow
void client.get(url, { auth: 'token' });
// @ts-expect-error a URL
void client.get(undefined);
// @ts-expect-error a URL
void client.get(request);
// @ts-expect-error params are scalars or lists of them
void client.get(url, { params: { a: {} } });
// @ts-expect-error a name of a backend
void new Client({ backend: 'rust' });
// @ts-expect-error a transport
void new Client({ transport: {} });
// @ts-expect-error a list
void new Client({ middleware: (_request: Request, next: (r: Request) => unknown) => next(request) });

// `undefined` inherits and null switches off, where there is something to switch off.
declare const maybe: { timeout: number | undefined; headers: Record<string, string> | undefined };
void client.get(url, { timeout: maybe.timeout, headers: maybe.headers, auth: undefined, signal: undefined });
void client.get(url, { timeout: null, auth: null, signal: null, redirect: null });
void new Client({ timeout: maybe.timeout, baseURL: undefined, cookies: undefined, transport: undefined });
void new Client({ timeout: null, baseURL: null, cookies: null, auth: null, redact: null, logger: null });

// null takes a field of the client away, so a Headers object cannot hold one.
void client.get(url, {
  headers: { Accept: null, 'X-A': ['1', '2'], 'X-B': new Uint8Array(1), 'X-C': undefined },
});
// @ts-expect-error there is nothing to take away
void new Headers({ Accept: null });
// @ts-expect-error numbers are not field values
void client.get(url, { headers: { 'X-A': 5 } });
expectTypeOf<globalThis.Headers>().toExtend<HeadersInit>();
expectTypeOf<Map<string, string>>().toExtend<HeadersInit>();

// Assigned properties take more than they give.
expectTypeOf(client.headers).toEqualTypeOf<Headers>();
expectTypeOf(client.params).toEqualTypeOf<QueryParams>();
expectTypeOf(client.cookies).toEqualTypeOf<CookieJar>();
expectTypeOf(client.auth).toEqualTypeOf<Auth | null>();
expectTypeOf(client.timeout).toEqualTypeOf<Timeout>();
expectTypeOf(client.baseURL).toEqualTypeOf<URL | null>();
client.headers = { Accept: null };
client.params = 'a=1';
client.cookies = { a: '1' };
client.cookies = null;
client.auth = ['user', 'password'];
client.timeout = 5;
client.baseURL = url;
// @ts-expect-error it can only be read
client.isClosed = true;
// @ts-expect-error a request cannot be changed
request.method = 'POST';

// Hooks, middleware and flows know what they get.
void new Client({
  hooks: {
    request: [(sent) => void expectTypeOf(sent).toEqualTypeOf<Request>()],
    response: [(response) => void expectTypeOf(response).toEqualTypeOf<StreamResponse>()],
    redirect: [({ request: next, response }) => void [next.url, response.status]],
    error: [(error) => expectTypeOf(error).toEqualTypeOf<unknown>()],
  },
  middleware: [
    (sent, next) => {
      expectTypeOf(sent).toEqualTypeOf<Request>();
      expectTypeOf(next).returns.resolves.toEqualTypeOf<StreamResponse>();
      return next(sent);
    },
  ],
  auth: (sent) => sent.with({ headers: { 'X-Signature': 'x' } }),
});

// One-shot functions take both kinds of options.
void get(url, { transport: undefined, baseURL: url, timeout: 5, raiseForStatus: true, hooks: {} });
void post(url, { json: {}, limits: { maxConnections: 1 } });
expectTypeOf<RequestOptions>().toExtend<BuildOptions>();
expectTypeOf<Parameters<Client['extend']>[0]>().toEqualTypeOf<ClientOptions | undefined>();
