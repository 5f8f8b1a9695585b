import { createTextStream, decodeJSONText, resolveCharset } from '../body/charset.ts';
import { charsetOf } from '../models/media-type.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { kindOfContent, kindOfType } from './content-kind.ts';
import { formatJSON } from './format-json.ts';
import type { Output } from './io.ts';
import type { Style } from './style.ts';
import { TerminalText } from './terminal-text.ts';

/**
 * Prints the body of a response for people: JSON indented, other text as it comes, anything else as its size.
 */
export async function printBody(response: StreamResponse, output: Output, style: Style): Promise<void> {
  const content = response.iterBytes();
  const first = await content.next();
  if (first.done === true) return;
  const chunks = withFirst(first.value, content);
  const kind = kindOfType(response.headers.getAll('content-type')) ?? kindOfContent(first.value);
  if (kind === 'json') await printJSON(chunks, output, style);
  else if (kind === 'text') await printText(response, chunks, output, style);
  else await printSize(chunks, output, style);
}

/** Prints the exact octets of the body, content codings undone. */
export async function printExact(response: StreamResponse, output: Output): Promise<void> {
  for await (const chunk of response.iterBytes()) await output.write(chunk);
}

async function printJSON(chunks: AsyncIterable<Uint8Array>, output: Output, style: Style): Promise<void> {
  const collected: Uint8Array[] = [];
  for await (const chunk of chunks) collected.push(chunk);
  const text = decodeJSONText(Buffer.concat(collected));
  const formatted = formatJSON(text, style.palette, style.clean);
  if (formatted === null) await output.write(closed(style.clean(text), style));
  else await output.write(`${formatted}\n`);
}

async function printText(
  response: StreamResponse,
  chunks: AsyncIterable<Uint8Array>,
  output: Output,
  style: Style,
): Promise<void> {
  const decoder = createTextStream(
    resolveCharset(charsetOf(response.headers.get('content-type'))) ?? 'utf-8',
  );
  const filter = new TerminalText();
  let last = '';
  const print = async (text: string): Promise<void> => {
    if (text === '') return;
    last = text;
    await output.write(text);
  };
  for await (const chunk of chunks) {
    const text = decoder.push(chunk);
    await print(style.isForEyes ? filter.push(text) : text);
  }
  const rest = decoder.end();
  await print(style.isForEyes ? filter.push(rest) + filter.end() : rest);
  if (style.isForEyes && last !== '' && !last.endsWith('\n')) await output.write('\n');
}

async function printSize(chunks: AsyncIterable<Uint8Array>, output: Output, style: Style): Promise<void> {
  let size = 0;
  for await (const chunk of chunks) size += chunk.length;
  await output.write(`${style.palette.dim(`<${size} bytes of binary data>`)}\n`);
}

/** On a screen the next line belongs to the shell. */
function closed(text: string, { isForEyes }: Style): string {
  return isForEyes && text !== '' && !text.endsWith('\n') ? `${text}\n` : text;
}

async function* withFirst(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return();
  }
}
