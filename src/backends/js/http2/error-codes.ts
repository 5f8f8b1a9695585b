/** The error codes of RFC 9113 §7 that are asked for by name. */
export const NO_ERROR = 0x0;
export const REFUSED_STREAM = 0x7;

const NAMES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** Name of an error code; an unknown one is legal and shown as a number. */
export function errorCodeName(code: number): string {
  return NAMES[code] ?? `0x${(code >>> 0).toString(16)}`;
}
