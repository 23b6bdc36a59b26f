import { describe, expect, it } from 'vitest'
import { runStep, type StepEnd } from '../../demo/runner.ts'
import {
  type AlibabaEmulator,
  type AlibabaOptions,
  createAlibabaEmulator,
  type InstanceSeed,
} from '../../emulators/alibaba-model-studio.ts'
import { serve } from '../../emulators/serve.ts'

const ID = 'qwen-plus-2025-12-01-pr42'
const KEY = 'sk-emulated'
const TWO: readonly InstanceSeed[] = [{ instance_id: 'i1' }, { instance_id: 'i2' }]

/** An account on loopback with one reservation, whose releases, stop and end take some tenths of a second each. */
function account(instances: readonly InstanceSeed[] = TWO, options: AlibabaOptions = {}): AlibabaEmulator {
  const emulator = createAlibabaEmulator({ releaseMs: 300, stopMs: 300, deleteMs: 200, ...options })
  emulator.world.seed({ created: Date.now() - 3_600_000, deployed_model: ID, plan: 'ptu_v2', instances })
  return emulator
}

/** One step of the built action against the emulator, with `allow: reservation`. */
async function step(emulator: AlibabaEmulator, inputs: Record<string, string> = {}): Promise<StepEnd> {
  const { url, close } = await serve(emulator)
  try {
    const common = { provider: 'alibaba-model-studio', 'api-key': KEY, 'api-url': url, allow: 'reservation' }
    return await runStep({ inputs: { ...common, 'deployment-id': ID, ...inputs } })
  } finally {
    await close()
  }
}

const deletes = (emulator: AlibabaEmulator) =>
  emulator.requests.flatMap(({ method, path }) =>
    method === 'DELETE' ? [path.replace('/api/v1/deployments/', '')] : [],
  )

const happened = ({ world }: AlibabaEmulator) => world.events.map(({ what }) => what)

// Most of each test is waiting, so they wait together.
describe.concurrent('Alibaba reservations, the built action on loopback', () => {
  it('two instances: released one after another, STOPPED, deleted, confirmed gone', async () => {
    const emulator = account()

    const { exitCode, log, outputs, summary } = await step(emulator)

    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ status: 'deleted', 'deleted-ids': `["${ID}"]`, 'failed-count': '0' })
    expect(JSON.parse(outputs['tombstone'] ?? '')).toMatchObject({ deployed_model: ID, status: 'DELETING' })
    const instances = `${ID}/capacity-instances`
    expect(deletes(emulator)).toEqual([`${instances}/i1`, `${instances}/i2`, ID])
    const release = ['release-accepted', 'released']
    expect(happened(emulator)).toEqual([...release, ...release, 'stopped', 'accepted', 'deleted'])
    const story = ['release accepted', 'STOPPED, with no capacity instances left', 'delete accepted', 'confirmed gone']
    const places = story.map((text) => log.indexOf(text))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places).not.toContain(-1)
    expect(summary).toContain('1 deleted')
  })

  it('each release carries one UUID in both headers, and operations are polled by their exact IDs', async () => {
    const emulator = account()
    await step(emulator)

    const releases = emulator.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/capacity-'))
    const keys = releases.map(({ headers }) => headers['x-acs-req-uuid'])
    expect(releases.map(({ headers }) => headers['x-dashscope-requestid'])).toEqual(keys)
    expect(keys).toEqual([0, 1].map(() => expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)))
    expect(new Set(keys).size).toBe(2)
    const polled = emulator.requests.flatMap(({ path }) => path.split('/capacity-operations/')[1] ?? [])
    expect([...new Set(polled)]).toEqual(['1900000000000000001', '1900000000000000002'])
  })

  it('without allow: reservation: exit code 1, an error that names the input, nothing released', async () => {
    const emulator = account()
    const { exitCode, log } = await step(emulator, { allow: 'none' })

    expect(exitCode).toBe(1)
    expect(log).toMatch(/^::error::.*'allow: reservation'/m)
    expect(deletes(emulator)).toEqual([])
  })

  it('dry run: the plan names the instances, nothing but reads is sent', async () => {
    const emulator = account()
    const { exitCode, log, outputs, summary } = await step(emulator, { 'dry-run': 'true' })

    expect([exitCode, outputs['status']]).toEqual([0, 'planned'])
    for (const text of [log, summary])
      expect(text).toMatch(/2 capacity instances to release: i1 \(RUNNING\), i2 \(RUNNING\)/)
    expect(deletes(emulator)).toEqual([])
  })

  it('a prepaid instance: exit code 1, the way to the billing console, nothing released', async () => {
    const emulator = account([...TWO, { instance_id: 'p1', charge_type: 'pre_paid' }])
    const { exitCode, log, outputs } = await step(emulator, { allow: 'reservation, prepaid' })

    expect(exitCode).toBe(1)
    expect(log).toMatch(/^::error::.*p1.*billing console/m)
    expect(JSON.parse(outputs['results'] ?? '')).toMatchObject([{ id: ID, outcome: 'refused' }])
    expect(deletes(emulator)).toEqual([])
  })

  it('an operation that FAILED with HTTP 200: exit code 1 with its message, the reservation stays', async () => {
    const releaseFailure = { code: 'BILLING_SERVICE_UNAVAILABLE', message: 'Billing is closed today.' }
    const emulator = account([{ instance_id: 'i1', releaseFailure }])
    const { exitCode, log, outputs } = await step(emulator)

    expect([exitCode, outputs['status']]).toEqual([1, 'failed'])
    expect(log).toMatch(/^::error::.*FAILED 3 times.*Billing is closed today\./m)
    expect(emulator.world.has(ID)).toBe(true)
  })

  it('the answers to a release and to DELETE are lost on the wire: each is carried out once, and it is gone', async () => {
    const emulator = account()
    const lost = (isInstance: boolean) => ({
      kind: 'lost-answer' as const,
      when: ({ method, path }: { method: string; path: string }) =>
        method === 'DELETE' && path.includes('/capacity-instances/') === isInstance,
    })
    emulator.faults.push(lost(true), lost(false))

    const { exitCode, outputs } = await step(emulator)

    expect([exitCode, outputs['status']]).toEqual([0, 'already-gone'])
    expect(happened(emulator).filter((what) => what.endsWith('accepted'))).toHaveLength(3)
  })

  it('a run that broke off at its timeout: the next one goes on where it stands', async () => {
    const emulator = account(TWO, { releaseMs: 1_500 })

    const first = await step(emulator, { timeout: '1s' })
    const second = await step(emulator)

    expect([first.exitCode, first.outputs['status']]).toEqual([1, 'timed-out'])
    expect([second.exitCode, second.outputs['status']]).toEqual([0, 'deleted'])
    expect(happened(emulator).filter((what) => what === 'release-accepted')).toHaveLength(2)
    expect(happened(emulator)).not.toContain('release-refused')
  })

  it('a sweep: reservations stay and the plan says why; allowed, they go', async () => {
    const emulator = account()
    const sweep = { 'deployment-id': '', name: '*-pr42' }

    const kept = await step(emulator, { ...sweep, allow: 'none' })
    expect([kept.exitCode, kept.outputs['status']]).toEqual([0, 'nothing-to-delete'])
    expect(kept.log).toContain("set 'allow: reservation'")
    expect(deletes(emulator)).toEqual([])

    const gone = await step(emulator, sweep)
    expect([gone.exitCode, gone.outputs['status']]).toEqual([0, 'deleted'])
    expect(emulator.world.has(ID)).toBe(false)
  })
})
