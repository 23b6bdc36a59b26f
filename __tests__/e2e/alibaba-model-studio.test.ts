import { describe, expect, it } from 'vitest'
import { runStep, type StepEnd } from '../../demo/runner.ts'
import {
  type AlibabaEmulator,
  type AlibabaOptions,
  createAlibabaEmulator,
  type DeploymentSeed,
} from '../../emulators/alibaba-model-studio.ts'
import type { Fault } from '../../emulators/emulator.ts'
import { serve } from '../../emulators/serve.ts'
import { reportOf } from './far-end.ts'

const ID = 'qwen-plus-2025-12-01-pr42'
/** Of characters that change in URLs and in base64. */
const KEY = 'sk-e2e/9a+Bc=dq'
const FOREVER = Number.POSITIVE_INFINITY

const isDelete: Fault['when'] = ({ method }) => method === 'DELETE'

/** An account on loopback with one deployment that is gone soon after DELETE. */
function account(deployment: Partial<DeploymentSeed> = {}, options: AlibabaOptions = {}): AlibabaEmulator {
  const apiKeys = [{ key: KEY, workspace: 'llm-e2e' }]
  const emulator = createAlibabaEmulator({ deleteMs: 200, apiKeys, ...options })
  emulator.world.seed({ created: Date.now() - 3_600_000, deployed_model: ID, ...deployment })
  return emulator
}

interface Stepped extends StepEnd {
  report: string
}

/** One step of the built action against the emulator. */
async function step(emulator: AlibabaEmulator, inputs: Record<string, string> = {}): Promise<Stepped> {
  const { url, close } = await serve(emulator)
  try {
    const end = await runStep({
      inputs: { provider: 'alibaba-model-studio', 'deployment-id': ID, 'api-key': KEY, 'api-url': url, ...inputs },
    })
    return { ...end, report: reportOf(end) }
  } finally {
    await close()
  }
}

const methods = (emulator: AlibabaEmulator) => emulator.requests.map(({ method }) => method)
const writes = (emulator: AlibabaEmulator) => methods(emulator).filter((method) => method !== 'GET')

/** A key as an answer may bring it back. */
const formsOf = (key: string) => ({
  plain: key,
  'URL-encoded': encodeURIComponent(key),
  'form-encoded': new URLSearchParams({ key }).toString().slice('key='.length),
  base64: Buffer.from(key).toString('base64'),
  base64url: Buffer.from(key).toString('base64url'),
})

/** Where the key stands in something that leaves the step, in whatever form. The runner takes the mask commands out. */
function leaks({ log, outputs, summary, report }: Stepped, key: string = KEY): string[] {
  const visible = log.split('\n').filter((line) => !line.startsWith('::add-mask::'))
  // As a reader of the page sees it: references to characters are characters again.
  const shown = summary.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
  const places = { log: visible.join('\n'), outputs: JSON.stringify(outputs), summary: summary + shown, report }
  return Object.entries(places).flatMap(([place, text]) =>
    Object.entries(formsOf(key)).flatMap(([form, secret]) =>
      text.includes(secret.replace(/=+$/, '')) ? [`${form} in ${place}`] : [],
    ),
  )
}

// Most of each test is a process that starts or waits, so they wait together.
describe.concurrent('Alibaba Model Studio, the built action on loopback', () => {
  it('RUNNING to gone: exit code 0, the tombstone is the deployment object, and all reports agree', async () => {
    const emulator = account({ plan: 'mu' })

    const { exitCode, log, outputs, summary, report } = await step(emulator)

    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({
      status: 'deleted',
      'deleted-ids': `["${ID}"]`,
      'deleted-count': '1',
      'failed-count': '0',
      'kept-count': '0',
    })
    const tombstone = JSON.parse(outputs['tombstone'] ?? '')
    expect(tombstone).toMatchObject({ deployed_model: ID, status: 'DELETING', plan: 'mu', model_name: 'qwen-plus' })
    expect(JSON.parse(outputs['tombstones'] ?? '')).toEqual([tombstone])
    expect(JSON.parse(outputs['results'] ?? '')).toMatchObject([
      { provider: 'alibaba-model-studio', resource: 'deployment', id: ID, outcome: 'deleted', tombstone },
    ])
    expect(JSON.parse(report)).toMatchObject({
      status: 'deleted',
      targets: [{ id: ID, outcome: 'deleted', tombstone }],
    })
    expect(summary).toContain(ID)
    expect(log).toContain('confirmed gone')
    expect(writes(emulator)).toEqual(['DELETE'])
    expect(emulator.world.has(ID)).toBe(false)
  })

  it('prepaid: exit code 1, refused with the way out, no DELETE', async () => {
    const emulator = account({ charge_type: 'pre_paid' })

    const { exitCode, log, outputs } = await step(emulator)

    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ status: 'failed', tombstone: '', 'deleted-ids': '[]', 'failed-count': '1' })
    expect(JSON.parse(outputs['results'] ?? '')).toMatchObject([{ outcome: 'refused' }])
    expect(log).toMatch(/^::error::.*refused.*'allow: prepaid'/m)
    expect(writes(emulator)).toEqual([])
    expect(emulator.world.has(ID)).toBe(true)
  })

  it('a reservation: exit code 1, refused, no DELETE', async () => {
    const emulator = account({ plan: 'ptu_v2', status: 'STOPPED' })

    const { exitCode, outputs } = await step(emulator, { allow: 'prepaid' })

    expect(exitCode).toBe(1)
    expect(outputs['status']).toBe('failed')
    expect(writes(emulator)).toEqual([])
  })

  it('dry run: nothing but GETs is sent', async () => {
    const emulator = account()

    const { exitCode, outputs, log } = await step(emulator, { 'dry-run': 'true' })

    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ status: 'planned', tombstone: '', 'deleted-ids': '[]', 'deleted-count': '0' })
    expect(log).toContain('Dry run')
    expect(methods(emulator)).toEqual(['GET'])
    expect(emulator.world.events).toEqual([])
  })

  it.each(['lost-answer', 'truncated', 'reset-before'] as const)('%s at DELETE: gone all the same', async (kind) => {
    const emulator = account()
    emulator.faults.push({ kind, when: isDelete })

    const { exitCode, outputs } = await step(emulator)

    // What was carried out without a clear answer, and is gone at the next look, may have been anybody's.
    const status = kind === 'reset-before' ? 'deleted' : 'already-gone'
    expect([exitCode, outputs['status']]).toEqual([0, status])
    expect(emulator.world.events.map(({ what }) => what)).toEqual(['accepted', 'deleted'])
    expect(writes(emulator)).toHaveLength(kind === 'reset-before' ? 2 : 1)
  })

  it('still DELETING at the deadline: exit code 1, timed-out, accepted but not confirmed', async () => {
    const emulator = account({ deleteMs: FOREVER })

    const { exitCode, outputs, log } = await step(emulator, { timeout: '3s' })

    expect([exitCode, outputs['status']]).toEqual([1, 'timed-out'])
    expect(log).toMatch(/^::error::.*accepted but not confirmed; last seen DELETING/m)
  })

  it('wait: false: exit code 0, accepted, with the deployment object', async () => {
    const emulator = account({ deleteMs: FOREVER })

    const { exitCode, outputs } = await step(emulator, { wait: 'false' })

    expect([exitCode, outputs['status'], outputs['deleted-count']]).toEqual([0, 'accepted', '0'])
    expect(JSON.parse(outputs['tombstone'] ?? '')).toMatchObject({ deployed_model: ID, status: 'DELETING' })
  })

  it('a wrong key: exit code 1, saying what to check, nothing gone', async () => {
    const emulator = account()

    const { exitCode, log } = await step(emulator, { 'api-key': 'sk-of-another-region' })

    expect(exitCode).toBe(1)
    expect(log).toMatch(/^::error::.*HTTP 401 InvalidApiKey.*'api-key' and 'region'/m)
    expect(log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('sk-of-another-region')
    expect(methods(emulator)).toEqual(['GET'])
  })

  it('models, .. and a/b as IDs: exit code 1, three input errors, no request', async () => {
    const emulator = account()

    const { exitCode, log } = await step(emulator, { 'deployment-id': `${ID},models,..,a/b` })

    expect(exitCode).toBe(1)
    for (const id of ['models', '..', 'a/b']) expect(log).toContain(`::error::'deployment-id' has '${id}'`)
    expect(methods(emulator)).toEqual([])
  })
})

describe.concurrent('the key', () => {
  it('is masked before anything else is printed', async () => {
    const { log } = await step(account())

    expect(log.split('\n')[0]).toBe(`::add-mask::${KEY}`)
  })

  it('leaves the step nowhere when all goes well', async () => {
    expect(leaks(await step(account()))).toEqual([])
  })

  it('leaves the step nowhere when a refusal brings it back, plain and encoded', async () => {
    const emulator = account()
    const message = Object.entries(formsOf(KEY)).map(([form, key]) => `${form}=${key}`)
    const body = JSON.stringify({ request_id: KEY, code: KEY, message: message.join('&') })
    const headers = { 'content-type': 'application/json' }
    emulator.faults.push({ kind: 'status', status: 403, body, headers, times: FOREVER, when: isDelete })

    const stepped = await step(emulator)

    expect(stepped.exitCode).toBe(1)
    expect(stepped.log).toContain('HTTP 403 ***: plain=***&URL-encoded=***&form-encoded=***&base64=***')
    expect(leaks(stepped)).toEqual([])
  })

  it('leaves the step nowhere when the deployment object holds it, plain and encoded', async () => {
    const { plain, base64, base64url, ...encoded } = formsOf(KEY)
    const fields = { name: plain, creator: base64, modifier: base64url, model_name: Object.values(encoded).join(' ') }
    const emulator = account({ ...fields, fail_reason: `${Object.values(formsOf(KEY)).join(' ')} was rejected` })

    const stepped = await step(emulator)

    expect(stepped.outputs['status']).toBe('deleted')
    expect(JSON.parse(stepped.outputs['tombstone'] ?? '')).toMatchObject({ deployed_model: ID, name: '***' })
    expect(leaks(stepped)).toEqual([])
  })

  it('leaves the step nowhere when it has characters of Markdown and an error brings it back', async () => {
    const key = 'sk-e2e_9*a~q|$x'
    const emulator = account({}, { apiKeys: [{ key, workspace: 'llm-e2e' }] })
    const body = JSON.stringify({ code: 'AccessDenied', message: `The key ${key} may not.` })
    emulator.faults.push({ kind: 'status', status: 403, body, times: FOREVER, when: isDelete })

    const stepped = await step(emulator, { 'api-key': key })

    expect(stepped.log).toContain('The key *** may not.')
    expect(leaks(stepped, key)).toEqual([])
  })

  it('leaves the step nowhere when a plain text error brings it back', async () => {
    const emulator = account()
    const headers = { 'content-type': 'text/plain' }
    emulator.faults.push({ kind: 'status', status: 404, body: `no such key: ${KEY}`, headers, times: FOREVER })

    const stepped = await step(emulator)

    expect(stepped.exitCode).toBe(1)
    expect(leaks(stepped)).toEqual([])
  })
})
