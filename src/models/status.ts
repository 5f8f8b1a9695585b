import { InvalidArgument } from '../errors/invalid-argument.ts';

const codes = {
  CONTINUE: 100,
  SWITCHING_PROTOCOLS: 101,
  PROCESSING: 102,
  EARLY_HINTS: 103,

  OK: 200,
  CREATED: 201,
  ACCEPTED: 202,
  NON_AUTHORITATIVE_INFORMATION: 203,
  NO_CONTENT: 204,
  RESET_CONTENT: 205,
  PARTIAL_CONTENT: 206,
  MULTI_STATUS: 207,
  ALREADY_REPORTED: 208,
  IM_USED: 226,

  MULTIPLE_CHOICES: 300,
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  NOT_MODIFIED: 304,
  USE_PROXY: 305,
  SWITCH_PROXY: 306,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,

  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  PAYMENT_REQUIRED: 402,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  PROXY_AUTHENTICATION_REQUIRED: 407,
  REQUEST_TIMEOUT: 408,
  CONFLICT: 409,
  GONE: 410,
  LENGTH_REQUIRED: 411,
  PRECONDITION_FAILED: 412,
  CONTENT_TOO_LARGE: 413,
  URI_TOO_LONG: 414,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  EXPECTATION_FAILED: 417,
  IM_A_TEAPOT: 418,
  MISDIRECTED_REQUEST: 421,
  UNPROCESSABLE_CONTENT: 422,
  LOCKED: 423,
  FAILED_DEPENDENCY: 424,
  TOO_EARLY: 425,
  UPGRADE_REQUIRED: 426,
  PRECONDITION_REQUIRED: 428,
  TOO_MANY_REQUESTS: 429,
  REQUEST_HEADER_FIELDS_TOO_LARGE: 431,
  UNAVAILABLE_FOR_LEGAL_REASONS: 451,

  INTERNAL_SERVER_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  BAD_GATEWAY: 502,
  SERVICE_UNAVAILABLE: 503,
  GATEWAY_TIMEOUT: 504,
  HTTP_VERSION_NOT_SUPPORTED: 505,
  VARIANT_ALSO_NEGOTIATES: 506,
  INSUFFICIENT_STORAGE: 507,
  LOOP_DETECTED: 508,
  NOT_EXTENDED: 510,
  NETWORK_AUTHENTICATION_REQUIRED: 511,
} as const;

/** Names of RFC 1945, 2616, 4918 and 7231 that RFC 9110 replaced. */
const formerNames = {
  MOVED_TEMPORARILY: 302,
  PAYLOAD_TOO_LARGE: 413,
  REQUEST_ENTITY_TOO_LARGE: 413,
  REQUEST_URI_TOO_LONG: 414,
  REQUESTED_RANGE_NOT_SATISFIABLE: 416,
  UNPROCESSABLE_ENTITY: 422,
} as const;

/** RFC 9110 §15 and the registrations; 418 is that of RFC 2324. */
const phrases: Readonly<Record<number, string>> = {
  100: 'Continue',
  101: 'Switching Protocols',
  102: 'Processing',
  103: 'Early Hints',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  203: 'Non-Authoritative Information',
  204: 'No Content',
  205: 'Reset Content',
  206: 'Partial Content',
  207: 'Multi-Status',
  208: 'Already Reported',
  226: 'IM Used',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  305: 'Use Proxy',
  306: 'Switch Proxy',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  417: 'Expectation Failed',
  418: "I'm a teapot",
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  423: 'Locked',
  424: 'Failed Dependency',
  425: 'Too Early',
  426: 'Upgrade Required',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  506: 'Variant Also Negotiates',
  507: 'Insufficient Storage',
  508: 'Loop Detected',
  510: 'Not Extended',
  511: 'Network Authentication Required',
};

/** Type of {@link Status}: the names, the former names, and the way back from a code to its name. */
export type StatusTable = Readonly<typeof codes> &
  Readonly<typeof formerNames> & { readonly [Name in keyof typeof codes as (typeof codes)[Name]]: Name };

/** A status code that {@link Status} knows. */
export type StatusCode = (typeof codes)[keyof typeof codes];

/** The name of a status code in {@link Status}. */
export type StatusName = keyof typeof codes;

/** The class of a status code (RFC 9110 §15). */
export type StatusClass =
  | 'informational'
  | 'success'
  | 'redirect'
  | 'clientError'
  | 'serverError'
  | 'unknown';

/**
 * The status codes of the IANA registry by name, and their names by code. The names are those of RFC 9110; former
 * ones such as `UNPROCESSABLE_ENTITY` are aliases. Registered for a time only, hence not here: 104.
 *
 * @see https://www.iana.org/assignments/http-status-codes
 *
 * @example
 * ```ts
 * import { Status } from 'ternhttp';
 *
 * console.log(Status.NOT_FOUND, Status[404]); // 404 'NOT_FOUND'
 * console.log(Status.UNPROCESSABLE_ENTITY === Status.UNPROCESSABLE_CONTENT); // true
 * ```
 */
export const Status: StatusTable = Object.freeze(
  Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(codes).map(([name, code]) => [code, name])),
    codes,
    formerNames,
  ),
);

const codesByName: ReadonlyMap<string, number> = new Map(Object.entries({ ...codes, ...formerNames }));

/**
 * The code of a status name, which may be a former one, in any case, and may have spaces or hyphens for underscores.
 *
 * @example
 * ```ts
 * import { statusFromName } from 'ternhttp';
 *
 * console.log(statusFromName('not_found'), statusFromName('Payload Too Large')); // 404 413
 * ```
 *
 * @returns `undefined` for a name that is not known
 * @throws InvalidArgument if the name is not a string
 */
export function statusFromName(name: string): number | undefined {
  if (typeof name !== 'string') throw new InvalidArgument(`'name' must be a string, not ${typeof name}.`);
  return codesByName.get(
    name
      .replaceAll("'", '')
      .replaceAll(/[\s-]+/g, '_')
      .toUpperCase(),
  );
}

/**
 * The reason phrase that RFC 9110 or the registration gives a code, `''` for a code that is not known.
 *
 * @example
 * ```ts
 * import { reasonPhrase } from 'ternhttp';
 *
 * console.log(reasonPhrase(404), reasonPhrase(422)); // 'Not Found' 'Unprocessable Content'
 * ```
 */
export function reasonPhrase(code: number): string {
  return Object.hasOwn(phrases, code) ? phrases[code]! : '';
}

/** The class of a status code: its first digit. Numbers outside 100 to 599 are `'unknown'`. */
export function statusClass(code: number): StatusClass {
  if (isInformational(code)) return 'informational';
  if (isSuccess(code)) return 'success';
  if (isRedirect(code)) return 'redirect';
  if (isClientError(code)) return 'clientError';
  return isServerError(code) ? 'serverError' : 'unknown';
}

/** Whether a code is 1xx. */
export function isInformational(code: number): boolean {
  return code >= 100 && code < 200;
}

/** Whether a code is 2xx. */
export function isSuccess(code: number): boolean {
  return code >= 200 && code < 300;
}

/** Whether a code is 3xx, with or without a `Location`. */
export function isRedirect(code: number): boolean {
  return code >= 300 && code < 400;
}

/** Whether a code is 4xx. */
export function isClientError(code: number): boolean {
  return code >= 400 && code < 500;
}

/** Whether a code is 5xx. */
export function isServerError(code: number): boolean {
  return code >= 500 && code < 600;
}

/** Whether a code is 4xx or 5xx. */
export function isError(code: number): boolean {
  return code >= 400 && code < 600;
}
