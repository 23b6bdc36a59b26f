import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** ncc's API, which comes without types. https://github.com/vercel/ncc#programmatically-from-nodejs */
type Ncc = (
  entry: string,
  options: Readonly<Record<string, unknown>>,
) => Promise<{ code: string; assets: Record<string, { source: string | Buffer }> }>
const ncc: Ncc = createRequire(import.meta.url)('@vercel/ncc')

// tsc first, because ncc does not understand TypeScript 7. Stale files would survive in either folder, so both are emptied.
// `lib` keeps its name: it is part of the bundle's module names, and the bundle must come out the same every time.
const root = join(import.meta.dirname, '..')
const [target = 'dist'] = process.argv.slice(2)
rmSync(join(root, 'lib'), { recursive: true, force: true })
execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json'], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
})
rmSync(target, { recursive: true, force: true })
keepImports(join(root, 'lib', 'index.js'), 'await import(')

/**
 * Parts of undici that the action never runs, by how undici requires them: half of its size. HTTP/2 is off (see
 * `src/http/proxied.ts`); Milo is an experimental parser, off by default; bodies are texts, never forms or streams of fetch.
 */
const UNUSED_IN_UNDICI = [
  './client-h2.js',
  '../milo/simd.js',
  '../milo/no-simd.js',
  '../web/fetch/body.js',
  '../web/fetch/formdata',
  '../web/webidl',
]
await bundle('lib/index.js', target, [], './left-out.cjs')
// So has undici, which is loaded only where there is a proxy.
await bundle('lib/http/proxied.js', join(target, 'proxy'), UNUSED_IN_UNDICI, '../left-out.cjs')
// GitHub's client has a bundle of its own, which is loaded only where GitHub is asked (see src/index.ts). Its requests go through
// ours, so that all of its undici is left out.
await bundle('lib/github/client.js', join(target, 'github'), ['undici'], '../left-out.cjs')
copyFileSync(join(import.meta.dirname, 'left-out.cjs'), join(target, 'left-out.cjs'))
// The end of the job starts here and loads the bundle only where a step left something to do.
copyFileSync(join(root, 'lib', 'post.js'), join(target, 'post.js'))

/**
 * Each bundle gets the licences of all that is in it; with chunks of one bundle, ncc would list only those of the last. Not
 * minified: that starts no faster, and what users run can be read.
 */
async function bundle(entry: string, folder: string, unused: readonly string[], leftOut: string): Promise<void> {
  const { code, assets } = await ncc(join(root, entry), {
    cache: false,
    quiet: true,
    license: 'licenses.txt',
    externals: Object.fromEntries(unused.map((request) => [request, leftOut])),
  })
  const files = {
    'index.js': code,
    ...Object.fromEntries(Object.entries(assets).map(([name, { source }]) => [name, source])),
  }
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
}

/** Tells ncc to leave imports as they are. tsc takes all comments out, these included, so they are put in afterwards. */
function keepImports(path: string, statement: string): void {
  const code = readFileSync(path, 'utf8')
  if (!code.includes(statement)) throw new Error(`${path} has no '${statement}'`)
  writeFileSync(path, code.replaceAll(statement, `${statement}/* webpackIgnore: true */ `))
}
