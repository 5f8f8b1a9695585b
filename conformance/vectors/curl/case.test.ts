import { expect, test } from 'vitest';
import { contentOf, fill } from './case.ts';

test('placeholders are filled before base64 is made', () => {
  expect(fill('${A}:${b64:x${A}}', { A: '1' })).toBe(`1:${Buffer.from('x1').toString('base64')}`);
  expect(contentOf({ base64: Buffer.from([0xff, 0x24]).toString('base64') }, {})).toBe('\xff$');
  expect(() => fill('${B}', {})).toThrow("'B'");
});
