import { basicAuth } from '../auth/basic-auth.ts';
import { bearerAuth } from '../auth/bearer-auth.ts';
import { digestAuth } from '../auth/digest-auth.ts';
import { netrcAuth } from '../auth/netrc-auth.ts';
import type { Auth } from '../auth/auth.ts';
import type { BackendChoice } from '../backends/choice.ts';
import type { ContentInit } from '../body/content.ts';
import type { ExclusiveBody } from '../body/encode-body.ts';
import { findJSONFault } from '../body/json-syntax.ts';
import type { MultipartValue } from '../body/multipart-part.ts';
import type { ClientOptions, RequestOptions } from '../client/options.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { CookieJar } from '../models/cookie-jar.ts';
import { sameName } from '../models/field-syntax.ts';
import type { FieldValue } from '../models/headers.ts';
import type { TLSOptions } from '../models/tls-options.ts';
import type { InputFiles } from './input.ts';
import type { CommandIO } from './io.ts';
import type { BodyChoice, RequestCommandLine } from './request-command-line.ts';
import { targetURL } from './target-url.ts';

/** A request as the client takes it. */
export interface AssembledRequest {
  readonly method: string;
  readonly url: string;
  readonly clientOptions: ClientOptions;
  readonly requestOptions: RequestOptions;
}

/**
 * Turns a command line into a request: opens the files, reads the secrets.
 *
 * @param files to be closed when the request has ended
 * @throws InvalidArgument if a file cannot be read, or a value does not fit
 */
export async function assembleRequest(
  line: RequestCommandLine,
  files: InputFiles,
  io: CommandIO,
): Promise<AssembledRequest> {
  const url = targetURL(line.url, { isUnixSocket: line.unixSocket !== null });
  const auth = await readAuth(line, files);
  const tls = await readTLS(line, files);
  const body = line.body === null ? {} : await readBody(line.body, files);
  const headers: [string, FieldValue][] = line.headers.map(([name, value]) => [name, octetsOf(value)]);
  if (line.body?.kind === 'json' && !headers.some(([name]) => sameName(name, 'content-type'))) {
    headers.push(['Content-Type', 'application/json']);
  }
  return {
    method: line.method,
    url,
    clientOptions: {
      // In the jar, and not only with the request, so that the host gets them after a redirect too.
      ...(line.cookies.length === 0 ? {} : { cookies: new CookieJar(line.cookies, { url }) }),
      ...(auth === null ? {} : { auth }),
      ...(line.removedHeaders.length === 0
        ? {}
        : { headers: Object.fromEntries(line.removedHeaders.map((name) => [name, null])) }),
      ...(line.backend === null ? {} : { backend: line.backend as BackendChoice }),
      ...(line.offersHTTP2 ? { http2: true } : {}),
      ...(line.unixSocket === null ? {} : { socket: { path: files.resolve(line.unixSocket) } }),
      ...(Object.keys(tls).length === 0 ? {} : { tls }),
      ...proxyOf(line, io),
      ...(line.showsSecrets ? { redact: null } : {}),
      redirect: line.followsRedirects,
      timeout: line.timeout,
      signal: io.signal,
    },
    requestOptions: {
      ...(line.params.length === 0 ? {} : { params: line.params }),
      ...(headers.length === 0 ? {} : { headers }),
      ...body,
    },
  };
}

function proxyOf(
  { proxy }: RequestCommandLine,
  { env }: CommandIO,
): Pick<ClientOptions, 'proxy' | 'trustEnv'> {
  if (proxy !== 'environment') return { proxy: proxy?.url ?? null };
  return Object.keys(env).some((name) => /_proxy$/i.test(name)) ? { trustEnv: true } : {};
}

async function readAuth({ auth }: RequestCommandLine, files: InputFiles): Promise<Auth | null> {
  if (auth === null) return null;
  if (auth.kind === 'netrc') return netrcAuth(auth.file === null ? undefined : files.resolve(auth.file));
  if (auth.kind === 'bearer') {
    return bearerAuth(auth.token === '-' ? await files.readSecret('Token: ', '--bearer') : auth.token);
  }
  const { user, kind } = auth;
  const option = kind === 'basic' ? '--auth' : '--digest';
  const password =
    auth.password === '-' ? await files.readSecret(`Password of ${user}: `, option) : auth.password;
  return kind === 'basic' ? basicAuth(user, password) : digestAuth(user, password);
}

async function readTLS(line: RequestCommandLine, files: InputFiles): Promise<TLSOptions> {
  const ca = line.ca === null ? null : await files.readText(line.ca, '--ca');
  const cert = line.cert === null ? null : await files.readText(line.cert, '--cert');
  // A file that has both is common enough.
  const key = line.key === null ? cert : await files.readText(line.key, '--key');
  return {
    ...(ca === null ? {} : { ca }),
    ...(cert === null || key === null ? {} : { cert, key }),
    ...(line.verifies ? {} : { rejectUnauthorized: false }),
  };
}

async function readBody(body: BodyChoice, files: InputFiles): Promise<ExclusiveBody> {
  if (body.kind === 'form') return { form: body.fields };
  if (body.kind === 'json') return { content: await readJSON(body.text, files) };
  if (body.kind === 'content') return { content: await readContent(body.text, '--content', files) };
  const parts: [string, MultipartValue][] = body.fields.map(([name, value]) => [name, value]);
  for (const [name, path] of body.files) {
    const content = path === '-' ? files.stdin('--files') : await files.open(path, '--files');
    const filename = path === '-' ? 'stdin' : process.getBuiltinModule('node:path').basename(path);
    parts.push([name, { content, filename }]);
  }
  return { multipart: parts };
}

async function readContent(text: string, option: string, files: InputFiles): Promise<ContentInit> {
  if (text === '-' || text === '@-') return files.stdin(option);
  if (text.startsWith('@@')) return text.slice(1);
  return text.startsWith('@') ? files.open(text.slice(1), option) : text;
}

/** The text is sent as it was written: numbers keep their digits, keys their order. */
async function readJSON(text: string, files: InputFiles): Promise<string> {
  let json = text;
  if (text === '-' || text === '@-') json = await textOf(files.stdin('--json-body'));
  else if (text.startsWith('@')) json = await files.readText(text.slice(1), '--json-body');
  const fault = findJSONFault(json);
  if (fault !== null) {
    const { expected, line, column } = fault;
    throw new InvalidArgument(
      `'--json-body' is no valid JSON: ${expected} is expected at line ${line}, column ${column}.`,
    );
  }
  return json;
}

async function textOf(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks).toString();
}

/** Fields carry octets; what is not ASCII goes out as UTF-8, as it came from the shell. */
function octetsOf(value: string): FieldValue {
  // oxlint-disable-next-line no-control-regex -- ASCII begins there
  return /^[\0-\x7F]*$/.test(value) ? value : Buffer.from(value, 'utf8');
}
