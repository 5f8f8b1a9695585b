import { decodeJSONText } from '../body/charset.ts';
import { detectJSONEncoding } from '../body/json-encoding.ts';
import type { Request } from '../message/request.ts';
import type { Response } from '../message/response.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { ConnectionInfo } from '../models/connection-info.ts';
import type { Redaction } from '../models/redaction.ts';
import type { Timings } from '../models/timings.ts';
import { kindOfContent, kindOfType } from './content-kind.ts';
import { type ErrorRecord, errorRecord } from './describe-error.ts';

type Fields = readonly (readonly [name: string, value: string])[];

/** A request in the report. */
interface RequestRecord {
  readonly method: string;
  readonly url: string;
  readonly headers: Fields;
}

/** A response in the report. */
interface ResponseRecord {
  readonly httpVersion: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Fields;
}

/** The content of a body: as text if it is text, else in Base64. */
type BodyRecord =
  | { readonly length: number; readonly charset: string; readonly text: string }
  | { readonly length: number; readonly base64: string };

/** What `--json` prints. Every member is there; null stands for what there is not. */
export interface JSONReport {
  readonly request: RequestRecord | null;
  readonly response:
    | (ResponseRecord & { readonly trailers: Fields; readonly body: BodyRecord | null })
    | null;
  /** Redirects and authentication rounds before the response, oldest first. */
  readonly history: readonly { readonly request: RequestRecord; readonly response: ResponseRecord }[];
  /** Milliseconds. */
  readonly timings: Timings | null;
  readonly connection: ConnectionInfo | null;
  /** Where the body was saved. */
  readonly download: { readonly path: string; readonly bytes: number } | null;
  readonly error: ErrorRecord | null;
}

/** What is known when a request has ended, well or not. */
export interface Outcome {
  readonly request: Request | null;
  readonly response: StreamResponse | null;
  /** The response with its content, if it was read. */
  readonly content: Response | null;
  readonly download: { readonly path: string; readonly bytes: number } | null;
  readonly error: unknown;
}

export function jsonReport(outcome: Outcome, redaction: Redaction): JSONReport {
  const { request, response, content, download, error } = outcome;
  return {
    request: request && requestRecord(request, redaction),
    response: response && {
      ...responseRecord(response, redaction),
      trailers: redaction.fields(response.trailers.wire),
      body: content && bodyRecord(content),
    },
    history: (response?.history ?? []).map((hop) => ({
      request: requestRecord(hop.request, redaction),
      response: responseRecord(hop, redaction),
    })),
    timings: response?.timings ? rounded(response.timings) : null,
    connection: response?.connection ?? null,
    download,
    error: error === undefined ? null : errorRecord(error),
  };
}

/** Whole microseconds: the clock has no more to say. */
function rounded(timings: Timings): Timings {
  return Object.fromEntries(
    Object.entries(timings).map(([step, time]: [string, number | null]) => [
      step,
      time && Math.round(time * 1000) / 1000,
    ]),
  ) as unknown as Timings;
}

function requestRecord(request: Request, redaction: Redaction): RequestRecord {
  return {
    method: request.method,
    url: redaction.url(request.url.href),
    headers: redaction.fields(request.fields),
  };
}

function responseRecord(response: Response | StreamResponse, redaction: Redaction): ResponseRecord {
  const { httpVersion, status, statusText, headers } = response;
  return { httpVersion, status, statusText, headers: redaction.fields(headers.wire) };
}

function bodyRecord(response: Response): BodyRecord {
  const { bytes, headers } = response;
  const kind = kindOfType(headers.getAll('content-type')) ?? kindOfContent(bytes);
  const { length } = bytes;
  if (kind === 'binary') return { length, base64: Buffer.from(bytes).toString('base64') };
  return kind === 'json'
    ? { length, charset: detectJSONEncoding(bytes).encoding, text: decodeJSONText(bytes) }
    : { length, charset: response.encoding ?? 'utf-8', text: response.text };
}
