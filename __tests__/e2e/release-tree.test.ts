import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runPost, runStep } from '../../demo/runner.ts'
import { createBasetenEmulator, DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import { serve } from '../../emulators/serve.ts'

const ROOT = join(import.meta.dirname, '..', '..')

let temp = ''
let tree = ''
let commit = ''

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 })
}

/** Makes the tree of a release from the current commit; gives what the script said. */
function make(folder: string) {
  return spawnSync(process.execPath, [join(ROOT, 'scripts', 'release-tree.ts'), folder], { encoding: 'utf8' })
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
}

beforeAll(() => {
  temp = mkdtempSync(join(tmpdir(), 'undeploy-release-'))
  tree = join(temp, 'tree')
  commit = make(tree).stdout.trim()
})

afterAll(() => rmSync(temp, { recursive: true, force: true }))

describe('the tree of a release', () => {
  it('has what a run and its reader need, and nothing else', () => {
    const top = [...new Set(filesIn(tree).map((path) => path.split('/')[0]))]
    expect(top.sort()).toEqual([
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'action-types.yml', 'action.yml', 'dist'],
    ])
    expect(filesIn(tree)).toContain('dist/licenses.txt')
  })

  it('has dist/ and action.yml byte for byte as they are in the commit it is made from', () => {
    const code = filesIn(tree).filter((path) => !path.endsWith('.md'))
    for (const path of code) {
      const committed = execFileSync('git', ['cat-file', 'blob', `HEAD:${path}`], { cwd: ROOT, maxBuffer: 2 ** 26 })
      expect(readFileSync(join(tree, path)).equals(committed), path).toBe(true)
    }
  })

  it('is a commit that names the commit of main it is made from, and comes out the same anywhere', () => {
    const source = git('rev-parse', 'HEAD').trim()
    expect(git('show', '--no-patch', '--format=%B', commit)).toContain(`from ${source}, a commit of main`)
    expect(git('ls-tree', '-r', '--name-only', commit).trim().split('\n').sort()).toEqual(filesIn(tree))
    expect(make(join(temp, 'again'))).toMatchObject({ status: 0, stdout: `${commit}\n` })
  })

  it('links to the sources where a page names what is only there', () => {
    const source = git('rev-parse', 'HEAD').trim()
    for (const page of ['README.md', 'SECURITY.md']) {
      const text = readFileSync(join(tree, page), 'utf8')
      expect(text).toContain(`https://github.com/undeploy/undeploy/blob/${source}/`)
      const relatives = [...text.matchAll(/\]\(([^)\s#:]+)(?:#[^)]*)?\)|src(?:set)?="([^":]+)"/g)]
      const missing = relatives
        .map(([, link, image]) => link ?? image ?? '')
        .filter((path) => !filesIn(tree).includes(path))
      expect(missing).toEqual([])
    }
  })

  it('is at most 460 KB as the archive that a run downloads, and its dist/ 1.5 MB', () => {
    const archive = execFileSync('git', ['archive', '--format=tar', commit], { cwd: ROOT, maxBuffer: 2 ** 26 })
    expect(gzipSync(archive).length).toBeLessThanOrEqual(460_000)
    const sizes = filesIn(join(tree, 'dist')).map((path) => statSync(join(tree, 'dist', path)).size)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1_500_000)
  })

  it('does not overwrite a folder with something in it', () => {
    expect(make(temp)).toMatchObject({ status: 1, stderr: expect.stringContaining('is not empty') })
  })

  it('runs: a deployment is deleted, at once or at the end of the job', async () => {
    const baseten = createBasetenEmulator()
    const model = baseten.world.addModel({ id: 'q2w8xz1', name: 'llama-chat' })
    baseten.world.addDeployment(model.id, { id: 'w5d1kk9', name: 'main', production: true })
    for (const id of ['qv7m3p2', 'r8n4t6y']) baseten.world.addDeployment(model.id, { id, name: `PR-42_${id}` })
    const server = await serve(baseten)
    try {
      const step = (id: string, more = {}) => ({
        action: tree,
        inputs: {
          provider: 'baseten',
          'model-id': model.id,
          'deployment-id': id,
          'api-key': DEFAULT_API_KEY,
          'api-url': server.url,
          ...more,
        },
      })
      const { exitCode, outputs } = await runStep(step('qv7m3p2'))
      expect({ exitCode, ids: outputs['deleted-ids'] }).toEqual({ exitCode: 0, ids: '["qv7m3p2"]' })
      const deferred = step('r8n4t6y', { defer: 'true' })
      const { state } = await runStep(deferred)
      expect(await runPost(deferred, state)).toMatchObject({ exitCode: 0 })
      expect(() => baseten.world.deployment(model.id, 'r8n4t6y')).toThrow('has no deployment r8n4t6y')
    } finally {
      await server.close()
    }
  })
})
