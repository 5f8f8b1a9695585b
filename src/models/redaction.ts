import { InvalidArgument } from '../errors/invalid-argument.ts';
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
  'apikey',
  'authorization',
  'cookie',
  'deploy-token',
  'job-token',
  'private-token',
  'proxy-authorization',
  'set-cookie',
  'x-access-token',
  'x-amz-security-token',
  'x-api-key',
  'x-apikey',
  'x-auth-key',
  'x-auth-token',
  'x-csrf-token',
  'x-goog-api-key',
  'x-session-token',
  'x-vault-token',
  'x-xsrf-token',
];

const SECRET_PARAMS: readonly string[] = [
  'access_key',
  'access_token',
  'api-key',
  'api_key',
  'api_token',
  'apikey',
  'assertion',
  'auth',
  'auth_token',
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
  'secret_key',
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

const URL_HEADERS: readonly string[] = ['content-location', 'location', 'referer'];

/**
 * Takes secrets out of what people and log files get to see: error messages, traces, `inspect`, logs. User
 * information of URLs, credentials and cookies in header fields and well-known query parameters are masked;
 * fragments, which are never sent, are left out.
 */
export class Redaction {
  /** Nothing is masked. For debugging on a machine that keeps no logs. */
  static readonly off: Redaction = new Redaction(null);

  /** What it was made from. @internal */
  readonly options: RedactOptions | null;
  readonly #masks: boolean;
  readonly #headers: readonly string[];
  readonly #params: ReadonlySet<string>;

  /** @throws InvalidArgument if the options name something that does not exist, which would leave a secret in sight */
  constructor(options: RedactOptions | null = {}) {
    this.options = options;
    this.#masks = options !== null;
    if (options !== null) checkOptions(options);
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

  /** The value of a field, or the mask if the field is a secret one; in fields that carry URLs, secrets in those. */
  header(name: string, value: string): string {
    if (!this.#masks) return value;
    if (this.isSecretHeader(name)) return REDACTED;
    // A URL in a field is as telling as the one that was asked for.
    if (URL_HEADERS.some((other) => sameName(name, other))) return this.url(value);
    if (sameName(name, 'link')) return this.#links(value);
    if (sameName(name, 'refresh'))
      return value.replace(/(url=)(.*)/i, (_, key: string, url: string) => key + this.url(url));
    return value;
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
    const start = authorityStart(text);
    if (start === 0) return text + query;
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== 47 && text.charCodeAt(end) !== 92) end++;
    const at = text.slice(0, end).lastIndexOf('@');
    return (at > start ? `${text.slice(0, start)}${REDACTED}${text.slice(at)}` : text) + query;
  }

  /**
   * A text that was meant as a URL and is none. What made it none may be a password that holds a `/`, `?` or `#`, so
   * everything up to the last `@` is masked.
   */
  malformedURL(text: string): string {
    const at = text.lastIndexOf('@');
    if (!this.#masks || at === -1) return this.url(text);
    return text.slice(0, authorityStart(text)) + REDACTED + this.url(text.slice(at));
  }

  /** Goes through the value once: a pattern would begin anew at each `<` that nothing closes. */
  #links(value: string): string {
    let shown = '';
    let from = 0;
    for (;;) {
      const open = value.indexOf('<', from);
      const close = open === -1 ? -1 : value.indexOf('>', open);
      if (close === -1) return shown + value.slice(from);
      shown += `${value.slice(from, open)}<${this.url(value.slice(open + 1, close))}>`;
      from = close + 1;
    }
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

/** Where the authority begins, if there may be one: behind the scheme and any slashes, as lenient parsers have it. */
function authorityStart(text: string): number {
  return /^(?:[a-z][a-z0-9+.-]*:[\\/]*|[\\/]{2,})/i.exec(text)?.[0].length ?? 0;
}

function checkOptions(options: RedactOptions): void {
  if (typeof options !== 'object')
    throw new InvalidArgument(`'redact' must be an object or null, not ${typeof options}.`);
  for (const [name, value] of Object.entries(options)) {
    if (name !== 'headers' && name !== 'query')
      throw new InvalidArgument(`'redact.${name}' does not exist; there are headers, query.`);
    if (value !== undefined && !(Array.isArray(value) && value.every((item) => typeof item === 'string')))
      throw new InvalidArgument(`'redact.${name}' must be a list of names.`);
  }
}

/** The mask used where no client says otherwise. */
export const DEFAULT_REDACTION: Redaction = new Redaction();
