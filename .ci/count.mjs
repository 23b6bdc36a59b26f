// Prints the closing line from vitest's JSON reports. A failure outside the tests (install, types, lint, dist) counts as one.
import { readFileSync } from 'node:fs'

const [code, ...paths] = process.argv.slice(2)
let [passed, failed, skipped] = [0, 0, 0]
for (const path of paths) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'))
    passed += report.numPassedTests
    failed += report.numFailedTests
    skipped += report.numPendingTests + report.numTodoTests
  } catch {
    process.stdout.write(`vitest left no ${path}: the run ended before its tests.\n`)
    if (code === '0') failed++
  }
}
if (code !== '0' && failed === 0) failed = 1
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
