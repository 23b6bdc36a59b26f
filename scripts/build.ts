import { execFileSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

// tsc first, because ncc does not understand TypeScript 7. Stale files would survive in either folder, so both are emptied.
const bin = join(import.meta.dirname, '..', 'node_modules')
const [target = 'dist'] = process.argv.slice(2)
rmSync('lib', { recursive: true, force: true })
rmSync(target, { recursive: true, force: true })
run(join(bin, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json')
run(
  join(bin, '@vercel', 'ncc', 'dist', 'ncc', 'cli.js'),
  'build',
  'lib/index.js',
  '-o',
  target,
  '--license',
  'licenses.txt',
)
// The end of the job starts here and loads the bundle only where a step left something to do.
copyFileSync(join('lib', 'post.js'), join(target, 'post.js'))

function run(script: string, ...args: string[]): void {
  execFileSync(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
}
