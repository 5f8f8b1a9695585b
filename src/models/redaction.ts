import { sameName } from './field-syntax.ts';

/** What stands in the place of a secret. */
export const REDACTED = '[secure]';

/** What counts as a secret besides the defaults. */
export interface RedactOptions {
  /** Names of header fields, in any case. */
  readonly headers?: readonly string[];
  /** Names of query parameters, in any case. */
  readonly query?: readonly string[];
}

const SECRET_HEADERS: readonly string[] = [
  'api-key',
  'authorization',
  'cookie',
  'private-token',
  'proxy-authorization',
  'set-cookie',
  'x-amz-security-token',
  'x-api-key',
  'x-auth-token',
  'x-csrf-token',
  'x-goog-api-key',
  'x-vault-token',
];

const SECRET_PARAMS: readonly string[] = [
  'access_token',
  'api-key',
  'api_key',
  'apikey',
  'assertion',
  'auth',
  'client_secret',
  'id_token',
  'jwt',
  'key',
  'passwd',
  'password',
  'private_token',
  'pwd',
  'refresh_token',
  'secret',
  'session',
  'sessionid',
  'sig',
  'signature',
  'token',
  'x-amz-credential',
  'x-amz-security-token',
  'x-amz-signature',
  'x-goog-credential',
  'x-goog-signature',
];

/**
 * Takes secrets out of what people and log files get to see: error messages, traces, `inspect`, logs. User
 * information of URLs, credentials and cookies in header fields and well-known query parameters are masked;
 * fragments, which are never sent, are left out.
 */
export class Redaction {
  /** Nothing is masked. For debugging on a machine that keeps no logs. */
  static readonly off: Redaction = new Redaction(null);

  readonly #masks: boolean;
  readonly #headers: readonly string[];
  readonly #params: ReadonlySet<string>;

  constructor(options: RedactOptions | null = {}) {
    this.#masks = options !== null;
    this.#headers = [...SECRET_HEADERS, ...(options?.headers ?? [])];
    this.#params = new Set([...SECRET_PARAMS, ...(options?.query ?? []).map((name) => name.toLowerCase())]);
  }

  /** Whether the values of a field are secrets. */
  isSecretHeader(name: string): boolean {
    for (const secret of this.#headers) if (sameName(name, secret)) return true;
    return false;
  }

  /** Whether the values of a query parameter are secrets. */
  isSecretParam(name: string): boolean {
    return this.#params.has(name.toLowerCase());
  }

  /** The value of a field, or the mask if the field is a secret one. */
  header(name: string, value: string): string {
    return this.#masks && this.isSecretHeader(name) ? REDACTED : value;
  }

  /** A flat list of names and values as pairs, secrets masked. */
  fields(fields: readonly string[]): [name: string, value: string][] {
    const pairs: [string, string][] = [];
    for (let i = 0; i < fields.length; i += 2) {
      pairs.push([fields[i]!, this.header(fields[i]!, fields[i + 1]!)]);
    }
    return pairs;
  }

  /** A query in its encoded form, without the question mark. */
  query(query: string): string {
    if (!this.#masks || query === '') return query;
    return query
      .split('&')
      .map((pair) => {
        const equals = pair.indexOf('=');
        return equals !== -1 && this.#isSecret(pair.slice(0, equals))
          ? `${pair.slice(0, equals)}=${REDACTED}`
          : pair;
      })
      .join('&');
  }

  /** A URL, absolute or not. */
  url(href: string): string {
    if (!this.#masks) return href;
    const fragment = href.indexOf('#');
    let text = fragment === -1 ? href : href.slice(0, fragment);
    const question = text.indexOf('?');
    const query = question === -1 ? '' : `?${this.query(text.slice(question + 1))}`;
    if (question !== -1) text = text.slice(0, question);
    const authority = text.indexOf('//') + 2;
    if (authority === 1) return text + query;
    const slash = text.indexOf('/', authority);
    const at = text.lastIndexOf('@', slash === -1 ? text.length : slash);
    return (at > authority ? `${text.slice(0, authority)}${REDACTED}${text.slice(at)}` : text) + query;
  }

  #isSecret(encodedName: string): boolean {
    let name = encodedName;
    if (name.includes('%')) {
      try {
        name = decodeURIComponent(name);
      } catch {
        // Not UTF-8, so not one of the names that are looked for.
      }
    }
    return this.isSecretParam(name);
  }
}

/** The mask used where no client says otherwise. */
export const DEFAULT_REDACTION: Redaction = new Redaction();
