import { describe, expect, it } from 'vitest'
import type { DeploymentSeed, InstanceSeed } from '../../../emulators/alibaba-model-studio.ts'
import { accepted, logOf, reserved } from './reserved.ts'
import { ID, studio } from './studio.ts'

const PREPAID: InstanceSeed = { instance_id: 'p1', charge_type: 'pre_paid' }
const SWEEP = { 'deployment-id': '', name: '*' }

describe('prepaid capacity', () => {
  it.each(['RUNNING', 'SUSPENDED', 'STOPPED', 'WAIT_PRE_PAID_BILLING_TO_DEPLOYING'])(
    'a pre_paid instance %s: refused with the way to the billing console, before anything is released',
    async (status) => {
      const account = reserved([{ instance_id: 'i1' }, { ...PREPAID, status }])
      const { ok, results } = await account.run({ allow: 'reservation, prepaid' })

      expect(ok).toBe(false)
      expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringMatching(/p1.*billing console/) }])
      expect(account.deletes()).toEqual([])
    },
  )

  it('a pre_paid instance on the second page: refused all the same, before anything is released', async () => {
    const many = Array.from({ length: 120 }, (_, index) => ({ instance_id: `i${index}` }))
    const account = reserved([...many, { ...PREPAID, created: 0 }])
    expect((await account.run()).results).toMatchObject([{ outcome: 'refused' }])
    expect(account.deletes()).toEqual([])
  })

  it('an instance whose charge type is not told: refused, because it may be prepaid', async () => {
    const account = reserved()
    const { results } = await account.runEdited((_, { output }) => {
      for (const record of output.records ?? []) delete record['charge_type']
    })
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('charge type unknown') }])
    expect(account.deletes()).toEqual([])
  })

  it('a pre_paid instance that FAILED and was never paid: released, deleted', async () => {
    const account = reserved([{ ...PREPAID, status: 'FAILED' }])
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(accepted(account)).toEqual(['p1'])
  })

  it('a pre_paid instance that FAILED and is paid all the same: refused, and no other one was released before', async () => {
    const account = reserved([{ instance_id: 'i1' }, { ...PREPAID, status: 'FAILED' }])
    // The list does not know what the billing does.
    const paid = account.world.instances(ID).find(({ id }) => id === 'p1')
    const { results } = await account.runEdited((_, { output }) => {
      if (paid !== undefined) paid.status = 'RUNNING'
      for (const record of output.records ?? []) if (record['instance_id'] === 'p1') record['status'] = 'FAILED'
    })
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('billing console') }])
    expect(accepted(account)).toEqual([])
  })

  it('all of it unsubscribed in the billing console: deleted', async () => {
    const account = reserved([PREPAID])
    account.world.unsubscribe(ID, 'p1')
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(account.releases()).toEqual([])
  })

  it('unsubscribed in the billing console and DELETING since: waited for, deleted', async () => {
    const account = reserved([PREPAID, { instance_id: 'i1' }])
    account.world.startOperation(ID, { type: 'DELETE', instanceId: 'p1', ms: 30_000 })
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(accepted(account)).toEqual(['i1'])
  })

  it('bought while the others were being released: refused, nothing more is released', async () => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    account.clock.at(3_000, () => account.world.addInstance(ID, PREPAID))
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('p1') }])
    expect(account.releases()).toHaveLength(1)
  })

  it('charge_type pre_paid of the reservation itself: refused without allow: prepaid, naming it', async () => {
    const account = reserved([], { deployment: { status: 'STOPPED', charge_type: 'pre_paid' } })
    const { results } = await account.run()
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining("'prepaid' to 'allow'") }])
    expect(account.deletes()).toEqual([])
  })

  it('charge_type pre_paid of the reservation itself, with both guards lifted and no instances: deleted', async () => {
    const account = reserved([], { deployment: { status: 'STOPPED', charge_type: 'pre_paid' } })
    expect((await account.run({ allow: 'reservation\nprepaid' })).outputs['status']).toBe('deleted')
  })
})

describe('other guards', () => {
  it('another workspace: refused, and its capacity is not even read', async () => {
    const account = reserved()
    const foreign = (output: Record<string, unknown>) => Object.assign(output, { workspace_id: 'llm-theirs' })
    const { results } = await account.runEdited((_, { output }) => foreign(output), { 'workspace-id': 'llm-emulated' })
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('llm-theirs') }])
    expect(account.deletes()).toEqual([])
    expect(account.emulator.requests.filter(({ path }) => path.includes('capacity'))).toEqual([])
  })

  it('protect: refused, nothing is released', async () => {
    const account = reserved()
    expect((await account.run({ protect: 'qwen-*' })).results).toMatchObject([{ outcome: 'refused' }])
    expect(account.deletes()).toEqual([])
  })
})

describe('a dry run', () => {
  it('names every instance that would be released, and sends nothing but reads', async () => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2', status: 'SUSPENDED' }])
    const acted = await account.run({ 'dry-run': 'true' })

    expect(acted.outputs['status']).toBe('planned')
    for (const text of [acted.summary, logOf(acted), acted.outputs['results']]) {
      expect(text).toContain('i1 (RUNNING)')
      expect(text).toContain('i2 (SUSPENDED)')
    }
    expect(acted.summary).toMatch(/would release.*i2 \(SUSPENDED\).*delete once it is STOPPED.*gone/)
    expect(account.deletes()).toEqual([])
  })

  it('with very many instances: names some and counts the others', async () => {
    const account = reserved(Array.from({ length: 30 }, (_, index) => ({ instance_id: `i${index}` })))
    const { results } = await account.run({ 'dry-run': 'true' })
    expect(results).toMatchObject([{ reason: expect.stringMatching(/30 capacity instances to release: .*21 more/) }])
  })

  it('of one whose instance is SCALING: says that this is waited for, and then released', async () => {
    const account = reserved([{ instance_id: 'i1', status: 'SCALING' }])
    const { summary } = await account.run({ 'dry-run': 'true' })
    expect(summary).toMatch(/SCALING.*wait.*release.*i1/)
  })

  it('with a prepaid instance: refused as in earnest', async () => {
    const account = reserved([{ instance_id: 'i1' }, PREPAID])
    const { ok, results } = await account.run({ 'dry-run': 'true' })
    expect([ok, results]).toMatchObject([false, [{ outcome: 'refused' }]])
  })
})

describe('a sweep', () => {
  it('without allow: reservation: kept, the plan names the input, and its capacity is not read', async () => {
    const account = reserved()
    const acted = await account.run({ ...SWEEP, allow: 'none' })

    expect(acted.ok).toBe(true)
    expect(acted.results).toMatchObject([{ outcome: 'kept', reason: expect.stringContaining("'allow: reservation'") }])
    expect(logOf(acted)).toContain("'allow: reservation'")
    expect(account.emulator.requests.filter(({ path }) => path.includes('capacity'))).toEqual([])
  })

  it('with allow: reservation: released and deleted', async () => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    const acted = await account.run(SWEEP)
    expect(acted.outputs['status']).toBe('deleted')
    expect(logOf(acted)).toContain('its capacity instances are released first')
    expect(accepted(account)).toHaveLength(2)
  })

  it('with allow: reservation and a prepaid instance: kept, with the way to the billing console', async () => {
    const account = reserved([{ instance_id: 'i1' }, PREPAID])
    const { ok, results } = await account.run(SWEEP)
    expect([ok, results]).toMatchObject([
      true,
      [{ outcome: 'kept', reason: expect.stringContaining('billing console') }],
    ])
    expect(account.deletes()).toEqual([])
  })

  it('with a prepaid instance bought after the first release: refused and not kept, because it is no longer whole', async () => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    account.clock.at(3_000, () => account.world.addInstance(ID, PREPAID))
    const { ok, results } = await account.run(SWEEP)
    expect([ok, results]).toMatchObject([false, [{ outcome: 'refused' }]])
  })

  it('of many: reservations and ordinary ones, each by its own sequence', async () => {
    const account = reserved([{ instance_id: 'i1' }])
    for (const name of ['a', 'b', 'c']) {
      account.world.seed({ deployed_model: name, plan: 'mu' })
      account.world.seed({ deployed_model: `${name}-ptu`, plan: 'ptu', instances: [{ instance_id: `${name}-i` }] })
    }
    const { outputs } = await account.run(SWEEP)
    expect([outputs['status'], outputs['deleted-count']]).toEqual(['deleted', '7'])
    expect(account.world.ids()).toEqual([])
    expect(accepted(account).toSorted()).toEqual(['a-i', 'b-i', 'c-i', 'i1'])
  })
})

describe('what is paid ahead, by whatever sign', () => {
  it('what is there and empty is no sign', async () => {
    const account = studio({ charge_type: '', pre_paid_instance_id: '', pre_paid_gmt_expired: '', pre_paid_info: {} })
    expect((await account.run()).results).toMatchObject([{ outcome: 'deleted' }])
  })

  it.each<[string, Partial<DeploymentSeed>]>([
    ['charge_type pre_paid', { charge_type: 'pre_paid' }],
    ['a charge_type that no document names', { charge_type: 'subscription' }],
    ['pre_paid_instance_id', { pre_paid_instance_id: 'sfm-1' }],
    ['pre_paid_gmt_expired', { pre_paid_gmt_expired: '2027-01-01T00:00:00' }],
    ['pre_paid_info', { pre_paid_info: { period: 1 } }],
    ['pre_paid_instance_id, without a charge_type', { omit: ['charge_type'], pre_paid_instance_id: 'sfm-1' }],
  ])('%s: stays, unless allow: prepaid, named by its ID and in a sweep', async (_sign, seed) => {
    const account = studio(seed)
    const { results } = await account.run()
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining("'allow: prepaid'") }])
    const { results: swept } = await account.run({ ...SWEEP, allow: 'none' })
    expect(swept).toMatchObject([{ outcome: 'kept', reason: expect.stringContaining("'allow: prepaid'") }])
    expect(account.deletes()).toEqual([])
    expect((await account.run({ allow: 'prepaid' })).outputs['status']).toBe('deleted')
  })

  it.each<[string, Partial<DeploymentSeed>]>([
    ['a missing charge_type', { omit: ['charge_type'] }],
    [
      'charge_type post_paid, and null in the fields of what is paid ahead,',
      { pre_paid_instance_id: null, pre_paid_gmt_expired: null, pre_paid_info: null },
    ],
  ])('%s alone is no sign: deleted', async (_what, seed) => {
    expect((await studio(seed).run()).outputs['status']).toBe('deleted')
  })
})

describe('allow: prepaid for ordinary deployments', () => {
  it('in a dry run: the plan says what may be lost', async () => {
    const { results, summary } = await studio({ charge_type: 'pre_paid' }).run({ 'dry-run': 'true', allow: 'prepaid' })
    expect(results).toMatchObject([
      { outcome: 'planned', reason: expect.stringMatching(/prepaid: what was paid.*lost/) },
    ])
    expect(summary).toContain('what was paid')
  })

  it('in a sweep: its plan says what may be lost', async () => {
    const acted = await studio({ charge_type: 'pre_paid' }).run({ ...SWEEP, allow: 'prepaid' })
    expect(logOf(acted)).toMatch(/matches 'name'; it is prepaid: what was paid.*lost/)
  })

  it('in earnest: deleted, and the log says what may be lost', async () => {
    const acted = await studio({ charge_type: 'pre_paid' }).run({ allow: 'prepaid' })
    expect(acted.outputs['status']).toBe('deleted')
    expect(logOf(acted)).toMatch(/prepaid: what was paid.*lost/)
  })
})
