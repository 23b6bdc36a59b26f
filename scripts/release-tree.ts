import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

// `npm run release-tree -- DIR [COMMIT]` writes the tree of a release into DIR, made from a commit of main (HEAD where none is given),
// and prints the commit that a release's tag points to. The runner downloads the whole tree of a ref, so a release's has only what a
// run needs. From the same commit of main, tree and commit come out the same everywhere: whoever has a clone can check a tag.

const PARTS = ['action.yml', 'action-types.yml', 'dist', 'README.md', 'SECURITY.md', 'CHANGELOG.md', 'LICENSE']
const REPOSITORY = 'undeploy/undeploy'
const RELEASER = { name: 'github-actions[bot]', email: '41898282+github-actions[bot]@users.noreply.github.com' }

const ROOT = join(import.meta.dirname, '..')
const [folder, ref = 'HEAD'] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: npm run release-tree -- DIR [COMMIT]')
  process.exit(2)
}

const source = git(['rev-parse', '--verify', `${ref}^{commit}`]).trim()
const files = filesOf(source)
writeTree(folder)
console.log(commitOf(files))

interface ReleaseFile {
  path: string
  content: Buffer
}

/** The files of a release, read from the commit: nothing of the working tree goes in. */
function filesOf(commit: string): ReleaseFile[] {
  const paths = git(['ls-tree', '-r', '-z', '--name-only', commit, '--', ...PARTS])
    .split('\0')
    .filter((path) => path !== '')
  return paths.map((path) => {
    const content = execFileSync('git', ['cat-file', 'blob', `${commit}:${path}`], { cwd: ROOT, maxBuffer: 2 ** 26 })
    return { path, content: path.endsWith('.md') ? Buffer.from(linkedToSources(content.toString(), paths)) : content }
  })
}

/** Links to what a release has not, made links to the sources it comes from. */
function linkedToSources(page: string, paths: readonly string[]): string {
  const isElsewhere = (target: string) => !/^[a-z]+:/.test(target) && !paths.includes(target.split('#')[0] ?? '')
  return page
    .replace(/(?<=\]\()[^)\s#][^)\s]*(?=\))/g, (target) =>
      isElsewhere(target) ? `https://github.com/${REPOSITORY}/blob/${source}/${target}` : target,
    )
    .replace(/(?<=\bsrc(?:set)?=")[^"]+(?=")/g, (target) =>
      isElsewhere(target) ? `https://raw.githubusercontent.com/${REPOSITORY}/${source}/${target}` : target,
    )
}

function writeTree(target: string): void {
  mkdirSync(target, { recursive: true })
  if (readdirSync(target).length > 0) {
    console.error(`'${target}' is not empty: name a folder that is, or does not exist yet.`)
    process.exit(1)
  }
  for (const { path, content } of files) {
    mkdirSync(dirname(join(target, path)), { recursive: true })
    writeFileSync(join(target, path), content)
  }
}

/** Puts the commit among the objects of this clone, on no branch, and gives its SHA. Its date is that of its source. */
function commitOf(files: readonly ReleaseFile[]): string {
  const temp = mkdtempSync(join(tmpdir(), 'undeploy-index-'))
  try {
    const env = { GIT_INDEX_FILE: join(temp, 'index') }
    const entries = files.map(({ path, content }) => {
      const blob = git(['hash-object', '-w', '--stdin', '--no-filters'], { input: content }).trim()
      return `100644 ${blob}\t${path}\n`
    })
    git(['update-index', '--add', '--index-info'], { input: entries.join(''), env })
    const tree = git(['write-tree'], { env }).trim()
    const { version } = JSON.parse(git(['show', `${source}:package.json`]))
    const date = git(['show', '--no-patch', '--format=%ct +0000', source]).trim()
    const message = `Undeploy v${version}\n\nMade by scripts/release-tree.ts from ${source}, a commit of main.\n`
    const person = (role: 'AUTHOR' | 'COMMITTER') => ({
      [`GIT_${role}_NAME`]: RELEASER.name,
      [`GIT_${role}_EMAIL`]: RELEASER.email,
      [`GIT_${role}_DATE`]: date,
    })
    return git(['commit-tree', tree], { input: message, env: { ...person('AUTHOR'), ...person('COMMITTER') } }).trim()
  } finally {
    rmSync(temp, { recursive: true, force: true })
  }
}

function git(
  args: readonly string[],
  { input, env = {} }: { input?: string | Buffer; env?: NodeJS.ProcessEnv } = {},
): string {
  const options = { cwd: ROOT, env: { ...process.env, ...env }, ...(input === undefined ? {} : { input }) }
  return execFileSync('git', args, { ...options, encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] })
}
