import { acceptEncoding, type DecodeOptions } from '../body/content-coding.ts';
import type { Request } from '../message/request.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { isDownload, representationOf } from './representation.ts';
import { type ResumeSetup, ResumingSource } from './resuming-source.ts';

/** The same response, with a content that is continued when it breaks off. */
export function resumable(
  response: StreamResponse,
  setup: Omit<ResumeSetup, 'representation'>,
): StreamResponse {
  if (response.isClosed || !isDownload(setup.request, response)) return response;
  const source = new ResumingSource(response, { ...setup, representation: representationOf(response) });
  return new StreamResponse(response.status, null, { context: response.context, source });
}

/**
 * The request as it should be for a download that may have to be resumed: with content that is not coded, unless the
 * program has said what it accepts.
 */
export function withoutCoding(request: Request, { zstd }: DecodeOptions): Request {
  if (request.method !== 'GET') return request;
  const isDefault = request.headers.get('accept-encoding') === acceptEncoding(zstd !== undefined);
  return isDefault ? request.with({ headers: { 'Accept-Encoding': 'identity' } }) : request;
}
