import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { SecondAttempts } from './scripts/second-attempts.ts';

const isCI = process.env['CI'] === 'true';

const config: ViteUserConfig = defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'conformance/**/*.test.ts',
      'fixtures/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
      'proof/**/*.test.ts',
    ],
    // Tests are the same whatever is installed or built: those that want an accelerator name its folder.
    env: { TERN_ACCELERATORS: fileURLToPath(new URL('accel/none', import.meta.url)) },
    globalSetup: ['scripts/accel/announce-missing.ts'],
    pool: 'forks',
    // A log that may be cut shows what failed and little else; tests on real sockets get a second attempt there, and it is told.
    reporters: [isCI ? ['minimal', { silent: false }] : 'default', new SecondAttempts()],
    retry: isCI ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes late on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    dangerouslyIgnoreUnhandledErrors: false,
  },
});

export default config;
