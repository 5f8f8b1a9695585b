import { expect, test } from 'vitest';
import { palette } from './colours.ts';
import type { DoctorReport } from './doctor.ts';
import { formatDoctorReport } from './format-doctor-report.ts';

const REPORT: DoctorReport = {
  version: '1.2.3',
  node: '20.19.0',
  platform: 'linux-x64',
  openssl: '3.0',
  codings: { gzip: true, deflate: true, br: true, zstd: false },
  selection: {
    requested: 'auto',
    decidedBy: { wire: 'default', kernels: 'TERN_BACKEND' },
    wire: 'js',
    kernels: {
      jsonValidate: 'wasm',
      jsonPluck: 'wasm',
      htmlExtract: 'wasm',
      charsetDetect: 'wasm',
      zstdDecode: 'js',
    },
    attempts: [{ name: 'native', step: 'resolve', detail: 'Not installed.', cure: 'Install it.' }],
  },
  backends: [
    {
      name: 'js',
      info: { name: 'js', version: '1.2.3', abi: 1, target: 'js', capabilities: ['h1', 'tls'] },
      attempts: [],
    },
    {
      name: 'wasm',
      info: null,
      attempts: [{ name: 'wasm', step: 'load', detail: 'Broken.', cure: 'Mend it.' }],
    },
  ],
  accelerators: [
    { name: 'native', attempt: { name: 'native', step: 'load', detail: 'Broken.', cure: 'Mend it.' } },
    {
      name: 'wasm',
      version: '1.2.3',
      abi: 1,
      target: 'wasm32-wasip1',
      loadMs: 50.04,
      selfTestMs: 0.123,
      kernels: {
        jsonValidate: { fault: null, ms: 0.123 },
        jsonPluck: { fault: null, ms: 0.4 },
        htmlExtract: { fault: null, ms: 0.5 },
        charsetDetect: { fault: null, ms: 0.2 },
        zstdDecode: { fault: null, ms: 1.5 },
      },
    },
  ],
  environment: [{ name: 'NO_PROXY', value: '*', status: 'warning', effect: 'Not used.' }],
  selfTests: [{ name: 'TCP', backend: 'js', isOK: true, detail: 'fine' }],
  problems: [],
};

test('a report of what works', () => {
  expect(formatDoctorReport(REPORT, palette(false))).toBe(`Installation
  ternhttp  1.2.3
  Node      20.19.0 (linux-x64)
  OpenSSL   3.0
  Codings   gzip, deflate, br, zstd (no)

Backends
  ✓ Without a choice (auto) the wire is js.
    Kernels: jsonValidate, jsonPluck, htmlExtract, charsetDetect by wasm; zstdDecode by js, because TERN_BACKEND says so
      native, resolve: Not installed. Install it.
  ✓ js 1.2.3, ABI 1, for js: h1, tls
  - wasm is not available.
      wasm, load: Broken. Mend it.
  - kernels of native cannot be had.
      native, load: Broken. Mend it.
  ✓ kernels of wasm 1.2.3, ABI 1, for wasm32-wasip1: loaded in 50.0 ms, tried out in 0.12 ms
      each kernel before its first use: jsonValidate 0.12 ms, jsonPluck 0.40 ms, htmlExtract 0.50 ms, charsetDetect 0.20 ms, zstdDecode 1.50 ms

Environment
  ! NO_PROXY=*: Not used.

Self-test
  ✓ TCP (js): fine

All is well.
`);
});

test('a report of what does not', () => {
  const text = formatDoctorReport(
    {
      ...REPORT,
      selection: { error: 'No such\nbackend.' },
      environment: [],
      selfTests: [{ name: 'TCP', backend: 'js', isOK: false, detail: 'refused' }],
      problems: ['a', 'b'],
    },
    palette(false),
  );
  expect(text).toContain('  ✗ No such\n  backend.\n');
  expect(text).toContain('  ✓ No variable that concerns requests is set.\n');
  expect(text).toContain('  ✗ TCP (js): refused\n');
  expect(text).toMatch(/\n\nThere are 2 problems\.\n$/);
});

test('a kernel that does not work', () => {
  const [, wasm] = REPORT.accelerators;
  if (wasm === undefined || 'attempt' in wasm) throw new Error('there is no finding');
  const kernels = { ...wasm.kernels, jsonPluck: { fault: 'jsonPluck gives a wrong result', ms: 1 } };
  const text = formatDoctorReport({ ...REPORT, accelerators: [{ ...wasm, kernels }] }, palette(false));
  expect(text).toContain('  ✗ kernels of wasm 1.2.3');
  expect(text).toContain('zstdDecode 1.50 ms\n      jsonPluck gives a wrong result\n');
});
