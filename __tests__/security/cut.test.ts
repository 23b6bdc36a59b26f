import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createBasetenEmulator } from '../../emulators/baseten.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { readText } from '../../src/http/response.ts'
import type { Transport } from '../../src/http/transport.ts'
import { redacted } from '../../src/lib/redaction.ts'
import type { TargetEvent } from '../../src/providers/history.ts'
import { summaryOf } from '../../src/report/summary.ts'
import { createSecrets } from '../../src/runner/secrets.ts'
import { onRelease, reserved } from '../providers/alibaba-model-studio/reserved.ts'
import { EXCHANGE, NOON, reportOf, result } from '../report/results.ts'
import { type Acted, type ActOptions, act } from '../support/act.ts'
import { fakeClock } from '../support/clock.ts'
import { transportTo } from '../support/transport.ts'

const KEY = `sk-${'0123456789'.repeat(12)}-end`

/** No piece of the secret of eight characters or more. */
function expectNoPiece(text: string, secret: string): void {
  for (let at = 0; at + 8 <= secret.length; at++) expect(text).not.toContain(secret.slice(at, at + 8))
}

/** All that a run leaves behind. */
function everything({ outputs, report, log, debug, summary }: Acted): string {
  return [JSON.stringify([outputs, report]), ...log, ...debug, summary].join('\n')
}

function hex(code: number): string {
  return code.toString(16).padStart(4, '0')
}

/** An account whose key is the secret, with one deployment that may go. */
function account() {
  const clock = fakeClock()
  const baseten = createBasetenEmulator({ now: clock.now, apiKeys: [KEY] })
  baseten.world.addModel({ id: 'm1' })
  baseten.world.addDeployment('m1', { id: 'live', name: 'main', production: true })
  baseten.world.addDeployment('m1', { id: 'd1', name: 'pr-1' })
  const run = (inputs: Readonly<Record<string, string>>, more: Partial<ActOptions> = {}) =>
    act({
      inputs: { provider: 'baseten', 'model-id': 'm1', 'api-key': KEY, ...inputs },
      emulators: { 'https://api.baseten.co': baseten },
      clock,
      ...more,
    })
  return { baseten, run }
}

describe('a secret at the very place where a text is cut', () => {
  it('in a request ID: nothing is left of it', async () => {
    const baseten = createBasetenEmulator({ apiKeys: [KEY] })
    const honest = transportTo({ 'https://api.baseten.co': baseten })
    const { outputs, log, debug, report, summary } = await act({
      inputs: { provider: 'baseten', 'model-id': 'm1', 'deployment-id': 'd1', 'api-key': KEY, 'if-not-found': 'fail' },
      transport: async (request) => {
        const answer = await honest(request)
        return { ...answer, headers: { ...answer.headers, 'x-request-id': `r-${KEY}` } }
      },
    })
    expect(debug.join('\n')).toContain('r-***')
    expectNoPiece([JSON.stringify([outputs, report]), ...log, ...debug, summary].join('\n'), KEY)
  })

  it('in the refusal of a token: nothing is left of it', async () => {
    const clock = fakeClock()
    const sap = createSapEmulator({ now: clock.now })
    const origin = 'https://api.ai.hana.ondemand.com'
    for (const before of [270, 285, 290, 295]) {
      const body = JSON.stringify({
        error: 'invalid_client',
        error_description: `${'-'.repeat(before)}${DEFAULT_CLIENT.clientsecret} is wrong`,
      })
      sap.faults.push({ kind: 'status', status: 401, body, when: ({ path }) => path === '/oauth/token' })
      const { outputs, log, summary } = await act({
        inputs: {
          provider: 'sap-ai-core',
          'deployment-id': 'd748fdae9f88a9b0',
          'service-key': JSON.stringify(sapServiceKey(origin, DEFAULT_CLIENT)),
        },
        emulators: { [origin]: sap },
        clock,
      })
      expect(log.join('\n')).toContain('invalid_client')
      expectNoPiece([JSON.stringify(outputs), ...log, summary].join('\n'), DEFAULT_CLIENT.clientsecret)
    }
  })

  it('in an ID that the summary has in a table: nothing is left of it', async () => {
    const acted = await account().run({ 'deployment-id': `${KEY},d2` })
    expect(acted.results).toMatchObject([{ id: '***', outcome: 'already-gone' }, { id: 'd2' }])
    expectNoPiece(everything(acted), KEY)
  })

  it.each([
    ['at once', KEY],
    ['with every character escaped', [...KEY].map((each) => `\\u${hex(each.charCodeAt(0))}`).join('')],
    ['with some characters escaped', KEY.replaceAll('7', '\\u0037')],
    ['with characters escaped that need not be', KEY.replaceAll('-', '\\u002D')],
  ])('in the words of a refusal, %s: nothing is left of it', async (_how, echoed) => {
    const { baseten, run } = account()
    for (const before of [200, 270, 290]) {
      const body = `{"code":"X","message":"${'-'.repeat(before)} ${echoed} is wrong"}`
      baseten.faults.push({ kind: 'status', status: 418, body, when: ({ method }) => method === 'DELETE' })
      const acted = await run({ 'deployment-id': 'd1' })
      expect(acted.log.join('\n')).toContain('answered HTTP 418')
      expectNoPiece(everything(acted), KEY)
    }
  })

  it('in the failure of an operation: nothing is left of it', async () => {
    const studio = reserved([{ instance_id: 'i1' }])
    const escaped = [...KEY].map((each) => `\\u${hex(each.charCodeAt(0))}`).join('')
    const body = `{"output":{"operation_id":"1","operation_status":"FAILED","error_message":"${'-'.repeat(260)} ${escaped}"}}`
    studio.emulator.faults.push({ kind: 'status', status: 200, body, times: 20, when: onRelease })
    const acted = await studio.run({}, { env: { BASETEN_API_KEY: KEY } })
    expect(acted.log.join('\n')).toContain('operation 1')
    expectNoPiece(everything(acted), KEY)
  })

  it('escaped in a list, where it is the name of something: nothing is left of it', async () => {
    const { baseten, run } = account()
    const honest = transportTo({ 'https://api.baseten.co': baseten })
    const name = `${'-'.repeat(60)}${KEY.replaceAll('7', '\\u0037')}`
    const transport: Transport = async (request) => {
      const answer = await honest(request)
      const text = (await readText(answer.body, {}, 1_000_000)).replaceAll('"pr-1"', `"${name}"`)
      return { ...answer, body: Readable.from([Buffer.from(text)]) }
    }
    const acted = await run({ name: '*', 'dry-run': 'true' }, { transport })
    expect(acted.summary).toContain('-'.repeat(60))
    expectNoPiece(everything(acted), KEY)
  })

  it('in a name that tables and the chart of the summary have: nothing is left of it', () => {
    const { add, redact } = createSecrets(() => undefined)
    add(KEY)
    const act = { at: NOON, until: NOON + 50, action: { verb: 'delete', final: true } } as const
    const history: TargetEvent[] = [
      { ...act, type: 'requested', actionResult: { result: 'accepted', exchange: EXCHANGE } },
    ]
    const named = (id: string) => result('deleted', id, { name: `${id}-${KEY}`, history })
    const report = reportOf([named('a'), named('b')])
    expect(summaryOf(report, '').match(/sk-0123456789/g)?.length).toBeGreaterThan(4)
    const summary = summaryOf(redacted(report, redact), '')
    expect(summary).toContain('```mermaid')
    expectNoPiece(summary, KEY)
  })
})

describe('a secret that is also a word of ours', () => {
  it.each(['refused', 'not-found', 'delete', 'baseten'])('%s: the verdict is what it is', async (word) => {
    const clock = fakeClock()
    const baseten = createBasetenEmulator({ now: clock.now })
    baseten.world.addModel({ id: 'm1' })
    baseten.world.addDeployment('m1', { id: 'live', name: 'main', production: true })
    baseten.world.addDeployment('m1', { id: 'pr', name: 'pr-1' })
    const { ok, outputs, log } = await act({
      inputs: { provider: 'baseten', 'api-key': 'emulated-baseten-key', 'model-id': 'm1', 'deployment-id': 'live,pr' },
      clock,
      emulators: { 'https://api.baseten.co': baseten },
      env: { http_proxy: `http://ci:${word}@proxy.example:3128` },
    })
    // Where the word is taken out of the tombstone, nobody can say that the deletion was accepted.
    const deleted = word === 'delete' ? '0' : '1'
    expect([ok, outputs['deleted-count'], outputs['failed-count']]).toEqual([false, deleted, '1'])
    expect(log.join('\n')).not.toContain('unexpectedly')
  })
})
