import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseFileCommand } from '../../demo/file-command.ts'
import { runStep } from '../../demo/runner.ts'
import { createBasetenEmulator, DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { type Served, serve } from '../../emulators/serve.ts'
import { actionYml } from '../project/action-yml.ts'

const ALL_OUTPUTS = [...actionYml('outputs').keys()].sort()
const SAP_ID = 'd748fdae9f88a9b0'

let temp = ''
let served: Served | undefined
let child: ChildProcess | undefined

beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'undeploy-e2e-'))
})

afterEach(async () => {
  child?.kill('SIGKILL')
  child = undefined
  await served?.close()
  served = undefined
  rmSync(temp, { recursive: true, force: true })
})

/** A SAP deployment that stops at once and is DELETING for ten minutes. */
async function slowDeletion() {
  const sap = createSapEmulator({ stopMs: 0, deleteMs: 600_000 })
  sap.world.add({ id: SAP_ID, status: 'STOPPED' })
  served = await serve(sap)
  const inputs = {
    provider: 'sap-ai-core',
    'deployment-id': SAP_ID,
    'service-key': JSON.stringify(sapServiceKey(served.url, DEFAULT_CLIENT)),
  }
  return { sap, inputs }
}

/** Starts the bundle as `runStep` does, but so that it can be sent signals. */
function startStep(inputs: Record<string, string>, accepted: () => boolean) {
  const [outputFile, summaryFile] = [join(temp, 'output'), join(temp, 'summary')]
  for (const file of [outputFile, summaryFile]) writeFileSync(file, '')
  const step = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'dist', 'index.js')], {
    cwd: temp,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      GITHUB_OUTPUT: outputFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      RUNNER_TEMP: temp,
    },
  })
  child = step
  let log = ''
  step.stdout.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  step.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const ended = new Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    step.on('error', reject)
    step.on('close', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  return {
    ended,
    log: () => log,
    kill: (signal: NodeJS.Signals) => void step.kill(signal),
    outputs: () => parseFileCommand(readFileSync(outputFile, 'utf8')),
    summary: () => readFileSync(summaryFile, 'utf8'),
    /** Resolves once the provider has taken the deletion, so that the step only waits. */
    async deleting() {
      while (!accepted()) {
        if (step.exitCode !== null) throw new Error(`the step ended before the provider took the deletion:\n${log}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
  }
}

describe('a step with wrong inputs', () => {
  it('exits with 1, writes every output and the summary, and sends nothing', async () => {
    const baseten = createBasetenEmulator()
    served = await serve(baseten)
    const { exitCode, outputs, summary, log } = await runStep({
      inputs: { provider: 'baseten', 'api-key': DEFAULT_API_KEY, 'api-url': served.url, 'dry-run': '', wait: 'yes' },
    })

    expect(exitCode).toBe(1)
    expect(Object.keys(outputs).sort()).toEqual(ALL_OUTPUTS)
    expect(outputs).toMatchObject({ status: 'failed', results: '[]', 'deleted-ids': '[]', 'deleted-count': '0' })
    for (const name of ['deployment-id', 'dry-run', 'wait']) {
      expect(log).toMatch(new RegExp(`^::error::.*'${name}'`, 'm'))
      expect(summary).toContain(name)
    }
    expect(baseten.requests).toHaveLength(0)
  })

  it('no input at all: the same', async () => {
    const { exitCode, outputs } = await runStep({ inputs: {} })
    expect(exitCode).toBe(1)
    expect(Object.keys(outputs).sort()).toEqual(ALL_OUTPUTS)
  })
})

describe('a step that deletes', () => {
  it('exits with 0, masks the key first, and leaves a report that others on the machine cannot read', async () => {
    const baseten = createBasetenEmulator()
    const model = baseten.world.addModel({ id: 'm1a2b3c', name: 'llama' })
    baseten.world.addDeployment(model.id, { id: 'prod1', name: 'main', production: true })
    baseten.world.addDeployment(model.id, { id: 'd1e2f3g', name: 'PR-1' })
    served = await serve(baseten)
    const { exitCode, outputs, log } = await runStep({
      inputs: {
        provider: 'baseten',
        'model-id': model.id,
        'deployment-id': 'd1e2f3g',
        'api-key': DEFAULT_API_KEY,
        'api-url': served.url,
      },
      env: { RUNNER_TEMP: temp },
    })

    expect({ exitCode, status: outputs['status'] }).toEqual({ exitCode: 0, status: 'deleted' })
    expect(outputs['deleted-ids']).toBe('["d1e2f3g"]')
    expect(log).toMatch(new RegExp(`^::add-mask::${DEFAULT_API_KEY}\\r?\\n`))
    expect(log.replaceAll(`::add-mask::${DEFAULT_API_KEY}`, '')).not.toContain(DEFAULT_API_KEY)

    const path = outputs['report-path'] ?? ''
    expect(readdirSync(temp).map((name) => join(temp, name))).toEqual([path])
    expect(statSync(path).mode & 0o077).toBe(0)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      status: 'deleted',
      targets: [{ id: 'd1e2f3g', outcome: 'deleted' }],
    })
  })

  it('a report that cannot be written is a warning, and the outputs are all there', async () => {
    const { exitCode, outputs, log } = await runStep({
      inputs: { provider: 'baseten' },
      env: { RUNNER_TEMP: join(temp, 'missing') },
    })
    expect(exitCode).toBe(1)
    expect(outputs['report-path']).toBe('')
    expect(Object.keys(outputs).sort()).toEqual(ALL_OUTPUTS)
    expect(log).toContain('::warning::The report file could not be written')
  })
})

describe('a step behind a proxy', () => {
  it('reaches an https provider through a tunnel of https_proxy', async () => {
    const tunnels = new Set<string | undefined>()
    const proxy = createServer().on('connect', ({ url }, socket) => {
      tunnels.add(url)
      // Who is refused may leave at once.
      socket.on('error', () => undefined)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const address = proxy.address()
    const port = typeof address === 'object' ? address?.port : 0
    const inputs = {
      provider: 'baseten',
      'model-id': 'm1',
      'deployment-id': 'd1',
      'api-key': 'bt-0123456',
      timeout: '2s',
    }
    const { exitCode } = await runStep({ inputs, env: { https_proxy: `http://127.0.0.1:${port}` } })
    await new Promise((resolve) => proxy.close(resolve))

    expect([...tunnels]).toEqual(['api.baseten.co:443'])
    expect(exitCode).toBe(1)
  })
})

describe('a step that is cancelled while it waits', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s: writes what was reached and ends within the grace time',
    async (signal) => {
      const { sap, inputs } = await slowDeletion()
      const step = startStep(inputs, () =>
        sap.requests.some(({ method, status }) => method === 'DELETE' && status === 202),
      )
      await step.deleting()
      const cancelledAt = performance.now()
      const sent = sap.requests.length
      step.kill(signal)
      const end = await step.ended

      expect(performance.now() - cancelledAt).toBeLessThan(7000)
      expect(end.signal).toBeNull()
      expect(Object.keys(step.outputs()).sort()).toEqual(ALL_OUTPUTS)
      expect(step.outputs()).toMatchObject({ status: 'cancelled', 'deleted-ids': '[]', 'deleted-count': '0' })
      expect(JSON.parse(step.outputs()['results'] ?? '')).toMatchObject([{ id: SAP_ID, outcome: 'cancelled' }])
      expect(step.summary()).toContain('cancelled')
      expect(sap.requests.length - sent).toBeLessThanOrEqual(1)
    },
  )

  it('by the whole sequence of the runner, sent quicker than it does: the outputs are whole all the same', async () => {
    const { sap, inputs } = await slowDeletion()
    const step = startStep(inputs, () =>
      sap.requests.some(({ method, status }) => method === 'DELETE' && status === 202),
    )
    await step.deleting()
    step.kill('SIGINT')
    step.kill('SIGINT')
    step.kill('SIGTERM')
    await step.ended

    expect(Object.keys(step.outputs()).sort()).toEqual(ALL_OUTPUTS)
    expect(step.outputs()['status']).toBe('cancelled')
  })

  it('while a request hangs: it is given a moment, then broken off', async () => {
    const { sap, inputs } = await slowDeletion()
    sap.faults.push({ kind: 'hang', times: 100, when: ({ method }) => method === 'DELETE' })
    const step = startStep(inputs, () => sap.requests.some(({ method }) => method === 'DELETE'))
    await step.deleting()
    const cancelledAt = performance.now()
    step.kill('SIGINT')
    await step.ended

    expect(performance.now() - cancelledAt).toBeLessThan(7000)
    expect(step.outputs()['status']).toBe('cancelled')
    expect(step.outputs()['results']).toContain('unknown')
  })
})

describe('a step whose deadline passes', () => {
  it('fails as timed-out with the last state, and every output', async () => {
    const { inputs } = await slowDeletion()
    const { exitCode, outputs } = await runStep({ inputs: { ...inputs, timeout: '1s' } })
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ status: 'timed-out', 'failed-count': '1', 'deleted-count': '0' })
    expect(JSON.parse(outputs['results'] ?? '')).toMatchObject([{ outcome: 'timed-out' }])
  })
})
