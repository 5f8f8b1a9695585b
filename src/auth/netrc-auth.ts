import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import { parseURL } from '../models/url.ts';
import type { Auth, AuthFlow } from './auth.ts';
import { type AuthTarget, ORIGIN_TARGET } from './auth-target.ts';
import { basicCredentials } from './basic-auth.ts';
import { findNetRC, type NetRCEntry, parseNetRC } from './netrc.ts';

/**
 * Basic credentials from a netrc file: those of the machine that is the host of the request, else those of `default`. A
 * host without an entry, or one without a password, gets a request without credentials. If the URL names a user, the
 * entry is one of that user's; a password in the URL wins.
 *
 * The file is read once, here. Nothing reads it unasked: neither the environment (`NETRC`) nor the file of the user counts
 * unless this class is used. The permissions of the file are not looked at.
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { Client, MockTransport, NetRCAuth, Response } from 'ternhttp';
 *
 * const file = `${tmpdir()}/netrc-of-an-example`;
 * writeFileSync(file, 'machine api.example.com login me password secret', { mode: 0o600 });
 * const transport = new MockTransport((request) =>
 *   new Response(200, { content: request.headers.get('authorization') ?? 'none' }));
 * const client = new Client({ transport, auth: new NetRCAuth(file) });
 * console.log((await client.get('https://api.example.com/')).text); // 'Basic bWU6c2VjcmV0'
 * console.log((await client.get('https://example.com/')).text); // 'none'
 * ```
 */
export class NetRCAuth implements Auth {
  readonly #entries: readonly NetRCEntry[];

  /**
   * @param file path of the file; `.netrc` in the home directory by default
   * @throws InvalidArgument if the file cannot be read or understood
   */
  constructor(file?: URL | string) {
    this.#entries = readNetRC(file ?? defaultFile());
  }

  *flow(request: Request, target: AuthTarget = ORIGIN_TARGET): Extract<AuthFlow, Generator> {
    const url = target.proxy === null ? request.parsedURL : parseURL(target.proxy);
    const user = url.credentials?.username || null;
    const entry = findNetRC(this.#entries, url.hostname, user);
    // What stands in the URL itself is meant for it.
    const password = url.credentials?.password || entry?.password;
    if (!password) {
      yield request;
      return;
    }
    const value = basicCredentials(user ?? entry?.login ?? '', password);
    yield request.with({ headers: { [target.credentialsField]: value } });
  }
}

/**
 * Basic credentials from a netrc file: {@link NetRCAuth} without `new`, in line with the other schemes.
 *
 * @throws InvalidArgument if the file cannot be read or understood
 *
 * @example
 * ```ts
 * import { InvalidArgument, netrcAuth } from 'ternhttp';
 *
 * try {
 *   netrcAuth('/no/such/file');
 * } catch (error) {
 *   console.log(error instanceof InvalidArgument); // true
 * }
 * ```
 */
export function netrcAuth(file?: URL | string): NetRCAuth {
  return new NetRCAuth(file);
}

function defaultFile(): string {
  const { homedir } = process.getBuiltinModule('node:os');
  return process.getBuiltinModule('node:path').join(homedir(), '.netrc');
}

function readNetRC(file: URL | string): NetRCEntry[] {
  if (typeof file !== 'string' && !(file instanceof URL))
    throw new InvalidArgument(`'file' must be the path of a netrc file, not ${describeValue(file)}.`);
  let text: string;
  try {
    text = process.getBuiltinModule('node:fs').readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgument(`The netrc file cannot be read: ${reason}.`, { cause });
  }
  return parseNetRC(text, `The netrc file ${String(file)}`);
}
