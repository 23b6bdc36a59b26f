import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy']

const CORES = Math.max(2, availableParallelism())

const E2E = '__tests__/e2e/**/*.test.ts'
const PROPERTIES = '__tests__/properties/**/*.test.ts'

export default defineConfig({
  test: {
    // `npm run coverage`, every night. In percent.
    coverage: {
      provider: 'v8',
      include: ['src/**'],
      reporter: ['text'],
      reportsDirectory: 'reports/coverage',
      thresholds: { statements: 95, branches: 94, functions: 95, lines: 95 },
    },
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/tests.json' },
    projects: [
      // These start the built action and mostly wait for it: more of them at once than a small machine has cores. vitest plays one
      // project after the other, so `npm test` starts these beside the others.
      { extends: true, test: { name: 'e2e', include: [E2E], maxWorkers: CORES + 6, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: 'properties', include: [PROPERTIES] } },
      { extends: true, test: { name: 'units', include: ['__tests__/**/*.test.ts'], exclude: [E2E, PROPERTIES] } },
    ],
    // One worker plays many files: what a test changes outside itself, it puts back.
    isolate: false,
    maxWorkers: CORES,
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
