import type { ParserLimits } from '../../src/backends/contract.ts';
import type { Head } from '../../src/backends/js/http1/head.ts';
import { ParseError } from '../../src/backends/js/http1/parse-error.ts';
import { ResponseParser } from '../../src/backends/js/http1/parser.ts';

/** The codec of the native addon, which tells what it makes of a response in the form of `describeParse`. */
export type WireParse = (
  octets: Uint8Array,
  cuts: number[],
  expect: number,
  limits: number[],
  finish: boolean,
) => string;

/**
 * What the codec in TypeScript says about a response, in the form of `wireParse` of the native addon: records of a
 * letter, lines, and an empty line, and what can be seen of the parser at the end.
 *
 * @param expectation a bit for HEAD, one for CONNECT, one for an upgrade
 */
export function describeParse(
  octets: Buffer,
  cuts: readonly number[],
  expectation: number,
  limits: ParserLimits,
  finish: boolean,
): string {
  let text = '';
  let body = '';
  const endBody = (): void => {
    if (body !== '') text += `B\n${body}\n\n`;
    body = '';
  };
  const tell = (kind: string, { version, status, reason, fields }: Head, length: number): void => {
    endBody();
    const lines = [...fields, reason].join('\n');
    text += `${kind}\n${version.slice(2)} ${status} ${length}\n${lines}\n\n`;
  };
  const parser = new ResponseParser(
    {
      onInformational: (head) => tell('I', head, -1),
      onHead: (head, length) => tell('H', head, length),
      onBody(bytes, start, end) {
        body += bytes.toString('hex', start, end);
      },
      onEnd(trailers) {
        endBody();
        text += trailers === null ? 'E\n\n' : `T\n${trailers.join('\n')}\n\n`;
      },
    },
    limits,
  );
  parser.start({
    isHead: (expectation & 1) !== 0,
    isConnect: (expectation & 2) !== 0,
    isUpgrade: (expectation & 4) !== 0,
  });
  let start = 0;
  let used = 0;
  let error: ParseError | null = null;
  try {
    for (const end of [...cuts, octets.length]) {
      if (!parser.isDone) used += parser.push(octets, start, end) - start;
      start = end;
    }
    if (finish) parser.finish();
  } catch (thrown) {
    if (!(thrown instanceof ParseError)) throw thrown;
    error = thrown;
  }
  endBody();
  if (error !== null) text += `X\n${error.code} ${error.offset}\n${error.message}\n\n`;
  return (
    `${text}used ${used} offset ${parser.offset} done ${parser.isDone} tunnel ${parser.isTunnel} ` +
    `waiting ${parser.isWaiting} keeps ${parser.keepsAlive} ${parser.keepAliveSeconds}`
  );
}
