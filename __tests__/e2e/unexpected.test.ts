import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseFileCommand } from '../../demo/file-command.ts'
import { runPost, runStep, type StepEnd } from '../../demo/runner.ts'
import { actionYml } from '../project/action-yml.ts'
import { account, inputs, KEY, open, rows, serveOver, visible } from './far-end.ts'

const ALL_OUTPUTS = [...actionYml('outputs').keys()].sort()

/** Breaks something of Node before the bundle is loaded. A file of its own, so that no stack has its text in it. */
function preload(code: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'undeploy-preload-'))
  open.push(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'preload.mjs'), code)
  return { NODE_OPTIONS: `--import=${pathToFileURL(join(folder, 'preload.mjs'))}` }
}

/** Does something in the moment a request is made: nobody of ours is on the stack then. */
function atRequest(method: string, code: string): Record<string, string> {
  return preload(`
    import { subscribe } from 'node:diagnostics_channel'
    subscribe('http.client.request.start', ({ request }) => {
      if (request.method === '${method}') setTimeout(() => { ${code} }, 20)
    })`)
}

/** Breaks a builtin where a function of ours calls it; the bundle keeps their names. */
function breaking(builtin: string, within: string, error = "new TypeError('broken')"): Record<string, string> {
  return preload(`
    const original = ${builtin}
    ${builtin} = function (...args) {
      if (new Error().stack.includes('${within}')) throw ${error}
      return original.apply(this, args)
    }`)
}

async function step(env: Record<string, string>, more: Record<string, string> = {}) {
  const baseten = account(['d1', 'd2'])
  const url = await serveOver(baseten, 'http')
  const end = await runStep({ inputs: inputs(url, ['d1', 'd2'], more), env })
  return { ...end, baseten }
}

/** Exit code 1, every output, one error that asks for a report, and a stack nowhere but in the debug log. */
function expectFailure(end: StepEnd, message: RegExp): void {
  expect(end.exitCode).toBe(1)
  expect(Object.keys(end.outputs).sort()).toEqual(ALL_OUTPUTS)
  const errors = visible(end)
    .split('\n')
    .filter((line) => line.startsWith('::error::'))
  expect(errors).toEqual([expect.stringMatching(message)])
  expect(visible(end)).not.toMatch(/^\s+at |\bat .*index\.js|node:internal/m)
  expect(end.log).not.toMatch(/^\s+at /m)
}

const UNEXPECTED = /^::error::Undeploy failed unexpectedly: .* Please report this\./

describe.concurrent('a mistake of ours', () => {
  it('before anything is asked: a failed step with every output, and its stack in the debug log', async () => {
    const end = await step(breaking('AbortSignal.any', 'createLimits'))
    expectFailure(end, /^::error::Undeploy failed unexpectedly: broken\. Please report this\./)
    expect(end.outputs).toMatchObject({ status: 'failed', results: '[]', 'deleted-count': '0', 'deleted-ids': '[]' })
    expect(end.log).toMatch(/^::debug::.*at createLimits \(/m)
    expect(end.summary).toContain('Undeploy failed unexpectedly: broken')
    expect(end.baseten.requests).toEqual([])
  })

  it('while secrets are not masked yet: nothing of its message is shown', async () => {
    const code = "new RangeError('key ' + process.env['INPUT_API-KEY'])"
    const end = await step(breaking('String.prototype.trim', 'readInputs', code))
    expectFailure(end, /^::error::Undeploy failed unexpectedly: RangeError\. /)
    expect(end.log).not.toContain(KEY)
  })

  it('with a secret in its message: the secret is masked, also in the debug log', async () => {
    const code = "new Error('key ' + process.env['INPUT_API-KEY'])"
    const end = await step(breaking('AbortSignal.any', 'createLimits', code))
    expectFailure(end, /unexpectedly: key \*\*\*\. /)
    expect(end.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(KEY)
  })

  it('in what decides about a target: that target fails with the reason, and nothing is deleted', async () => {
    const end = await step(breaking('Array.prototype.some', '#nextStep ('))
    expect([end.exitCode, end.outputs['status'], end.outputs['failed-count']]).toEqual([1, 'failed', '2'])
    for (const { outcome, reason } of rows(end)) {
      expect([outcome, reason]).toEqual(['failed', expect.stringContaining('could not be decided (broken)')])
    }
    expect(end.log).not.toMatch(/^\s+at /m)
    expect(end.baseten.requests.every(({ method }) => method === 'GET')).toBe(true)
  })

  it('in the middle: what was reached is told, the rest has failed, and nothing new is begun', async () => {
    // d1 is not there, which takes a moment to be said; d2 stays visible, and is looked at until it breaks.
    const baseten = account(['d2'], { deleteVisibleMs: 600_000 })
    const url = await serveOver(baseten, 'http')
    const env = preload(`
      const awaited = new Set(['d1 of model m1: already-gone', 'd2 of model m1 (PR-d2): delete accepted'])
      const write = process.stdout.write
      process.stdout.write = function (text, ...rest) {
        for (const each of awaited) if (String(text).includes(each)) awaited.delete(each)
        return write.call(this, text, ...rest)
      }
      const original = Math.max
      Math.max = (...args) => {
        if (awaited.size === 0 && new Error().stack.includes('nextWake (')) throw new TypeError('broken')
        return original(...args)
      }`)
    const end = await runStep({ inputs: inputs(url, ['d1', 'd2']), env })
    expect([end.exitCode, Object.keys(end.outputs).sort()]).toEqual([1, ALL_OUTPUTS])
    expect(visible(end)).toMatch(/^::error::Undeploy failed unexpectedly: broken\. Please report this\./m)
    expect(end.log).not.toMatch(/^\s+at /m)
    expect(rows(end).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['already-gone', expect.stringContaining('not found')],
      [
        'failed',
        expect.stringMatching(/^Undeploy failed unexpectedly \(broken\); deletion was accepted but not confirmed/),
      ],
    ])
    expect(end.log).toMatch(/^::debug::.*at .*nextWake \(/m)
  })

  it('in the summary: the outputs tell what was really deleted, and the step fails', async () => {
    const end = await step(breaking('Buffer.byteLength', 'summaryOf'))
    expectFailure(end, UNEXPECTED)
    expect(end.outputs).toMatchObject({ status: 'failed', 'deleted-count': '2', 'deleted-ids': '["d1","d2"]' })
    expect(rows(end).map(({ outcome }) => outcome)).toEqual(['deleted', 'deleted'])
  })

  it.each([
    ['an exception nobody catches', "throw new Error('stray')"],
    ['a rejection nobody handles', "Promise.reject(new Error('stray'))"],
    ['a rejection with nothing', 'Promise.reject()'],
    ['a thousand of them', "for (let i = 0; i < 1000; i++) Promise.reject(new Error('stray'))"],
  ])('%s: begins nothing new, reports what was reached, and fails', async (_what, code) => {
    const baseten = account(['d1', 'd2'], { deleteVisibleMs: 600_000 })
    const url = await serveOver(baseten, 'http')
    const end = await runStep({ inputs: inputs(url, ['d1', 'd2']), env: atRequest('DELETE', code) })
    expectFailure(end, UNEXPECTED)
    expect(end.outputs).toMatchObject({ status: 'failed', 'deleted-ids': '[]' })
    expect(rows(end).map(({ id }) => id)).toEqual(['d1', 'd2'])
    expect(rows(end).some(({ reason }) => reason.includes('accepted but not confirmed'))).toBe(true)
  })

  it('an exception after the report is written: the outputs stay right, the step fails', async () => {
    const code =
      "process.stdout.write = ((write) => function (text, ...rest) { if (String(text).startsWith('Undeploy: ')) setImmediate(() => { throw new Error('late') }); return write.call(this, text, ...rest) })(process.stdout.write)"
    const end = await step(preload(code))
    expectFailure(end, UNEXPECTED)
    expect(end.outputs).toMatchObject({ status: 'deleted', 'deleted-count': '2' })
  })

  it('a promise that never settles: every output, exit code 1', async () => {
    // No timer fires: the first wait lasts for ever, and the process runs dry.
    const code = 'globalThis.setTimeout = () => ({ unref() {}, ref() {}, refresh() {}, [Symbol.toPrimitive]: () => 0 })'
    const baseten = account(['d1'], { deleteVisibleMs: 600_000 })
    const url = await serveOver(baseten, 'http')
    const end = await runStep({ inputs: inputs(url, ['d1']), env: preload(code) })
    expect(end.exitCode).toBe(1)
    expect(Object.keys(end.outputs).sort()).toEqual(ALL_OUTPUTS)
    expect(end.outputs['status']).toBe('failed')
    expect(visible(end)).toMatch(/^::error::Undeploy failed unexpectedly: it stopped in the middle\./m)
  })

  it('somebody ends the process as if all were well: every output, exit code 1', async () => {
    const baseten = account(['d1', 'd2'], { deleteVisibleMs: 600_000 })
    const url = await serveOver(baseten, 'http')
    const end = await runStep({ inputs: inputs(url, ['d1', 'd2']), env: atRequest('DELETE', 'process.exit(0)') })
    expectFailure(end, /unexpectedly: it stopped in the middle\./)
    expect(end.outputs).toMatchObject({ status: 'failed', results: '[]', 'deleted-ids': '[]' })
  })

  it('somebody ends it while it is reporting: the outputs tell what was deleted, and the status is that of the step', async () => {
    // The summary comes after the outputs.
    const code = `
      import { promises } from 'node:fs'
      import { syncBuiltinESMExports } from 'node:module'
      const original = promises.appendFile
      promises.appendFile = (path, ...rest) => String(path).endsWith('summary') ? process.exit(0) : original(path, ...rest)
      syncBuiltinESMExports()`
    const end = await step(preload(code))
    expectFailure(end, /unexpectedly: it stopped in the middle\./)
    expect(end.outputs).toMatchObject({ status: 'failed', 'deleted-ids': '["d1","d2"]' })
    expect(rows(end).map(({ outcome }) => outcome)).toEqual(['deleted', 'deleted'])
  })

  it('at the end of the job: the same', async () => {
    const baseten = account(['d1'])
    const url = await serveOver(baseten, 'http')
    const options = { inputs: inputs(url, ['d1'], { defer: 'true' }), env: breaking('AbortSignal.any', 'createLimits') }
    const end = await runPost(options, { deferred: 'true' })
    expectFailure(end, UNEXPECTED)
    expect(baseten.requests).toEqual([])
  })

  it('the part that speaks with GitHub cannot be loaded: a warning, and what was deleted is told', async () => {
    const env = preload(`
      import { registerHooks } from 'node:module'
      registerHooks({ load(url, context, next) {
        if (url.endsWith('/github/index.js')) throw new Error('no such file')
        return next(url, context)
      } })`)
    const repository = { GITHUB_REPOSITORY: 'octo/hello', ...env }
    const end = await step(repository, { comment: 'true', 'github-token': 'ghs_0123456789' })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
    expect(visible(end)).toMatch(/^::warning::.*no such file/m)
    expect(end.outputs['deleted-ids']).toBe('["d1","d2"]')
  })
})

describe.concurrent('what the runner gives is broken', () => {
  it('the file for outputs: the work is done, and the step fails saying so', async () => {
    const end = await step({ GITHUB_OUTPUT: '/nowhere/output' })
    expect(end.exitCode).toBe(1)
    expect(visible(end)).toMatch(/^::error::The outputs could not be written: .*\/nowhere\/output/m)
    expect(end.baseten.world.deploymentIds('m1')).toEqual(['live'])
  })

  it('the file for the state, with defer: nothing is deleted, and the step fails saying so', async () => {
    const end = await step({ GITHUB_STATE: '/nowhere/state' }, { defer: 'true' })
    expectFailure(end, /^::error::Nothing was deferred or deleted: .*\/nowhere\/state/)
    expect(end.outputs['status']).toBe('failed')
    expect(end.baseten.requests).toEqual([])
  })

  it('nobody reads the log any more: the work is done, and every output written', async () => {
    const baseten = account(['d1'], { deleteVisibleMs: 300 })
    const url = await serveOver(baseten, 'http')
    const folder = mkdtempSync(join(tmpdir(), 'undeploy-epipe-'))
    open.push(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'output')
    writeFileSync(file, '')
    const child = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'dist', 'index.js')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(
          Object.entries(inputs(url, ['d1'])).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
        ),
        GITHUB_OUTPUT: file,
        RUNNER_TEMP: folder,
      },
    })
    child.stdout.destroy()
    child.stderr.destroy()
    const exitCode = await new Promise((resolve) => child.on('close', resolve))
    expect(exitCode).toBe(0)
    const outputs = parseFileCommand(readFileSync(file, 'utf8'))
    expect(Object.keys(outputs).sort()).toEqual(ALL_OUTPUTS)
    expect(outputs).toMatchObject({ status: 'deleted', 'deleted-ids': '["d1"]' })
  })
})
