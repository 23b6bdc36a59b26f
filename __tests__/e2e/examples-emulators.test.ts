import { type ChildProcess, exec, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { runStep } from '../../demo/runner.ts'
import { pathOf } from '../docs/files.ts'

const SCRIPT = pathOf('emulators/run.ts')
let child: ChildProcess | undefined
afterEach(() => void child?.kill('SIGKILL'))

/** Starts the emulators on free ports and waits until they say that they are ready. */
async function startEmulators() {
  let log = ''
  const started = spawn(process.execPath, [SCRIPT], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child = started
  await new Promise<void>((resolve, reject) => {
    started.stdout.on('data', (chunk: Buffer) => {
      log += chunk.toString()
      if (log.includes('Ctrl+C')) resolve()
    })
    started.once('close', () => reject(new Error(log)))
  })
  return { log: () => log }
}

/** The inputs that were printed for each provider, as one would copy them. */
function inputsIn(log: string): Record<string, string>[] {
  return log.split(/\n\n/).flatMap((part) => {
    const lines = [...part.matchAll(/^ {2}([a-z-]+): '?(.*?)'?$/gm)].map(([, name = '', value = '']) => [name, value])
    return lines[0]?.[0] === 'provider' ? [Object.fromEntries(lines)] : []
  })
}

/** Runs the script for workflows; it ends by itself. */
function rehearse(...args: string[]): Promise<{ code: unknown; text: string }> {
  return rehearseWith({}, ...args)
}

async function rehearseWith(env: Record<string, string>, ...args: string[]): Promise<{ code: unknown; text: string }> {
  try {
    const options = { env: { ...process.env, ...env }, cwd: pathOf('.') }
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT, ...args], options)
    return { code: 0, text: stdout + stderr }
  } catch (error) {
    const [code, stdout, stderr] = ['code', 'stdout', 'stderr'].map((name) => Reflect.get(Object(error), name))
    return { code, text: `${stdout}${stderr}` }
  }
}

describe('npm run emulators', () => {
  it('serves a world, and what it prints is all that the action needs to delete in it', async () => {
    const { log } = await startEmulators()
    const ids = ['qv7m3p2', 'd3c9f2e4a6d8b057', 'qwen-plus-2025-12-01-pr42']
    const steps = inputsIn(log()).map((inputs, index) => ({ ...inputs, 'deployment-id': ids[index] ?? '' }))
    const ends = await Promise.all(steps.map((inputs) => runStep({ inputs })))
    expect(ends.map(({ outputs }) => outputs['deleted-ids'])).toEqual(ids.map((id) => JSON.stringify([id])))
    expect(log()).toContain('DELETE /v1/models/q2w8xz1/deployments/qv7m3p2: 200')
  })

  it('with a workflow: carries out its steps and shows their ends', async () => {
    const { code, text } = await rehearse(pathOf('examples/pull-request-closed.yml'))
    expect(code).toBe(0)
    expect(text).toContain('status=deleted')
    expect(text).toContain('## ✅ Undeploy: 2 deleted')
    expect(text.split('comment on pull request 42')[1]).toContain('Undeploy: 2 deleted')
  })

  it('with an expression that stands for nothing here: says how to give it a value', async () => {
    const path = pathOf('examples/baseten-smoke-test.yml')
    const { code, text } = await rehearse(path)
    expect([code, text]).toEqual([
      1,
      expect.stringContaining(`npm run emulators -- ${path} 'steps.deploy.outputs.model-id=value'`),
    ])
    const values = ['steps.deploy.outputs.model-id=q2w8xz1', 'steps.deploy.outputs.deployment-id=t1u2v3w']
    expect((await rehearse(path, ...values)).code).toBe(0)
  })

  it('with a workflow that does not use the action: says so and fails', async () => {
    const { code, text } = await rehearse(pathOf('.github/workflows/codeql.yml'))
    expect([code, text]).toEqual([1, expect.stringContaining('no step that uses the action')])
  })

  it.each([
    ['--help', 0, 'carries out the steps of a workflow'],
    ['--nonsense', 1, '--nonsense is no option here'],
    ['no-such.yml', 1, 'no-such.yml: there is no such file'],
    ['examples', 1, 'examples: is a folder'],
  ])('%s: exit code %d and a sentence, no stack', async (argument, expected, sentence) => {
    const { code, text } = await rehearse(argument)
    expect([code, text]).toEqual([expected, expect.stringContaining(sentence)])
    expect(text).not.toMatch(/^\s+at /m)
  })

  it.each(['*', '*-pr-1', '[a, b', '{pr}_x'])(
    'an unquoted %s, which GitHub does not load: one sentence with its line',
    async (name) => {
      const { code, text } = await rehearse(await workflow(`name: ${name}`))
      expect([code, text.trim()]).toEqual([
        1,
        expect.stringMatching(/^\S+:1[23]: GitHub does not load it: .* needs quotes/),
      ])
    },
  )

  it('an input that the action does not have: the language service of GitHub says so, and the step too', async () => {
    const { code, text } = await rehearse(await workflow('name: PR-42_*\n          dry_run: true'))
    expect(code).toBe(1)
    expect(text).toMatch(/GitHub's language service: \S+:13: Invalid action input 'dry_run'/)
    expect(text).toContain("'dry_run' is not an input of this action; did you mean 'dry-run'?")
    expect(text).not.toContain('status=deleted')
  })

  it.each([
    ['permissions: {}', false],
    ['permissions: { contents: read }', false],
    ['permissions: { pull-requests: read }', true],
    ['permissions: read-all', true],
    // What says nothing has the restricted default of a new repository.
    ['env: {}', false],
  ])('%s: the token may do as much as the workflow says', async (permissions, isAllowed) => {
    const { text } = await rehearse(await workflow("name: 'PR-{pr}_*'", permissions))
    expect(text.includes('status=deleted')).toBe(isAllowed)
    expect(text.includes("Give the job 'permissions: pull-requests: read'")).toBe(!isAllowed)
  })

  it('the number of the pull request is empty where no pull request starts the workflow', async () => {
    const lines = `name: PR-{pr}_*\n          pull-request: \${{ github.event.pull_request.number }}`
    const closed = await rehearse(await workflow(lines, 'permissions: read-all', 'pull_request'))
    expect(closed.text).toContain('status=deleted')
    const { code, text } = await rehearse(await workflow(lines, 'permissions: read-all'))
    expect(code).toBe(1)
    expect(text).toContain("'pull-request' is empty")
    expect(text).not.toContain('status=deleted')
  })

  it('a port that is taken: one sentence', async () => {
    const { log } = await startEmulators()
    const [, port = ''] = /api-url: http:\/\/127\.0\.0\.1:(\d+)/.exec(log()) ?? []
    const { code, text } = await rehearseWith({ PORT: port })
    expect([code, text.trim()]).toEqual([1, expect.stringMatching(/^Port \d+ is taken: set PORT/)])
  })

  it('who reads the first line only, as head does, ends it without a stack', async () => {
    const command = `"${process.execPath}" "${SCRIPT}" examples/pull-request-closed.yml | head -n 1`
    const { stderr } = await promisify(exec)(command, { cwd: pathOf('.') })
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

/** A workflow with one step of a Baseten sweep, the 12th line of which is `line`. */
async function workflow(line: string, top = 'env: {}', event = 'push'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'undeploy-workflow-'))
  const path = join(folder, 'workflow.yml')
  const text = `name: x
on: ${event}
${top}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: undeploy/undeploy@v1
        with:
          provider: baseten
          api-key: key
          ${line}
`
  await writeFile(path, text)
  onTestFinished(() => rm(folder, { recursive: true }))
  return path
}
