import type { ResponseHead } from '../message/response-head.ts';
import { statusClass } from '../models/status.ts';
import type { Paint, Palette } from './colours.ts';
import type { Style } from './style.ts';

/** Status line, fields and the empty line of a response. */
export function formatHead(response: ResponseHead, style: Style): string {
  const { httpVersion, status, statusText, headers } = response;
  return `${formatStatusLine(httpVersion, status, statusText, style)}\n${formatFields(headers.raw, style)}\n`;
}

export function formatStatusLine(version: string, status: number, reason: string, style: Style): string {
  const { palette, clean } = style;
  const shown = `${status}${reason === '' ? '' : ` ${clean(reason)}`}`;
  return `${palette.dim(`HTTP/${version}`)} ${statusPaint(status, palette)(shown)}`;
}

/** One line for each field, each with its line end. */
function formatFields(
  fields: Iterable<readonly [name: string, value: string]>,
  { palette, clean }: Style,
): string {
  let lines = '';
  for (const [name, value] of fields) lines += `${palette.cyan(name)}: ${clean(value)}\n`;
  return lines;
}

function statusPaint(status: number, palette: Palette): Paint {
  switch (statusClass(status)) {
    case 'success':
      return palette.green;
    case 'redirect':
      return palette.cyan;
    case 'clientError':
      return palette.yellow;
    case 'serverError':
      return palette.red;
    default:
      return palette.bold;
  }
}
