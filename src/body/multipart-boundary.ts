import { InvalidArgument } from '../errors/invalid-argument.ts';
import { parseMediaType } from '../models/media-type.ts';

/** `boundary` of RFC 2046 §5.1.1: 1 to 70 of these, the last not a space. */
const LEGAL = /^[\w'()+,\-./:=? ]{0,69}[\w'()+,\-./:=?]$/;

export interface MultipartType {
  readonly boundary: string;
  /** Value of the Content-Type header that announces the boundary. */
  readonly contentType: string;
}

/**
 * Boundary and Content-Type of a multipart body. A header of the caller that has a boundary decides and stays as it
 * is; one that has none gets a random one added (RFC 2046 §5.1: without it nobody can read the body).
 *
 * @throws InvalidArgument if the caller's header is not a multipart one or its boundary is illegal
 */
export function multipartType(contentType: string | null | undefined): MultipartType {
  if (contentType == null) {
    const boundary = randomBoundary();
    return { boundary, contentType: `multipart/form-data; boundary=${boundary}` };
  }
  const mediaType = parseMediaType(contentType);
  if (mediaType?.type !== 'multipart') {
    throw new InvalidArgument(
      `multipart: the Content-Type header '${contentType}' does not describe a multipart body; ` +
        'leave the header out, or pass a multipart type',
    );
  }
  const given = mediaType.parameters.get('boundary');
  if (given === undefined && !/;\s*boundary\s*=/i.test(contentType)) {
    const boundary = randomBoundary();
    return { boundary, contentType: `${contentType.replace(/[\s;]+$/, '')}; boundary=${boundary}` };
  }
  if (given === undefined || !LEGAL.test(given)) {
    throw new InvalidArgument(
      `multipart: the boundary in the Content-Type header '${contentType}' is illegal; RFC 2046 §5.1.1 wants ` +
        "1 to 70 letters, digits or characters of '()+_,-./:=? with no space at the end",
    );
  }
  return { boundary: given, contentType };
}

/** 122 random bits in hex: no content has it by chance, and nobody can guess it. Much cheaper than `randomBytes`. */
function randomBoundary(): string {
  return process.getBuiltinModule('node:crypto').randomUUID().replaceAll('-', '');
}
