import type { Random } from '../../fixtures/random.ts';

const STATUS = [200, 200, 200, 200, 201, 204, 206, 301, 304, 400, 404, 500, 503, 599, 999, 100, 101, 103];
const REASONS = ['OK', 'OK', '', 'Not Found', 'a  b', 'caf\u00e9', '\t', ' '];
const NAMES = [
  'X-A',
  'x-a',
  'Set-Cookie',
  'ETAG',
  'Server',
  'Content-Type',
  'X-Long',
  'Date',
  'WARNING',
  '~!#$',
];
const VALUES = [
  '',
  'a',
  'b; c="d, e"',
  ' padded\t',
  'caf\u00e9 \u00ff',
  'x'.repeat(300),
  '"',
  'text/plain',
  'a\r\n b',
  '0',
];
const ENDS = ['\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n'];
const EXTENSIONS = ['', '', '', ';a', ';a=b', ' ; a="b;c"', '   '];
const SURPLUS = ['\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'x', '\0', '0\r\n\r\n'];
const BODIES = [0, 1, 5, 100, 1000, 16_383, 16_384, 16_385, 70_000];

/**
 * A reply that is made up of choices: status line, fields, one of the framings, interim responses, trailers, what
 * stands behind the end; mostly sound, and now and then with a choice that is not.
 */
export function composeReply(random: Random, longest = 2000): Buffer {
  const end = random.pick(ENDS);
  const version = random.chance(0.85)
    ? 'HTTP/1.1'
    : random.pick(['HTTP/1.0', 'HTTP/1.0', 'HTTP/1.2', 'http/1.1']);
  let text = '';
  if (random.chance(0.03)) text += random.pick(['\r\n', '\n', '\r\n\r\n']);
  for (let count = random.chance(0.15) ? random.int(1, 3) : 0; count > 0; count--)
    text += `HTTP/1.1 ${random.pick([100, 102, 103, 199])} ${random.pick(REASONS)}${end}${fields(random, end, 2)}${end}`;
  const status = random.chance(0.8) ? 200 : random.pick(STATUS);
  text += `${version} ${status}${random.chance(0.95) ? ` ${random.pick(REASONS)}` : ''}${end}`;
  text += fields(random, end, random.chance(0.02) ? 40 : 5);
  if (random.chance(0.1))
    text += `Connection: ${random.pick(['close', 'keep-alive', 'Close, x', 'x', 'upgrade'])}${end}`;
  if (random.chance(0.05))
    text += `Keep-Alive: ${random.pick(['timeout=5', 'timeout=0', 'max=3', 'timeout=x'])}${end}`;
  const size = random.pick(BODIES.filter((length) => length <= longest));
  const body = random.bytes(size).toString('latin1');
  const framing = random.next();
  if (framing < 0.4) {
    const length = random.chance(0.9)
      ? String(size)
      : random.pick([String(size + 3), `${size}, ${size}`, '-1', '+1', '1e3', '', ` ${size} `]);
    text += `Content-Length: ${length}${end}${end}${body}`;
  } else if (framing < 0.85) {
    const coding = random.chance(0.93)
      ? 'chunked'
      : random.pick(['Chunked', 'gzip, chunked', 'identity', 'chunked, chunked', 'chunked;a=b']);
    text += `Transfer-Encoding: ${coding}${end}${random.chance(0.05) ? `Content-Length: ${size}${end}` : ''}${end}`;
    text += chunks(body, random, end);
  } else {
    text += `${end}${body}`;
  }
  if (random.chance(0.04)) text += random.pick(SURPLUS);
  return Buffer.from(text, 'latin1');
}

function fields(random: Random, end: string, most: number): string {
  let text = '';
  for (let count = random.int(0, most); count > 0; count--)
    text += `${random.pick(NAMES)}:${random.chance(0.9) ? ' ' : ''}${random.pick(VALUES)}${end}`;
  return text;
}

function chunks(body: string, random: Random, end: string): string {
  let text = '';
  for (let at = 0; at < body.length;) {
    const size = Math.min(random.pick([1, 3, 16, 500, 20_000]), body.length - at);
    const digits = size.toString(16);
    const line = random.chance(0.9)
      ? digits
      : random.pick([digits.toUpperCase(), `00${digits}`, ` ${digits}`, `0x${digits}`]);
    text += `${line}${random.pick(EXTENSIONS)}${end}${body.slice(at, at + size)}${random.chance(0.995) ? end : 'y'}`;
    at += size;
    // Many small ones make a case slow, and show nothing that some do not.
    if (body.length > 2000 && size < 500) {
      const rest = body.slice(at);
      if (rest !== '') text += `${rest.length.toString(16)}${end}${rest}${end}`;
      break;
    }
  }
  const trailers = random.chance(0.3) ? fields(random, end, 3) : '';
  return `${text}0${random.pick(EXTENSIONS)}${end}${trailers}${end}`;
}
