import { defineConfig } from 'vitest/config'

const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy']

export default defineConfig({
  test: {
    include: ['__tests__/**/*.test.ts'],
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text'], reportsDirectory: 'coverage' },
    reporters: ['default', ['json', { outputFile: 'coverage/report.json' }]],
    restoreMocks: true,
    // Tests speak with nobody beyond loopback, whatever proxy the machine has.
    env: Object.fromEntries(PROXY_VARIABLES.flatMap((name) => [name, name.toUpperCase()]).map((name) => [name, ''])),
    // What a test shows is relied upon, in SECURITY.md for one: it must say something, and none may keep others from running.
    expect: { requireAssertions: true },
    allowOnly: false,
    // Only what hangs takes so long: how fast a machine is decides no test. Milliseconds.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
