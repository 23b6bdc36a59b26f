import { describe, expect, it } from 'vitest'
import { CHAIN, MODEL } from '../../emulators/seeded.ts'
import { expectDeleted, type Tried, tryExample } from './examples-support.ts'

const ALIBABA_42 = ['qwen-plus-2025-12-01-pr42', 'qwen3-8b-ft-202511132025-0260-pr42']

/** What the one comment on the closed pull request says. */
function commentIn({ emulators }: Tried): string {
  const comments = emulators.github.world.comments(42)
  expect(comments).toHaveLength(1)
  return comments[0]?.body ?? ''
}

describe('examples of sweeps', () => {
  it('pull-request-closed: its deployments are gone, and a comment says so', async () => {
    const tried = await tryExample('pull-request-closed')
    expectDeleted(tried, ['qv7m3p2', 'r8n4t6y'])
    expect(commentIn(tried)).toContain('2 deleted')
  })

  it('pull-request-target-closed: its deployments are gone, and a comment says so', async () => {
    const tried = await tryExample('pull-request-target-closed')
    expectDeleted(tried, ['d3c9f2e4a6d8b057', 'd748fdae9f88a9b0'])
    expect(commentIn(tried)).toContain('2 deleted')
  })

  it('github-environment: its deployments are gone, and those of its GitHub environment inactive, no other', async () => {
    const tried = await tryExample('github-environment')
    expectDeleted(tried, ALIBABA_42)
    const { events } = tried.emulators.github.world
    expect(events.filter(({ what }) => what === 'status-created')).toMatchObject([{ status: 'inactive' }])
    expect(events.filter(({ what }) => what === 'refused')).toEqual([])
  })

  it('nightly-sweep: what is of closed pull requests goes; of open and unknown ones stays, with the reason', async () => {
    const tried = await tryExample('nightly-sweep')
    expectDeleted(tried, ['m2x4c6v', 'qv7m3p2', 'r8n4t6y'])
    const results: Record<string, string>[] = JSON.parse(tried.steps[0]?.main.outputs['results'] ?? '')
    const kept = results.filter(({ outcome }) => outcome === 'kept').map(({ id, reason }) => [id, reason])
    expect(Object.fromEntries(kept)).toEqual({
      k3j5h7g: 'pull request 43 is open',
      z9y8x7w: 'no pull request 9999 was found in this repository',
    })
  })

  it('nightly-sweep by hand: says what it would do, and deletes nothing', async () => {
    const { steps, emulators } = await tryExample('nightly-sweep', { 'inputs.dry-run': 'true' })
    expect(steps[0]?.main).toMatchObject({ exitCode: 0, outputs: { status: 'planned', 'deleted-ids': '[]' } })
    expect(emulators.baseten.requests.map(({ method }) => method)).not.toContain('DELETE')
  })

  it('matrix: each account is swept; here both are the same one, so the second job finds nothing', async () => {
    const tried = await tryExample('matrix')
    expectDeleted(tried, ['qwen-plus-2025-12-01-pr42', 'qwen-plus-2025-12-01-pr7', ALIBABA_42[1] ?? ''], [])
    expect(tried.steps.map(({ step }) => step.inputs['region'])).toEqual(['ap-southeast-1', 'cn-beijing'])
  })

  it('baseten-environments: the environment of the closed pull request goes, and of what is idle for long all but the youngest', async () => {
    const tried = await tryExample('baseten-environments')
    expectDeleted(tried, ['pr-42'], ['m2x4c6v'])
    const { world } = tried.emulators.baseten
    expect([world.hasEnvironment(MODEL, 'staging'), world.hasDeployment(MODEL, 'e4f2a1b')]).toEqual([true, true])
  })

  it('baseten-chains: the chain of the closed pull request goes, and the old deployment of another', async () => {
    const tried = await tryExample('baseten-chains')
    expectDeleted(tried, ['c7h2n42'], ['cd00old'])
    expect(tried.emulators.baseten.world.hasChainDeployment(CHAIN, 'cd00now')).toBe(true)
  })

  it('baseten-unused: what had no request for a week goes; what is used, kept by its owner or unlabelled stays', async () => {
    const tried = await tryExample('baseten-unused')
    expectDeleted(tried, ['i5d1l3e'])
    const { outputs } = tried.steps[0]?.main ?? {}
    expect(outputs?.['cost-per-hour']).toBe('6.4998')
    const results: Record<string, string>[] = JSON.parse(outputs?.['results'] ?? '')
    expect(results.find(({ id }) => id === 'u5e2d4y')).toMatchObject({
      outcome: 'kept',
      reason: '214 requests in the last 7 days',
    })
  })

  it('sap-ai-core-pull-request: what runs in its resource group is stopped, then all of it goes, and a comment says so', async () => {
    const tried = await tryExample('sap-ai-core-pull-request')
    expectDeleted(tried, ['d42a0b1c2d3e4f50', 'd42b1c2d3e4f5061', 'pr-42'])
    expect(commentIn(tried)).toContain('3 deleted')
    expect(commentIn(tried)).toContain('in resource group&nbsp;<code>pr-42</code>')
    const { resourceGroups } = tried.emulators.sap.world
    expect(resourceGroups.all().map(({ resourceGroupId }) => resourceGroupId)).toEqual([
      'default',
      'pr-43',
      'team-search',
    ])
  })

  it('sap-ai-core-sweep: groups of closed pull requests go, and old deployments of teams; production and foundation models stay', async () => {
    const tried = await tryExample('sap-ai-core-sweep')
    const old = ['d5e1b4a6c8f0d279', 'd7eb1c2d3e4f5061']
    expectDeleted(tried, ['d42a0b1c2d3e4f50', 'd42b1c2d3e4f5061', 'pr-42'], old)
    const stays = ['d2b8e1d3f5c7a946', 'd8c4a1e3f5b7d902', 'd1a7f0c2e4b69835', 'd7ea0b1c2d3e4f50', 'd43a0b1c2d3e4f50']
    expect(stays.filter((id) => !tried.emulators.sap.world.has(id))).toEqual([])
    const results: Record<string, string>[] = JSON.parse(tried.steps[1]?.main.outputs['results'] ?? '')
    expect(results.find(({ id }) => id === 'd8c4a1e3f5b7d902')?.['reason']).toContain(
      'it serves the foundation model gpt-4o',
    )
  })

  it('pull-request-models: the model goes with all that is under it', async () => {
    const tried = await tryExample('pull-request-models')
    expectDeleted(tried, ['b4n8c2d'])
    expect(tried.emulators.baseten.world.hasModel('b5n9c3e')).toBe(true)
  })
})
