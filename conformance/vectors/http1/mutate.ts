import type { Random } from '../../../fixtures/random.ts';

/** Octets that mean something to a parser of HTTP/1. */
const OCTETS = [...Buffer.from('\0\t\n\r !",-./019:;=AFHZ\\afz|~\x7f\x80\xff', 'latin1')];

/** Pieces that mean something to it. */
const PIECES = [
  '\n',
  '\r\n',
  '\r\n\r\n',
  '\r',
  '\n\r\n',
  ' ',
  '\t',
  '\r\n ',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 200 OK\r\n',
  'Connection: close\r\n',
  'Connection: keep-alive\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: 0\r\n',
  'Content-Length: 9007199254740992\r\n',
  'Keep-Alive: timeout=5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: identity\r\n',
  'Transfer-Encoding: gzip, chunked\r\n',
  '0\r\n\r\n',
  '0\r\nX: y\r\n\r\n',
  '1\r\na\r\n',
  'fffffffffffff\r\n',
  '10000000000000000\r\n',
  ';a=b',
].map((text) => Buffer.from(text, 'latin1'));

type Mutation = (message: Buffer, random: Random, corpus: readonly Buffer[]) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  replaceOctet,
  insertOctet,
  insertPiece,
  insertPiece,
  deleteSome,
  truncate,
  duplicateLine,
  duplicateLine,
  swapLines,
  deleteLine,
  changeLineEnd,
  repeatLineEnds,
  splice,
];

/** A message that is a few mutations away from one of the corpus. */
export function mutate(corpus: readonly Buffer[], random: Random): Buffer {
  let message = random.pick(corpus);
  for (let count = random.int(1, 4); count > 0; count--)
    message = random.pick(MUTATIONS)(message, random, corpus);
  return message;
}

function flipBit(message: Buffer, random: Random): Buffer {
  if (message.length === 0) return message;
  const copy = Buffer.from(message);
  const at = random.int(0, copy.length - 1);
  copy[at] = copy[at]! ^ (1 << random.int(0, 7));
  return copy;
}

function replaceOctet(message: Buffer, random: Random): Buffer {
  if (message.length === 0) return message;
  const copy = Buffer.from(message);
  copy[random.int(0, copy.length - 1)] = random.pick(OCTETS);
  return copy;
}

function insertOctet(message: Buffer, random: Random): Buffer {
  return insert(message, Buffer.of(random.pick(OCTETS)), random.int(0, message.length));
}

function insertPiece(message: Buffer, random: Random): Buffer {
  const piece = random.pick(PIECES);
  const starts = [0, ...lineStarts(message), message.length];
  return insert(message, piece, random.chance(0.7) ? random.pick(starts) : random.int(0, message.length));
}

function deleteSome(message: Buffer, random: Random): Buffer {
  const start = random.int(0, message.length);
  return Buffer.concat([message.subarray(0, start), message.subarray(start + random.int(1, 8))]);
}

function truncate(message: Buffer, random: Random): Buffer {
  return message.subarray(0, random.int(0, message.length));
}

function duplicateLine(message: Buffer, random: Random): Buffer {
  const [start, end] = someLine(message, random);
  return insert(message, message.subarray(start, end), end);
}

function deleteLine(message: Buffer, random: Random): Buffer {
  const [start, end] = someLine(message, random);
  return Buffer.concat([message.subarray(0, start), message.subarray(end)]);
}

function swapLines(message: Buffer, random: Random): Buffer {
  const [start, end] = someLine(message, random);
  const next = message.indexOf(10, end);
  const after = next === -1 ? message.length : next + 1;
  const parts = [[0, start], [end, after], [start, end], [after]] as const;
  return Buffer.concat(parts.map(([from, to]) => message.subarray(from, to)));
}

function changeLineEnd(message: Buffer, random: Random): Buffer {
  const [, end] = someLine(message, random);
  if (end < 2 || message[end - 1] !== 10) return message;
  return message[end - 2] === 13
    ? Buffer.concat([message.subarray(0, end - 2), message.subarray(end - 1)])
    : insert(message, Buffer.of(13), end - 1);
}

function repeatLineEnds(message: Buffer, random: Random): Buffer {
  const ends = Array.from({ length: random.int(1, 20) }, () => random.pick(PIECES.slice(0, 3)));
  return insert(message, Buffer.concat(ends), random.chance() ? 0 : random.int(0, message.length));
}

function splice(message: Buffer, random: Random, corpus: readonly Buffer[]): Buffer {
  const other = random.pick(corpus);
  return Buffer.concat([
    message.subarray(0, random.int(0, message.length)),
    other.subarray(random.int(0, other.length)),
  ]);
}

function insert(message: Buffer, piece: Buffer, at: number): Buffer {
  return Buffer.concat([message.subarray(0, at), piece, message.subarray(at)]);
}

function someLine(message: Buffer, random: Random): [start: number, end: number] {
  const start = random.pick([0, ...lineStarts(message)]);
  const newline = message.indexOf(10, start);
  return [start, newline === -1 ? message.length : newline + 1];
}

function lineStarts(message: Buffer): number[] {
  const starts: number[] = [];
  for (let at = message.indexOf(10); at !== -1 && at + 1 < message.length; at = message.indexOf(10, at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}
