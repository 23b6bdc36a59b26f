import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

// Users run the committed bundle: it must be, byte for byte, what the sources give.
const fresh = mkdtempSync(join(tmpdir(), 'undeploy-dist-'))
try {
  execFileSync(process.execPath, [join(import.meta.dirname, 'build.ts'), fresh], { stdio: 'inherit' })
  const files = [...new Set([...filesIn('dist'), ...filesIn(fresh)])].sort()
  const differing = files.filter((name) => !same(join('dist', name), join(fresh, name)))
  if (differing.length > 0) {
    console.error(`dist/ is not what the sources give: ${differing.join(', ')}. Run 'npm run build' and commit dist/.`)
    process.exitCode = 1
  } else console.log(`dist/ is up to date (${files.join(', ')})`)
} finally {
  rmSync(fresh, { recursive: true, force: true })
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

function same(a: string, b: string): boolean {
  try {
    return readFileSync(a).equals(readFileSync(b))
  } catch {
    return false
  }
}
