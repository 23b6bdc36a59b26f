import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['__tests__/**/*.test.ts'],
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text'], reportsDirectory: 'coverage' },
    reporters: ['default', ['json', { outputFile: 'coverage/report.json' }]],
    restoreMocks: true,
    // Only what hangs takes so long: how fast a machine is decides no test. Milliseconds.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
