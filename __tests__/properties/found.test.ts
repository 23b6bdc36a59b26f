import { describe, expect, it } from 'vitest'
import { createAlibabaEmulator } from '../../emulators/alibaba-model-studio.ts'
import { createBasetenEmulator } from '../../emulators/baseten.ts'
import type { Emulator, RecordedRequest } from '../../emulators/emulator.ts'
import { createSapEmulator, DEFAULT_CLIENT, type SapOptions, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { commentOf } from '../../src/report/comment.ts'
import { reportOf, result } from '../report/results.ts'
import { type Acted, act } from '../support/act.ts'
import { fakeClock, START } from '../support/clock.ts'

/** What the properties of this folder have found, each as the smallest story that showed it. */

const SAP = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'
const ALIBABA = 'https://dashscope-intl.aliyuncs.com'
const BASETEN = 'https://api.baseten.co'

function tenant(options: SapOptions = {}) {
  const clock = fakeClock()
  const sap = createSapEmulator({ ...options, now: clock.now })
  const key = JSON.stringify(sapServiceKey(SAP, DEFAULT_CLIENT))
  const run = (inputs: Readonly<Record<string, string>>) =>
    act({ inputs: { provider: 'sap-ai-core', 'service-key': key, ...inputs }, clock, emulators: { [SAP]: sap } })
  return { sap, clock, run }
}

function studio(cancelled?: AbortSignal) {
  const clock = fakeClock()
  const alibaba = createAlibabaEmulator({ now: clock.now })
  const run = (inputs: Readonly<Record<string, string>>) =>
    act({
      inputs: { provider: 'alibaba-model-studio', 'api-key': 'sk-emulated', ...inputs },
      clock,
      emulators: { [ALIBABA]: alibaba },
      ...(cancelled === undefined ? {} : { cancelled }),
    })
  return { alibaba, clock, run }
}

const outcomes = ({ results }: Acted) => results.map(({ id, outcome }) => `${id} ${outcome}`)
const ago = (minutes: number) => new Date(START - minutes * 60_000).toISOString()
/** The list that is asked for where GET finds nothing. */
const isProof = ({ path }: RecordedRequest) => path.includes('/lm/deployments?')
const writesTo = ({ requests }: Emulator) =>
  requests.filter(({ method, path }) => method !== 'GET' && !path.includes('oauth'))

describe('SAP AI Core', () => {
  it('a new deployment that lists show and GET does not find yet is not said to be deleted', async () => {
    const { sap, run } = tenant()
    const behaviour = { hiddenMs: 20_000 }
    sap.world.add({ id: 'new1', status: 'UNKNOWN', configurationName: 'pr-1', createdAt: ago(1), behaviour })
    const acted = await run({ name: 'pr-*' })
    expect(outcomes(acted)).toEqual(['new1 deleted'])
    expect(sap.world.has('new1')).toBe(false)
    expect(sap.world.events.map(({ what }) => what)).toContain('accepted')
  })

  it('a DELETE that is answered about nothing, or about another deployment, is not accepted', async () => {
    for (const body of ['{"count":0,"resources":null}', '{"id":"another","message":"Deletion scheduled"}']) {
      const { sap, run } = tenant()
      sap.world.add({ id: 'dead', status: 'DEAD', createdAt: ago(60) })
      const headers = { 'content-type': 'application/json' }
      sap.faults.push({
        kind: 'status',
        status: 202,
        body,
        headers,
        times: 99,
        when: ({ method }) => method === 'DELETE',
      })
      const acted = await run({ 'deployment-id': 'dead', wait: 'false' })
      expect(outcomes(acted)).toEqual(['dead failed'])
    }
  })

  it('a gateway that says yes to everything does not prove that the resource group is still there', async () => {
    const { sap, clock, run } = tenant({ unknownGroup: 404 })
    sap.world.add({ id: 'dead', status: 'DEAD', createdAt: ago(60), behaviour: { deleteMs: 60_000 } })
    clock.at(3_000, () => sap.world.resourceGroups.delete('default'))
    const headers = { 'content-type': 'application/json' }
    sap.faults.push({ kind: 'status', status: 201, body: '{"ok":true}', headers, times: 99, when: isProof })
    expect(outcomes(await run({ 'deployment-id': 'dead', timeout: '40s' }))).toEqual(['dead timed-out'])
    expect(sap.world.has('dead')).toBe(true)
  })

  it('an access token that cannot be one is told as such, and not as a broken connection', async () => {
    const { sap, run } = tenant()
    const body = JSON.stringify({ access_token: 'to\nken', expires_in: 7199 })
    sap.faults.push({ kind: 'status', status: 200, body, times: 99, when: ({ path }) => path === '/oauth/token' })
    const { results } = await run({ 'deployment-id': 'd748' })
    expect(results[0]).toMatchObject({ outcome: 'timed-out', reason: expect.stringContaining('access_token') })
  })
})

describe('a look that is outdated when its turn comes is taken again', () => {
  it('one slow answer holds up all that were looked at together', async () => {
    const { alibaba, clock, run } = studio()
    alibaba.world.seed(
      { deployed_model: 'a', created: START - 60_000 },
      { deployed_model: 'b', created: START - 60_000 },
    )
    alibaba.faults.push({ kind: 'hang', when: ({ path }) => path.endsWith('/b') })
    // While the answer about b is waited for, a becomes another deployment.
    clock.at(5_000, () => alibaba.world.recreate('a'))
    expect(outcomes(await run({ 'deployment-id': 'a,b' }))).toEqual(['a refused', 'b deleted'])
    expect(alibaba.world.has('a')).toBe(true)
  })

  it('what was shown counts although the look came to nothing: another one under the same ID is left alone', async () => {
    const { alibaba, clock, run } = studio()
    alibaba.world.seed({ deployed_model: 'a', plan: 'ptu', created: START - 60_000 })
    alibaba.faults.push({ kind: 'wrong-type', when: ({ path }) => path.includes('/capacity-instances') })
    clock.at(1, () => alibaba.world.recreate('a'))
    expect(outcomes(await run({ 'deployment-id': 'a', allow: 'reservation' }))).toEqual(['a refused'])
    expect(writesTo(alibaba)).toEqual([])
  })

  it('a 429 for one request holds back all others', async () => {
    const { alibaba, clock, run } = studio()
    const ids = ['a', 'b', 'c', 'd', 'e']
    alibaba.world.seed(...ids.map((deployed_model) => ({ deployed_model, created: START - 60_000 })))
    const headers = { 'retry-after': '60' }
    alibaba.faults.push({ kind: 'status', status: 429, headers, times: 4, when: ({ method }) => method === 'DELETE' })
    clock.at(10_000, () => alibaba.world.recreate('e'))
    const acted = await run({ 'deployment-id': ids.join(',') })
    expect(outcomes(acted)).toEqual(['a deleted', 'b deleted', 'c deleted', 'd deleted', 'e refused'])
    expect(alibaba.world.ids()).toEqual(['e'])
  })
})

describe('what a write was decided on is looked at again where something else had to be fetched before it', () => {
  it('a token that was refused, and whose successor is slow to come', async () => {
    const { sap, clock, run } = tenant()
    sap.world.add({ id: 'd748', status: 'UNKNOWN', createdAt: ago(60) })
    sap.faults.push(
      { kind: 'status', status: 401, body: '{}', when: ({ method }) => method === 'DELETE' },
      { kind: 'hang', when: ({ path }) => path === '/oauth/token' && writesTo(sap).length > 0 },
    )
    clock.at(5_000, () => sap.world.change('d748', { status: 'RUNNING' }))
    expect(outcomes(await run({ 'deployment-id': 'd748' }))).toEqual(['d748 deleted'])
    expect(writesTo(sap).map(({ method, status }) => `${method} ${status}`)).toEqual([
      'DELETE 401',
      'PATCH 202',
      'DELETE 202',
    ])
  })
})

describe('the end of a step', () => {
  it('a deletion that was held back is not sent any more once the step is cancelled', async () => {
    const cancel = new AbortController()
    const { alibaba, clock, run } = studio(cancel.signal)
    const ids = ['a', 'b', 'c', 'd', 'e']
    alibaba.world.seed(...ids.map((deployed_model) => ({ deployed_model, created: START - 60_000 })))
    const headers = { 'retry-after': '1' }
    alibaba.faults.push({ kind: 'status', status: 429, headers, times: 4, when: ({ method }) => method === 'DELETE' })
    clock.at(500, () => cancel.abort())
    const acted = await run({ 'deployment-id': ids.join(',') })
    expect(acted.results.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'cancelled'))
    expect(writesTo(alibaba)).toHaveLength(4)
  })

  it('a list that is asked for again does not outlast the deadline', async () => {
    const clock = fakeClock()
    const baseten = createBasetenEmulator({ now: clock.now })
    baseten.faults.push({ kind: 'wrong-type', times: 99 })
    const inputs = { provider: 'baseten', 'api-key': 'emulated-baseten-key', name: '*', timeout: '1s' }
    const { ms, ok } = await act({ inputs, clock, emulators: { [BASETEN]: baseten } })
    expect({ ok, isInTime: ms <= 1_000 }).toEqual({ ok: false, isInTime: true })
  })
})

describe('IDs from a list', () => {
  it.each(['production', 'development', '.', '..', '', '\ud800'])(
    '%j addresses something else, or nothing: no write is sent',
    async (id) => {
      const clock = fakeClock()
      const baseten = createBasetenEmulator({ now: clock.now })
      baseten.world.addModel({ id: 'm1' })
      baseten.world.addDeployment('m1', { id: 'live', name: 'main', production: true })
      baseten.world.addDeployment('m1', { id, name: 'pr-1' })
      const inputs = { provider: 'baseten', 'api-key': 'emulated-baseten-key', name: 'pr-*' }
      const acted = await act({ inputs, clock, emulators: { [BASETEN]: baseten } })
      expect(acted.results.map(({ outcome, reason }) => `${outcome}: ${reason}`)).toEqual([
        `failed: '${id}' cannot be an ID`,
      ])
      expect(writesTo(baseten)).toEqual([])
    },
  )
})

describe('a comment', () => {
  it('GH-1 in a name is no reference to an issue', () => {
    const report = reportOf([result('failed', 'd1', { name: 'fixes GH-1', reason: 'see gh-12' })])
    expect(commentOf(report, report.results, 'https://github.com/o/r/actions/runs/1')).not.toMatch(/gh-\d/i)
  })
})
