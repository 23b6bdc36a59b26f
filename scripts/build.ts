import { execFileSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

// tsc first, because ncc does not understand TypeScript 7. Stale files would survive in either folder, so both are emptied.
// `lib` keeps its name: it is part of the bundle's module names, and the bundle must come out the same every time.
const root = join(import.meta.dirname, '..')
const [target = 'dist'] = process.argv.slice(2)
rmSync(join(root, 'lib'), { recursive: true, force: true })
run(['typescript', 'bin', 'tsc'], '-p', 'tsconfig.json')
rmSync(target, { recursive: true, force: true })
bundle('lib/index.js', target)
// Octokit has a bundle of its own, which is loaded only where GitHub is asked (see src/index.ts).
bundle('lib/github/octokit.js', join(target, 'octokit'))
// The end of the job starts here and loads the bundle only where a step left something to do.
copyFileSync(join(root, 'lib', 'post.js'), join(target, 'post.js'))

/** Each bundle gets the licences of all that is in it; with chunks of one bundle, ncc would list only those of the last. */
function bundle(entry: string, folder: string): void {
  run(['@vercel', 'ncc', 'dist', 'ncc', 'cli.js'], 'build', entry, '-o', folder, '--license', 'licenses.txt')
}

function run(script: readonly string[], ...args: string[]): void {
  const path = join(root, 'node_modules', ...script)
  execFileSync(process.execPath, [path, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
}
