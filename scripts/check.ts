import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

// `npm test`: everything that must pass, at once. The tests print as they run; the other checks print at the end, and only where
// they fail. They cost little beside the tests, which often wait.

const ROOT = join(import.meta.dirname, '..')
const REPORT = join(ROOT, 'reports', 'tests.json')

interface Check {
  name: string
  /** Path of the script in the project, with its arguments. */
  command: readonly [string, ...string[]]
}

interface Outcome {
  name: string
  ok: boolean
  output: string
  ms: number
}

const TESTS: Check = { name: 'tests', command: ['node_modules/vitest/vitest.mjs', 'run'] }
const BESIDE: readonly Check[] = [
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.check.json'] },
  { name: 'format and lint', command: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
  { name: 'dist/', command: ['scripts/check-dist.ts'] },
]

rmSync(REPORT, { force: true })
const [tests, ...beside] = await Promise.all([run(TESTS, 'inherit'), ...BESIDE.map((check) => run(check, 'pipe'))])
const outcomes = [tests, ...beside, skipped()]

for (const { name, ok, output } of outcomes) if (!ok && output !== '') console.log(`\n${name}:\n${output.trimEnd()}`)
console.log('')
for (const { name, ok, ms } of outcomes)
  console.log(`${ok ? 'passed' : 'FAILED'}  ${name} (${(ms / 1000).toFixed(1)} s)`)
if (outcomes.some(({ ok }) => !ok)) process.exitCode = 1

function run({ name, command: [script, ...args] }: Check, stdio: 'inherit' | 'pipe'): Promise<Outcome> {
  const begun = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(ROOT, script), ...args], { cwd: ROOT, stdio: ['ignore', stdio, stdio] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text))
    const end = (ok: boolean) => resolve({ name, ok, output, ms: performance.now() - begun })
    child.on('error', (error) => {
      output += error.message
      end(false)
    })
    child.on('close', (code) => end(code === 0))
  })
}

/** A test may only be left out where a program is missing that its name asks for: "(needs nginx)". */
function skipped(): Outcome {
  let names: string[] = []
  try {
    const { testResults } = JSON.parse(readFileSync(REPORT, 'utf8')) as Report
    names = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status, fullName }) => status !== 'passed' && status !== 'failed' && !/\(needs [^)]+\)/.test(fullName))
      .map(({ fullName }) => fullName)
  } catch {
    // No report: the tests have failed, and said so.
  }
  return { name: 'no test is left out', ok: names.length === 0, output: names.join('\n'), ms: 0 }
}

interface Report {
  testResults: { assertionResults: { status: string; fullName: string }[] }[]
}
