import { describe, expect, test } from 'vitest';
import { CommandBuffer } from './command-buffer.ts';
import { COMMAND, COMMAND_HEADER } from './records.ts';

/** The commands of a batch, as the thread of I/O reads them. */
function read({ bytes, length }: CommandBuffer): unknown[] {
  const buffer = Buffer.from(bytes.subarray(0, length));
  const found: unknown[] = [];
  for (let at = 0; at < length;) {
    const [kind, id, a, b, size] = [0, 4, 8, 12, 16].map((offset) => buffer.readUInt32LE(at + offset));
    const start = at + COMMAND_HEADER;
    found.push([kind, id, a, b, buffer.toString('latin1', start, start + size!)]);
    at = Math.ceil((start + size!) / 4) * 4;
  }
  return found;
}

describe('CommandBuffer', () => {
  test('commands lie one after the other, each on a word', () => {
    const commands = new CommandBuffer();
    commands.add(COMMAND.grant, 7, 0xffffffff, 0);
    commands.addText(COMMAND.exchange, 1, 2, 3, 'caf\u00e9', Uint8Array.of(33));
    commands.addBytes(COMMAND.write, 4, 0, 0, Buffer.from('abc'));
    expect(read(commands)).toEqual([
      [COMMAND.grant, 7, 0xffffffff, 0, ''],
      [COMMAND.exchange, 1, 2, 3, 'caf\u00e9!'],
      [COMMAND.write, 4, 0, 0, 'abc'],
    ]);
  });

  test('it grows when it has to, and forgets', () => {
    const commands = new CommandBuffer();
    commands.add(COMMAND.close, 1, 0, 0);
    const large = 'x'.repeat(300_001);
    commands.addText(COMMAND.write, 2, 0, 0, large, null);
    commands.add(COMMAND.close, 3, 1, 0);
    expect(read(commands)).toEqual([
      [COMMAND.close, 1, 0, 0, ''],
      [COMMAND.write, 2, 0, 0, large],
      [COMMAND.close, 3, 1, 0, ''],
    ]);
    commands.clear();
    expect(commands.length).toBe(0);
    expect(commands.bytes.length).toBeLessThan(100_000);
  });
});
