import { expect, test } from 'vitest';
import { Progress, RecordCounter, type Stage, type Step } from './progress.ts';

function record(type: number, length: number): Buffer {
  const octets = Buffer.alloc(5 + length, 0x40);
  octets[0] = type;
  octets.writeUInt16BE(0x303, 1);
  octets.writeUInt16BE(length, 3);
  return octets;
}

/** Stages with the number of octets after which each was entered. */
function stagesOf(way: readonly Step[], octets: Buffer): (readonly [Stage, number])[] {
  const stages: (readonly [Stage, number])[] = [];
  let sent = 0;
  const progress = new Progress(way, (stage) => stages.push([stage, sent]));
  for (const octet of octets) {
    sent++;
    progress.push(Buffer.of(octet));
  }
  return stages;
}

test('TLS ends with the first record that carries more than an alert', () => {
  const flight = Buffer.concat([record(22, 200), record(20, 1)]);
  const failed = Buffer.concat([flight, record(23, 19)]);
  expect(stagesOf(['tls'], failed)).toEqual([['tls', 0]]);
  expect(stagesOf(['tls'], Buffer.concat([flight, record(23, 53)]))).toEqual([
    ['tls', 0],
    ['http', flight.length + 5],
  ]);
});

test('a dialogue ends with the first octet behind it', () => {
  const head = Buffer.from('CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n');
  expect(stagesOf(['connect', 'tls'], head)).toEqual([['proxy', 0]]);
  expect(stagesOf(['connect', 'tls'], Buffer.concat([head, record(22, 9), record(23, 53)]))).toEqual([
    ['proxy', 0],
    ['tls', head.length + 1],
    ['http', head.length + 14 + 5],
  ]);
  const socks = Buffer.from([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 80]);
  expect(stagesOf(['socks'], Buffer.concat([socks, Buffer.from('GET')]))).toEqual([
    ['proxy', 0],
    ['http', socks.length + 1],
  ]);
  const named = Buffer.from([5, 2, 0, 2, 5, 1, 0, 3, 2, 0x61, 0x62, 0, 80]);
  expect(stagesOf(['socks'], Buffer.concat([named, Buffer.from('G')]))[1]).toEqual([
    'http',
    named.length + 1,
  ]);
});

test('only whole records count, and only those that can carry content', () => {
  const octets = Buffer.concat([record(22, 90), record(23, 19), record(23, 117), record(23, 37)]);
  expect(new RecordCounter(19).push(octets)).toBe(120);
  expect(new RecordCounter(19).push(octets.subarray(0, -1))).toBe(100);
  const counter = new RecordCounter(19);
  let passed = 0;
  for (const octet of octets) passed += counter.push(Buffer.of(octet));
  expect(passed).toBe(120);
});
