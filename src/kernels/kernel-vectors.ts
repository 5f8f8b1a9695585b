import { type KernelHost, type KernelName, NO_PROGRAM, OPERATIONS } from './kernel-host.ts';

/** An input on which a kernel shows that it works. */
interface KernelVector {
  /** A character for each octet: a decoder of base64 would take longer than the kernel. */
  readonly input: string;
  /** In base64, as the result. */
  readonly program: string;
  /** The result, or the outcome that stands for a fault. */
  readonly outcome: number | string;
}

/** `{ columns: { a: ['a'] } }` and others, ready-made, so that no compiler of queries is loaded to select a backend. */
export const KERNEL_VECTORS: Readonly<Record<KernelName, readonly KernelVector[]>> = {
  jsonValidate: [
    // A syntax fault at octet 1.
    { input: '[', program: '', outcome: -(2 * 2 ** 32 + 1) },
    { input: '["\\u00e9",-1.5e3]', program: '', outcome: '' },
  ],
  jsonPluck: [
    {
      // One row, of one cell, a number from octet 5 to 6.
      input: '{"a":1}',
      program: 'AQAAAAEAAAADAAAA/////wAAAAABAAAAAwAAAAEAAAABAAAARAAAAAEAAAAMAAAAAAAAAAAAAAABAAAAAAAAAAAAAABh',
      outcome: 'AQAAAAEAAAAEAAAABQAAAAYAAAA=',
    },
  ],
  htmlExtract: [
    {
      // The text of `p.b`: octets 11 to 12.
      input: '<p class=b>c</p>',
      program:
        'AQAAAAEAAAABAAAAEQAAAAAAAAAAAAAAVAAAAAEAAAALAAAAAQAAAAAAAAACAAAAVQAAAAUAAABaAAAAAQAAAAAAAAABAAAAWwAAAAAAAAABAAAAcGNsYXNzYg==',
      outcome: 'AQAAAAEAAAABAAAAAAAAAAAAAAABAAAAAAAAAAEAAAALAAAADAAAAAAAAAA=',
    },
  ],
  // Shift_JIS, which is known by its rules: no models are needed.
  charsetDetect: [{ input: '\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd', program: '', outcome: 'BA==' }],
  zstdDecode: [
    {
      // A frame with a repeated word and a checksum.
      input: '(\xb5/\xfd\x04h]\x00\x00(tern \x01\x00P\x16-k\xed\xf0\x0e',
      program: '',
      outcome: 'dGVybiB0ZXJuIHRlcm4gdGVybiB0ZXJuIHRlcm4gdGVybiB0ZXJuIHRlcm4=',
    },
  ],
};

/** Octets that a result of a vector may have. */
const ROOM = 64;

/** What is wrong with a kernel of an accelerator, in words; null if nothing is. */
export function testKernel({ run }: KernelHost, kernel: KernelName): string | null {
  for (const { input, program, outcome } of KERNEL_VECTORS[kernel]) {
    const out = new Uint8Array(ROOM);
    try {
      const octets = Buffer.from(input, 'latin1');
      const words = program === '' ? NO_PROGRAM : Buffer.from(program, 'base64');
      const found = run(OPERATIONS[kernel], octets, words, ROOM, out);
      const expected = typeof outcome === 'number' ? outcome : byteLength(outcome);
      if (found !== expected) return `${kernel} says ${found} instead of ${expected}`;
    } catch (error) {
      return `${kernel} throws ${error instanceof Error ? error.message : String(error)}`;
    }
    if (typeof outcome === 'string' && outcome !== '' && !startsWith(out, outcome))
      return `${kernel} gives a wrong result`;
  }
  return null;
}

function byteLength(base64: string): number {
  return base64 === '' ? 0 : Buffer.byteLength(base64, 'base64');
}

function startsWith(out: Uint8Array, base64: string): boolean {
  return Buffer.from(base64, 'base64').every((octet, index) => out[index] === octet);
}
