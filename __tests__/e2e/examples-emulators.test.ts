import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
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
async function rehearse(...args: string[]): Promise<{ code: unknown; text: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT, ...args])
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
})
