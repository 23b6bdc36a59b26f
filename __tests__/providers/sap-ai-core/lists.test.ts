import { describe, expect, it } from 'vitest'
import { ID, OLD, tenant } from './setup.ts'

const SWEEP = { 'deployment-id': '', name: 'pr-*' }
/** A server that gives less at once than it is asked for, and says how many there are. */
const SHORT_PAGES = { maxTop: 2000, overMaxTop: 'clamp', countIsTotal: true } as const
const lists = (paths: readonly string[], kind: string) => paths.filter((path) => path.startsWith(`/v2/lm/${kind}?`))

describe('SAP AI Core, lists', () => {
  it('a sweep reads every page before it deletes anything', async () => {
    const { sap, run, api } = tenant({ stopMs: 100, deleteMs: 100, ...SHORT_PAGES })
    for (let at = 0; at < 4000; at++) sap.world.add({ id: `keep-${at}`, status: 'STOPPED', configurationName: 'main' })
    sap.world.add({ id: ID, status: 'STOPPED', createdAt: OLD, configurationName: 'pr-42' })

    const { outputs } = await run(SWEEP)

    expect(outputs['deleted-ids']).toBe(`["${ID}"]`)
    const before = api().slice(
      0,
      api().findIndex(({ method }) => method !== 'GET'),
    )
    const pages = lists(
      before.map(({ path }) => path),
      'deployments',
    )
    expect(new Set(pages).size).toBe(3)
  })

  it.each([true, false])("the list's own count is not relied on (it is the total: %s)", async (countIsTotal) => {
    const { sap, run } = tenant({ countIsTotal })
    for (const id of ['d-one', 'd-two'])
      sap.world.add({ id, status: 'STOPPED', configurationName: 'pr-1', createdAt: OLD })

    expect((await run(SWEEP)).outputs['deleted-count']).toBe('2')
  })

  it('a missing configuration name is looked up, not guessed', async () => {
    const { sap, run, api } = tenant()
    for (const name of ['pr-7', 'main']) {
      const { id } = sap.world.addConfiguration({ name })
      sap.world.add({
        id: `d-${name}`,
        status: 'STOPPED',
        configurationId: id,
        configurationName: null,
        createdAt: OLD,
      })
    }

    const { outputs } = await run(SWEEP)

    expect(outputs['deleted-ids']).toBe('["d-pr-7"]')
    expect(
      lists(
        api().map(({ path }) => path),
        'configurations',
      ),
    ).not.toEqual([])
    expect(sap.world.has('d-main')).toBe(true)
  })

  it('the shared orchestration deployment is kept in a sweep that matches it', async () => {
    const { sap, run, writes } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', configurationName: 'defaultOrchestrationConfig', createdAt: OLD })
    sap.world.add({
      id: 'd-two',
      status: 'RUNNING',
      scenarioId: 'orchestration',
      configurationName: 'x',
      createdAt: OLD,
    })

    const { outputs } = await run({ ...SWEEP, name: '*', 'older-than': '1h' })

    expect(outputs).toMatchObject({ status: 'nothing-to-delete', 'kept-count': '2' })
    expect(writes()).toEqual([])
  })

  it.each([403, 404] as const)(
    'a sweep of a wrong resource group (%s): failed, never "nothing to delete"',
    async (unknownGroup) => {
      const { sap, run } = tenant({ unknownGroup })
      sap.world.add({ id: ID, status: 'RUNNING', configurationName: 'pr-1', createdAt: OLD })

      const { ok, outputs } = await run({ ...SWEEP, 'resource-group': 'typo' })

      expect(ok).toBe(false)
      expect(outputs['status']).toBe('failed')
    },
  )

  it.each([
    ['an HTML page', { kind: 'html' as const }],
    ['of another shape', { kind: 'wrong-type' as const }],
    ['403', { kind: 'status' as const, status: 403 }],
    ['503', { kind: 'status' as const, status: 503 }],
  ])('a list that is %s for ever: timed out, never "nothing to delete"', async (_name, fault) => {
    const { sap, run, writes } = tenant()
    sap.world.add({ id: ID, status: 'STOPPED', configurationName: 'pr-1', createdAt: OLD })
    sap.faults.push({ ...fault, times: 999, when: ({ path }) => path.startsWith('/v2') })

    expect((await run(SWEEP)).outputs['status']).toBe('failed')
    expect(writes()).toEqual([])
  })

  it('an entry of somebody else that is not as documented does not keep one alone from being confirmed', async () => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'DEAD', createdAt: OLD })
    const odd = { id: 'd-odd', configurationId: 'c', createdAt: OLD, modifiedAt: OLD }
    const answer = { kind: 'status', status: 200, headers: { 'content-type': 'application/json' } } as const
    const body = JSON.stringify({ count: 1, resources: [odd] })
    sap.faults.push({ ...answer, body, times: 9, when: ({ path }) => path.includes('/lm/deployments?') })

    expect((await run({ 'deployment-id': ID })).outputs['status']).toBe('deleted')
    expect(sap.world.has(ID)).toBe(false)
  })

  it('many targets: a list in one answer looks at all of them, and GET agrees about each at its end', async () => {
    const { sap, run, api } = tenant()
    const ids = Array.from({ length: 12 }, (_, at) => `d-many-${at}`)
    for (const id of ids) sap.world.add({ id, status: 'RUNNING', createdAt: OLD })

    const { outputs } = await run({ 'deployment-id': ids.join(',') })

    expect(outputs['deleted-count']).toBe('12')
    expect(ids.some((id) => sap.world.has(id))).toBe(false)
    const gets = api().filter(({ method, path }) => method === 'GET' && /\/d-many-\d+$/.test(path))
    expect(gets.map(({ status }) => status)).toEqual(Array(12).fill(404))
  })

  it('many targets in a list of several pages: only GET by ID proves that one is gone', async () => {
    const { sap, run, api } = tenant({ stopMs: 100, deleteMs: 100, ...SHORT_PAGES })
    for (let at = 0; at < 2500; at++) sap.world.add({ id: `keep-${at}`, status: 'STOPPED', configurationName: 'main' })
    const ids = Array.from({ length: 5 }, (_, at) => `d-many-${at}`)
    for (const id of ids) sap.world.add({ id, status: 'STOPPED', createdAt: OLD })

    const { outputs } = await run({ 'deployment-id': ids.join(',') })

    expect(outputs['deleted-count']).toBe('5')
    for (const id of ids) {
      expect(api().some(({ path, status }) => path.endsWith(`/${id}`) && status === 404)).toBe(true)
    }
  })
})
