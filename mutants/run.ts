import { execFileSync, spawn } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { MUTANTS, type Mutant } from './kept.ts'

// `npm run mutants` makes each mistake of kept.ts in a copy of the project, one at a time, and runs the tests that should notice.
// `npm run mutants -- WORD` tries only those whose text has the word in it.

const ROOT = join(import.meta.dirname, '..')
/** Of the mistakes that matter, so many must be noticed. In percent. */
const ENOUGH = 95
const HANGS_AFTER_MS = 300_000

interface Placed extends Mutant {
  file: string
}

const [word] = process.argv.slice(2)
const chosen = MUTANTS.filter((mutant) => word === undefined || JSON.stringify(mutant).includes(word))
const placed = place(chosen)
const tried = placed.filter(({ survives }) => survives === undefined)
const known = placed.filter(({ survives }) => survives !== undefined)

const sandboxes = Array.from({ length: Math.min(availableParallelism(), tried.length) }, sandbox)
try {
  const [first] = sandboxes
  const all = [...new Set(tried.flatMap(({ tests }) => tests))]
  if (first === undefined) throw new Error(`no mutant has '${word}' in it`)
  if (await notice(first, all)) throw new Error('these tests fail without any mistake: mend them first')
  const queue = [...tried]
  const survivors: Placed[] = []
  await Promise.all(
    sandboxes.map(async (folder) => {
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
        const noticed = await noticedIn(folder, mutant)
        if (!noticed) survivors.push(mutant)
        console.log(`${noticed ? 'noticed ' : 'SURVIVED'} ${describe(mutant)}`)
      }
    }),
  )
  const percent = (100 * (tried.length - survivors.length)) / tried.length
  console.log(`\n${tried.length - survivors.length} of ${tried.length} noticed (${percent.toFixed(1)} %)`)
  for (const mutant of known) console.log(`not tried: ${describe(mutant)} (${mutant.survives})`)
  for (const survivor of survivors) console.log(`not noticed by ${survivor.tests.join(', ')}: ${describe(survivor)}`)
  if (percent < ENOUGH) process.exitCode = 1
} catch (error) {
  console.error(String(error))
  process.exitCode = 1
} finally {
  for (const folder of sandboxes) rmSync(folder, { recursive: true, force: true })
}

/** Finds the one place of each snippet. The list is worth nothing once it names code that is not there: that ends the run. */
function place(mutants: readonly Mutant[]): Placed[] {
  const sources = globSync('src/**/*.ts', { cwd: ROOT }).map((file) => ({
    file,
    text: readFileSync(join(ROOT, file), 'utf8'),
  }))
  const lost: string[] = []
  const found = mutants.flatMap((mutant) => {
    const places = sources.flatMap(({ file, text }) =>
      file.includes(mutant.in ?? '') ? Array.from({ length: text.split(mutant.from).length - 1 }, () => file) : [],
    )
    const [file] = places
    if (file !== undefined && places.length === 1) return [{ ...mutant, file }]
    lost.push(`${places.length} times in src/${mutant.in ?? ''}: ${mutant.from}`)
    return []
  })
  if (lost.length > 0) {
    console.error(
      `These snippets of mutants/kept.ts must each be found once; give them the text of today:\n${lost.join('\n')}`,
    )
    process.exit(1)
  }
  return found
}

/** A copy of what is in the project now, committed or not. */
function sandbox(): string {
  const folder = mkdtempSync(join(tmpdir(), 'undeploy-mutant-'))
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  for (const file of files
    .toString()
    .split('\0')
    .filter((file) => file !== '' && !file.startsWith('dist/'))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    try {
      cpSync(join(ROOT, file), join(folder, file))
    } catch {
      // Removed, and not committed yet.
    }
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
  return folder
}

async function noticedIn(folder: string, { file, from, to, tests }: Placed): Promise<boolean> {
  const path = join(folder, file)
  const right = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    right.replace(from, () => to),
  )
  try {
    return await notice(folder, tests)
  } finally {
    writeFileSync(path, right)
  }
}

/** Whether any of these tests fails; hanging counts. */
function notice(folder: string, tests: readonly string[]): Promise<boolean> {
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
  const paths = tests.map((test) => `__tests__/${test}${test.endsWith('.ts') ? '' : '/'}`)
  const args = [vitest, 'run', ...paths, '--bail', '1', '--maxWorkers', '1', '--reporter', 'dot']
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore', timeout: HANGS_AFTER_MS })
    child.on('close', (code) => resolve(code !== 0))
  })
}

function describe({ file, from, to }: Placed): string {
  const line = (text: string) => (text === '' ? '(removed)' : text.replace(/\s+/g, ' '))
  return `${file}: ${line(from)} -> ${line(to)}`
}
