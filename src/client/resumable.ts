import { acceptEncoding, type DecodeOptions } from '../body/content-coding.ts';
import type { Request } from '../message/request.ts';
import { isDownload, representationOf } from './representation.ts';
import { Download, type ResumeSetup } from './resuming-source.ts';
import type { Streamed } from './send-mode.ts';

/** A response as a download that is continued when it breaks off; null if it is none. */
export function downloadOf<R extends Streamed>(
  response: R,
  setup: Omit<ResumeSetup<R>, 'representation'>,
): Download<R> | null {
  if (response.isClosed || !isDownload(setup.request, response)) return null;
  return new Download(response, { ...setup, representation: representationOf(response) });
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
