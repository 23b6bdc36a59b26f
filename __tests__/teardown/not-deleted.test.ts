import { describe, expect, it } from 'vitest'
import { ProviderError } from '../../src/providers/errors.ts'
import { targetKey } from '../../src/providers/target.ts'
import { active, outcomes, plainRules, scripted, type TestProvider } from './scripted.ts'

/** `d1` waits until `d0` has ended without being deleted. */
const D0 = targetKey({ resource: 'deployment', id: 'd0' })
const patient: TestProvider['nextStep'] = (observation, history, policy) => {
  const isSecond = observation.state === 'present' && observation.snapshot.name === 'name-1'
  if (!isSecond || policy.notDeleted?.has(D0)) return plainRules(observation, history)
  return { type: 'wait', until: 'settled', reason: 'd0 is not decided', after: ['delete'] }
}

describe('the rules are told which targets have ended without being deleted', () => {
  it('by a veto', async () => {
    const veto = (_snapshot: unknown, { id }: { id: string }) => (id === 'd0' ? 'it stays' : undefined)
    const results = await scripted(active(2), { nextStep: patient }).run({ veto })
    expect(outcomes(results)).toEqual(['refused', 'deleted'])
  })

  it('whatever the order of the targets', async () => {
    const veto = (_snapshot: unknown, { id }: { id: string }) => (id === 'd0' ? 'it stays' : undefined)
    const results = await scripted(active(2), { nextStep: patient }).run({ veto, ids: ['d1', 'd0'] })
    expect(outcomes(results)).toEqual(['deleted', 'refused'])
  })

  it('by a failure', async () => {
    const script = scripted(active(2), {
      nextStep: patient,
      look: (id) => {
        if (id === 'd0') throw new ProviderError('target', 'no access')
        return undefined
      },
    })
    expect(outcomes(await script.run())).toEqual(['failed', 'deleted'])
  })

  it('and not those that were deleted, or will be', async () => {
    const deadline = new AbortController()
    const script = scripted(active(2), { nextStep: patient })
    script.clock.at(60_000, () => deadline.abort())
    expect(outcomes(await script.run({ stop: deadline.signal }))).toEqual(['deleted', 'timed-out'])
    expect(outcomes(await scripted(active(2), { nextStep: patient }).run({ dryRun: true }))).toEqual([
      'planned',
      'planned',
    ])
  })
})
