import { describe, expect, it } from 'vitest'
import { errorFault, errorOf } from '../../../emulators/alibaba-model-studio.ts'
import { accepted, logOf, NEVER, onRelease, RESERVATION, reserved } from './reserved.ts'
import { ID } from './studio.ts'

const WHOLE_STORY = ['release-accepted', 'released', 'stopped', 'accepted', 'deleted']

describe('a reservation as it is seen, and the step', () => {
  it('without allow: reservation: refused, naming the input and the console, and nothing is asked for', async () => {
    const account = reserved()
    const { ok, results } = await account.run({ allow: 'none' })

    expect(ok).toBe(false)
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining("'allow: reservation'") }])
    expect(results).toMatchObject([{ reason: expect.stringContaining('console') }])
    expect(account.deletes()).toEqual([])
  })

  it.each([
    ['plan ptu', { plan: 'ptu' }],
    ['plan ptu_v2', { plan: 'ptu_v2' }],
    ['ptu_capacity without a plan', { plan: 'x', ptu_capacity: {} }],
    ['ptu_service_tier without a plan', { plan: 'x', ptu_service_tier: 'ptu_fast' }],
  ])('%s: released, STOPPED, deleted, confirmed gone', async (_by, deployment) => {
    const account = reserved([{ instance_id: 'i1' }], { deployment })
    const { ok, outputs, results } = await account.run()

    expect([ok, outputs['status'], outputs['deleted-ids']]).toEqual([true, 'deleted', JSON.stringify([ID])])
    expect(results).toMatchObject([{ outcome: 'deleted', tombstone: { deployed_model: ID, status: 'DELETING' } }])
    expect(account.events()).toEqual(WHOLE_STORY)
  })

  it('an ordinary deployment: its capacity instances are not asked for', async () => {
    const account = reserved([], { deployment: { plan: 'mu' } })
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(account.emulator.requests.filter(({ path }) => path.includes('capacity'))).toEqual([])
  })

  it('several instances: one release after another, each once the one before is over', async () => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }, { instance_id: 'i3' }])
    await account.run()

    const releases = ['release-accepted', 'released']
    expect(account.events()).toEqual([...releases, ...releases, ...releases, 'stopped', 'accepted', 'deleted'])
    expect(new Set(accepted(account))).toEqual(new Set(['i1', 'i2', 'i3']))
  })

  it.each(['RUNNING', 'SUSPENDED', 'FAILED', 'A_STATUS_OF_TOMORROW'])('an instance %s: released', async (status) => {
    const account = reserved([{ instance_id: 'i1', status }])
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(accepted(account)).toEqual(['i1'])
  })

  it('an instance STOPPED but not deleted: that is not released yet, so it is released', async () => {
    const account = reserved([{ instance_id: 'i1', status: 'STOPPED' }], { deployment: { status: 'STOPPED' } })
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(account.events()).toEqual(WHOLE_STORY)
  })

  it('instances released before: not released again', async () => {
    const account = reserved([{ instance_id: 'old', deleted: true }, { instance_id: 'i1' }])
    await account.run()
    expect(account.releases().map(({ instance }) => instance)).toEqual(['i1'])
  })

  it.each(['RUNNING', 'FAILED', 'UPDATING_FAILED', 'ARREARS_DOWN', 'STOPPED', 'A_STATUS_OF_TOMORROW'])(
    'the reservation %s: its instance is released',
    async (status) => {
      const account = reserved([{ instance_id: 'i1' }], { deployment: { status } })
      expect((await account.run()).outputs['status']).toBe('deleted')
      expect(account.events()).toEqual(WHOLE_STORY)
    },
  )

  it('no instances and STOPPED: DELETE at once', async () => {
    const account = reserved([], { deployment: { status: 'STOPPED' } })
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(account.calls().slice(0, 3)).toEqual(['GET 200', 'GET 200', 'DELETE 200'])
  })

  it.each(['DELETING', 'OFFLINING'])(
    'the reservation %s: no release and no DELETE, polled until NotFound',
    async (status) => {
      const account = reserved([{ instance_id: 'i1' }], { deployment: { status } })
      expect((await account.run()).outputs['status']).toBe('deleted')
      expect(account.deletes()).toEqual([])
      expect(account.emulator.requests.filter(({ path }) => path.includes('/capacity-'))).toEqual([])
    },
  )
})

describe('states in between: waited for', () => {
  const MOVING = ['STOPPING', 'SUSPENDING', 'SCALING', 'STARTING', 'RECOVERING', 'WAIT_TO_DEPLOY', 'DELETING']

  it.each(MOVING)('an instance %s: nothing is released until that is over', async (status) => {
    const account = reserved([{ instance_id: 'i1', status }, { instance_id: 'i2' }])
    const [first] = account.world.instances(ID)
    account.clock.at(20_000, () => {
      if (first !== undefined) first.status = 'RUNNING'
    })
    const { outputs } = await account.run()

    expect(outputs['status']).toBe('deleted')
    const [release] = account.deletes()
    expect((release?.at ?? 0) - account.clock.now() + account.clock.elapsed()).toBeGreaterThanOrEqual(20_000)
  })

  it.each([
    ...MOVING.filter((status) => status !== 'DELETING'),
    'PENDING',
    'DEPLOYING',
    'UPDATING',
    'WAIT_PRE_PAID_BILLING_TO_DEPLOYING',
    'WAIT_PRE_PAID_BILLING_TO_SCALING',
  ])('the reservation %s: nothing is released until that is over', async (status) => {
    const account = reserved([{ instance_id: 'i1' }], { deployment: { status } })
    account.clock.at(20_000, () => account.world.setStatus(ID, 'RUNNING'))
    expect((await account.run()).outputs['status']).toBe('deleted')

    const [release] = account.deletes()
    expect((release?.at ?? 0) - account.clock.now() + account.clock.elapsed()).toBeGreaterThanOrEqual(20_000)
  })

  it.each(['STOPPING', 'SUSPENDING', 'SCALING'])('%s for ever: timed out, naming the state', async (stoppingStatus) => {
    const account = reserved([{ instance_id: 'i1' }], { stoppingStatus, stopMs: NEVER })
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'timed-out', reason: expect.stringContaining(stoppingStatus) }])
    expect(account.deletions()).toEqual([])
  })

  it.each(['RUNNING', 'FAILED', 'SUSPENDED', 'A_STATUS_OF_TOMORROW'])(
    'no instances, but %s and not STOPPED: waited for five minutes, then failed without DELETE',
    async (status) => {
      const account = reserved([], { deployment: { status } })
      const { ok, results } = await account.run()

      expect(ok).toBe(false)
      expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('not STOPPED') }])
      expect(account.deletes()).toEqual([])
      expect(account.clock.elapsed()).toBeGreaterThanOrEqual(300_000)
    },
  )

  it('no instances, RUNNING and then STOPPED: deleted', async () => {
    const account = reserved([], { deployment: { status: 'RUNNING' } })
    account.clock.at(30_000, () => account.world.setStatus(ID, 'STOPPED'))
    expect((await account.run()).outputs['status']).toBe('deleted')
  })

  it('DELETE comes only after the last release is over and the reservation is STOPPED', async () => {
    const account = reserved([{ instance_id: 'i1' }], { releaseMs: 40_000, stopMs: 40_000 })
    expect((await account.run()).outputs['status']).toBe('deleted')

    expect(account.events()).not.toContain('refused')
    expect(account.deletions()).toHaveLength(1)
  })

  it('wait: false: releases and the stop are waited for, the end of DELETE is not', async () => {
    const account = reserved([{ instance_id: 'i1' }], { deleteMs: NEVER })
    const { ok, outputs } = await account.run({ wait: 'false' })

    expect([ok, outputs['status']]).toEqual([true, 'accepted'])
    expect(account.events()).toEqual(['release-accepted', 'released', 'stopped', 'accepted'])
  })
})

describe('the list of capacity instances', () => {
  it('all pages of 100, without those released before', async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `i${index}`)
    const account = reserved([
      { instance_id: 'old', deleted: true },
      ...ids.map((id) => ({ instance_id: id, releaseMs: 0 })),
    ])
    expect((await account.run()).outputs['status']).toBe('deleted')

    const lists = account.emulator.requests.filter(({ path }) => path.includes('capacity-instances?'))
    expect(new Set(lists.map(({ path }) => path))).toEqual(
      new Set(
        [1, 2].map((page) => `${RESERVATION}/capacity-instances?include_deleted=false&page_no=${page}&page_size=100`),
      ),
    )
    expect(new Set(accepted(account))).toEqual(new Set(ids))
  })

  it('instances that show deleted: true there all the same: not released again, and no DELETE while they are listed', async () => {
    const account = reserved([{ instance_id: 'old', deleted: true }], { deployment: { status: 'STOPPED' } })
    const { results } = await account.runEdited((request, { output }) => {
      if (!request.url.includes('capacity-instances')) return
      const record = { instance_id: 'old', status: 'STOPPED', deleted: true, charge_type: 'post_paid' }
      Object.assign(output, { records: [record], items: 1 })
    })

    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('still listed') }])
    expect(account.deletes()).toEqual([])
  })

  it.each([
    ['no records, but items', { records: [], items: 3 }],
    ['more pages than anybody has', { records: [], items: 1_000_000 }],
    ['records without items', { records: [], items: undefined }],
    ['items that are no number', { records: [], items: '0' }],
    ['no records at all', { records: undefined, items: 0 }],
    ['a record without an ID', { records: [{ status: 'RUNNING' }], items: 1 }],
  ])('%s: half a list is none, so nothing is released or deleted', async (_what, page) => {
    const account = reserved([], { deployment: { status: 'STOPPED' } })
    const { ok, results } = await account.runEdited((request, { output }) => {
      if (request.url.includes('capacity-instances')) Object.assign(output, page)
    })

    expect([ok, results]).toMatchObject([false, [{ outcome: 'timed-out' }]])
    expect(account.deletes()).toEqual([])
    expect(account.emulator.requests.length).toBeLessThan(200)
  })
})

describe('MODEL_CODE_DELETED', () => {
  const gone = errorFault(errorOf('MODEL_CODE_DELETED'), { when: ({ method }) => method === 'DELETE' })

  it('on DELETE, and GET finds it no more: already gone', async () => {
    const account = reserved([], { deployment: { status: 'STOPPED' } })
    account.emulator.faults.push({
      ...gone,
      when: ({ method }) => {
        if (method === 'DELETE') account.world.remove(ID)
        return method === 'DELETE'
      },
    })
    expect((await account.run()).outputs['status']).toBe('already-gone')
    expect(account.deletes()).toHaveLength(1)
  })

  it('on DELETE, and GET still shows it: asked for ever more rarely, never called deleted', async () => {
    const account = reserved([], { deployment: { status: 'STOPPED' } })
    account.emulator.faults.push({ ...gone, times: NEVER })
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'timed-out', reason: expect.stringContaining('last seen STOPPED') }])
    expect(account.deletes().length).toBeLessThan(8)
  })

  it('on a release, because somebody else deleted it all: already gone', async () => {
    const account = reserved()
    account.emulator.faults.push({
      ...gone,
      when: (request) => {
        if (onRelease(request)) account.world.remove(ID)
        return onRelease(request)
      },
    })
    const acted = await account.run()

    expect(acted.outputs['status']).toBe('already-gone')
    expect(logOf(acted)).toContain('disappeared before this run deleted it')
  })
})
