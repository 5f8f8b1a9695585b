import { type KernelHost, type KernelName, OPERATIONS } from './kernel-host.ts';

/** An input on which a kernel shows that it works. Binary parts are base64. */
interface KernelVector {
  readonly input: string;
  readonly program: string;
  /** The result, or the outcome that stands for a fault. */
  readonly outcome: number | string;
}

/** `{ columns: { a: ['a'] } }` and others, ready-made, so that no compiler of queries is loaded to select a backend. */
export const KERNEL_VECTORS: Readonly<Record<KernelName, readonly KernelVector[]>> = {
  jsonValidate: [
    // `[` is a syntax fault at octet 1.
    { input: 'Ww==', program: '', outcome: -(2 * 2 ** 32 + 1) },
    // `["\u00e9",-1.5e3]`, with the escape.
    { input: 'WyJcdTAwZTkiLC0xLjVlM10=', program: '', outcome: '' },
  ],
  jsonPluck: [
    {
      // `{"a":1}`: one row, of one cell, a number from octet 5 to 6.
      input: 'eyJhIjoxfQ==',
      program: 'AQAAAAEAAAADAAAA/////wAAAAABAAAAAwAAAAEAAAABAAAARAAAAAEAAAAMAAAAAAAAAAAAAAABAAAAAAAAAAAAAABh',
      outcome: 'AQAAAAEAAAAEAAAABQAAAAYAAAA=',
    },
  ],
  htmlExtract: [
    {
      // The text of `p.b` in `<p class=b>c</p>`: octets 11 to 12.
      input: 'PHAgY2xhc3M9Yj5jPC9wPg==',
      program:
        'AQAAAAEAAAABAAAAEQAAAAAAAAAAAAAAVAAAAAEAAAALAAAAAQAAAAAAAAACAAAAVQAAAAUAAABaAAAAAQAAAAAAAAABAAAAWwAAAAAAAAABAAAAcGNsYXNzYg==',
      outcome: 'AQAAAAEAAAABAAAAAAAAAAAAAAABAAAAAAAAAAEAAAALAAAADAAAAAAAAAA=',
    },
  ],
  // Shift_JIS, which is known by its rules: no models are needed.
  charsetDetect: [{ input: 'grGC8YLJgr+CzQ==', program: '', outcome: 'BA==' }],
  zstdDecode: [
    {
      // A frame with a repeated word and a checksum.
      input: 'KLUv/QRoXQAAKHRlcm4gAQBQFi1r7fAO',
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
    const expected = typeof outcome === 'number' ? null : Buffer.from(outcome, 'base64');
    try {
      const octets = Buffer.from(input, 'base64');
      const found = run(OPERATIONS[kernel], octets, Buffer.from(program, 'base64'), ROOM, out);
      const wanted = expected === null ? outcome : expected.length;
      if (found !== wanted) return `${kernel} says ${found} instead of ${wanted}`;
    } catch (error) {
      return `${kernel} throws ${error instanceof Error ? error.message : String(error)}`;
    }
    if (expected !== null && Buffer.compare(out.subarray(0, expected.length), expected) !== 0)
      return `${kernel} gives a wrong result`;
  }
  return null;
}
