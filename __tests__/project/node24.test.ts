import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFile } from './action-yml.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const LAUNCHER = 'scripts/node24.mjs'
const AS_NODE_20 = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'version', { value: 'v20.20.2' })\n" +
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })",
)}`

/** Node programs on PATH that are older than 24: with the packages' own Node taken off, the system's is often one. */
function olderNodes(): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return folders.flatMap((folder) => {
    const path = join(folder, process.platform === 'win32' ? 'node.exe' : 'node')
    try {
      accessSync(path, constants.X_OK)
    } catch {
      return []
    }
    const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim()
    return /^v(?:18|20|22|23)\./.test(version) ? [path] : []
  })
}

describe('a script of this project under an older Node', () => {
  const older = [[process.execPath, '--import', AS_NODE_20], ...olderNodes().map((path) => [path])]

  it.each(['demo/demo.ts', 'scripts/check.ts'])('%s says in one sentence what is needed, without a stack', (script) => {
    for (const [node = '', ...flags] of older) {
      const { status, stdout, stderr } = spawnSync(node, [...flags, LAUNCHER, script], { cwd: ROOT, encoding: 'utf8' })
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
      expect(stderr).toMatch(/^Undeploy's scripts need Node 24 or later, and this is v\d+\.\d+\.\d+: .*\n$/)
    }
  })

  it('is started in that way by every command of package.json that runs one', () => {
    const { scripts } = JSON.parse(projectFile('package.json'))
    const direct = Object.entries<string>(scripts).filter(([, command]) => /\bnode \S+\.ts\b/.test(command))
    expect(direct).toEqual([])
    expect(scripts).toMatchObject({ demo: `node ${LAUNCHER} demo/demo.ts`, test: `node ${LAUNCHER} scripts/check.ts` })
  })
})

describe('a script of this project under Node 24', () => {
  it('runs with its arguments, and its exit code is passed on', () => {
    const run = (...args: string[]) => spawnSync(process.execPath, [LAUNCHER, ...args], { cwd: ROOT, encoding: 'utf8' })
    expect(run('scripts/docs.ts', 'changelog', '0.0.0')).toMatchObject({
      status: 1,
      stderr: "CHANGELOG.md has nothing under '## [0.0.0]'\n",
    })
  })
})
