import { describe, expect, it } from 'vitest'
import type { Fault, FaultKind } from '../../emulators/emulator.ts'
import type { Acted } from '../support/act.ts'
import { START } from '../support/clock.ts'
import { type Account, ago, alibabaAccount, basetenAccount, DAY, errorsOf, idsOf, sapAccount } from './accounts.ts'

const SELECTED = { name: 'pr-*', 'max-deletions': '1000' }

/** Accounts in which a sweep finds something on every page; then every part of what it has to read. */
const LISTS: readonly [string, () => Account, (path: string) => boolean][] = [
  ['Baseten: the models', baseten, (path) => path === '/v1/models'],
  ['Baseten: the deployments of one of several models', baseten, (path) => path === '/v1/models/m2/deployments'],
  ['Baseten: the environments of one of several models', baseten, (path) => path === '/v1/models/m2/environments'],
  ['SAP: the first page', sap, (path) => path.includes('/lm/deployments?') && path.includes('$skip=0')],
  ['SAP: the second page', sap, (path) => path.includes('/lm/deployments?') && path.includes('$skip=2000')],
  ['Alibaba: the first page', alibaba, (path) => path.includes('page_no=1&')],
  ['Alibaba: a page in between', alibaba, (path) => path.includes('page_no=2&')],
  ['Alibaba: the last page', alibaba, (path) => path.includes('page_no=3&')],
]

const FAULTS: readonly [string, FaultKind, RegExp][] = [
  ['500 for ever', { kind: 'status', status: 500 }, /HTTP 500/],
  ['503 for ever', { kind: 'status', status: 503 }, /HTTP 503/],
  ['429 for ever', { kind: 'status', status: 429 }, /HTTP 429/],
  ['403', { kind: 'status', status: 403, body: '{}' }, /denied access/],
  ['401', { kind: 'status', status: 401, body: '{}' }, /denied access/],
  ['404', { kind: 'status', status: 404, body: '{}' }, /404/],
  ['a redirect', { kind: 'status', status: 302, headers: { location: 'https://example.com/' } }, /302/],
  ['a page of HTML', { kind: 'html' }, /HTML page/],
  ['JSON of another shape', { kind: 'wrong-type' }, /not as documented/],
  ['an answer cut in the middle', { kind: 'truncated' }, /connection to .* failed|unreadable|not JSON/],
  ['an empty answer', { kind: 'status', status: 200 }, /not as documented/],
  ['a connection that breaks', { kind: 'reset-before' }, /ECONNRESET/],
  ['no answer at all', { kind: 'hang' }, /no answer from .* within/],
  ['an answer that never ends', { kind: 'slow' }, /no answer from .* within/],
]

describe.each(LISTS)('%s cannot be read: nothing is deleted, and the step fails saying why', (_part, open, isPart) => {
  it.each(FAULTS)('%s', async (_what, kind, cause) => {
    const account = open()
    account.emulator.faults.push(always(kind, isPart))

    const acted = await account.run({ ...SELECTED, timeout: '2h' })

    expect(failed(acted)).toEqual({ ok: false, status: 'failed', deleted: '0', results: [] })
    expect(account.asked()).toEqual([])
    expect(errorsOf(acted)).toHaveLength(1)
    expect(errorsOf(acted)[0]).toMatch(/^Nothing was deleted, because not everything could be read first: /)
    expect(errorsOf(acted)[0]).toMatch(cause)
  })
})

describe.each(LISTS)(
  '%s fails once and then answers: the sweep goes on as if nothing had been',
  (_part, open, isPart) => {
    it.each<[string, FaultKind]>([
      ['500', { kind: 'status', status: 500 }],
      ['429', { kind: 'status', status: 429 }],
      ['a page of HTML', { kind: 'html' }],
      ['JSON of another shape', { kind: 'wrong-type' }],
      ['a connection that breaks', { kind: 'reset-before' }],
    ])('%s', async (_what, kind) => {
      const [account, untouched] = [open(), open()]
      account.emulator.faults.push({ ...kind, when: ({ path }) => isPart(path) })

      const acted = await account.run({ ...SELECTED, 'dry-run': 'true' })

      expect(acted.ok).toBe(true)
      expect(idsOf(acted, 'planned')).toEqual(idsOf(await untouched.run({ ...SELECTED, 'dry-run': 'true' }), 'planned'))
      expect(idsOf(acted, 'planned').length).toBeGreaterThan(2)
    })
  },
)

describe('one entry of a list that is not as documented', () => {
  it.each<[string, () => Account]>([
    [
      'Baseten: a deployment that does not say whether it is production',
      () => {
        const account = baseten()
        account.world.addDeployment('m1', { name: 'pr-9', overrides: { is_production: undefined } })
        return account
      },
    ],
    [
      'Baseten: a deployment without a status',
      () => {
        const account = baseten()
        account.world.addDeployment('m1', { name: 'pr-9', overrides: { status: null } })
        return account
      },
    ],
    [
      'SAP: a deployment without a status',
      () => {
        const account = sap()
        const { id } = account.world.add({ configurationName: 'pr-9' })
        Object.assign(account.world.get(id) ?? {}, { status: null })
        return account
      },
    ],
    [
      'Alibaba: a deployment without an ID',
      () => {
        const account = alibaba()
        account.world.seed({ deployed_model: 'pr-9', omit: ['deployed_model'] })
        return account
      },
    ],
  ])('%s: nothing is deleted', async (_what, open) => {
    const account = open()
    const acted = await account.run(SELECTED)

    expect(failed(acted)).toEqual({ ok: false, status: 'failed', deleted: '0', results: [] })
    expect(errorsOf(acted)[0]).toContain('not as documented')
    expect(account.asked()).toEqual([])
  })
})

describe('access that is denied is never "nothing to delete"', () => {
  it.each<[string, () => Promise<Acted>]>([
    ['Baseten: a wrong key', () => baseten().run({ name: '*', 'api-key': 'wrong-key-012' })],
    ['SAP: a wrong resource group', () => sap().run({ name: '*', 'resource-group': 'nobody' })],
    ['SAP: a resource group that is answered with 404', () => sap(404).run({ name: '*', 'resource-group': 'nobody' })],
    ['Alibaba: a wrong key', () => alibaba().run({ name: '*', 'api-key': 'sk-wrong' })],
    ['Alibaba: an unknown workspace', () => alibaba().run({ name: '*', 'workspace-id': 'llm-nobody' })],
  ])('%s', async (_what, run) => {
    const acted = await run()
    expect(failed(acted)).toEqual({ ok: false, status: 'failed', deleted: '0', results: [] })
    expect(errorsOf(acted)[0]).toMatch(/^Nothing was deleted, .*Check '/)
  })
})

function failed({ ok, outputs, results }: Acted) {
  return { ok, status: outputs['status'], deleted: outputs['deleted-count'], results }
}

function always(kind: FaultKind, isPart: (path: string) => boolean): Fault {
  return { ...kind, when: ({ path }) => isPart(path), times: Number.POSITIVE_INFINITY }
}

function baseten() {
  const account = basetenAccount()
  for (const id of ['m1', 'm2']) {
    account.world.addModel({ id })
    for (const name of ['main', 'pr-1', 'pr-2']) {
      account.world.addDeployment(id, { name, createdAt: ago(DAY), production: name === 'main' })
    }
  }
  return account
}

function sap(unknownGroup: 403 | 404 = 403) {
  const account = sapAccount({ unknownGroup, maxTop: 2000, overMaxTop: 'clamp', countIsTotal: true })
  for (let index = 0; index < 2010; index++) {
    const configurationName = index % 1000 === 0 ? 'pr-1' : 'main'
    account.world.add({ id: `d${index}-0`, status: 'DEAD', configurationName, createdAt: ago(DAY) })
  }
  return account
}

function alibaba() {
  const account = alibabaAccount()
  for (let index = 0; index < 210; index++) {
    account.world.seed({ deployed_model: `${index % 100 === 0 ? 'pr' : 'qwen'}-${index}`, created: START - DAY })
  }
  return account
}
