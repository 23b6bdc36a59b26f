import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

// `npm test`: everything that must pass, at once. The tests without the built action print as they run; the others and the checks
// print at the end, and only where they fail.

const ROOT = join(import.meta.dirname, '..')
const REPORTS = join(ROOT, 'reports')

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

const TESTS = vitest('tests', '--project', 'units', '--project', 'properties')
const BESIDE: readonly Check[] = [
  // They mostly wait for the action that they start, so the others are played meanwhile.
  vitest('e2e', '--project', 'e2e'),
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.check.json'] },
  { name: 'format and lint', command: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
  { name: 'dist/', command: ['scripts/check-dist.ts'] },
]

rmSync(REPORTS, { recursive: true, force: true })
const [tests, ...beside] = await Promise.all([run(TESTS, 'inherit'), ...BESIDE.map((check) => run(check, 'pipe'))])
const outcomes = [tests, ...beside, skipped()]

for (const { name, ok, output } of outcomes) if (!ok && output !== '') console.log(`\n${name}:\n${output.trimEnd()}`)
console.log('')
for (const { name, ok, ms } of outcomes)
  console.log(`${ok ? 'passed' : 'FAILED'}  ${name} (${(ms / 1000).toFixed(1)} s)`)
if (outcomes.some(({ ok }) => !ok)) process.exitCode = 1

/** Each run of vitest leaves a report of its own. */
function vitest(name: string, ...args: string[]): Check {
  return { name, command: ['node_modules/vitest/vitest.mjs', 'run', ...args, `--outputFile.json=reports/${name}.json`] }
}

function run({ name, command: [script, ...args] }: Check, stdio: 'inherit' | 'pipe'): Promise<Outcome> {
  const begun = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(ROOT, script), ...args], {
      ...{ cwd: ROOT, stdio: ['ignore', stdio, stdio] },
      // The built action is started hundreds of times: compiled once, it takes an eighth less CPU time.
      env: { ...process.env, NODE_COMPILE_CACHE: join(REPORTS, 'compiled') },
    })
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
  const names = ['tests', 'e2e'].flatMap((name) => {
    try {
      const { testResults } = JSON.parse(readFileSync(join(REPORTS, `${name}.json`), 'utf8')) as Report
      return testResults
        .flatMap(({ assertionResults }) => assertionResults)
        .filter(({ status, fullName }) => !['passed', 'failed'].includes(status) && !/\(needs [^)]+\)/.test(fullName))
        .map(({ fullName }) => fullName)
    } catch {
      // No report: the tests have failed, and said so.
      return []
    }
  })
  return { name: 'no test is left out', ok: names.length === 0, output: names.join('\n'), ms: 0 }
}

interface Report {
  testResults: { assertionResults: { status: string; fullName: string }[] }[]
}
