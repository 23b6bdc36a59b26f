import { describe, expect, it } from 'vitest'
import type { Listed } from '../../src/providers/observation.ts'
import { type Target, targetKey } from '../../src/providers/target.ts'
import { active, outcomes, plainRules, scripted } from './scripted.ts'

const IDS = ['d0', 'd1', 'd2']

/** The targets of a sweep that has just listed them. */
function listed() {
  const targets = IDS.map((id): Target => ({ resource: 'deployment', id }))
  const swept = new Map(
    targets.map((target): [string, Listed] => [targetKey(target), { target, snapshot: { status: 'ACTIVE' } }]),
  )
  return { targets, swept }
}

describe('targets of a sweep', () => {
  it('that are protected by now are kept, which fails nothing; the others go', async () => {
    const { run, noted } = scripted(active(3))
    const veto = ({ name }: { name?: string }) => (name === 'name-1' ? 'it has traffic by now' : undefined)
    const results = await run({ ...listed(), veto })
    expect(outcomes(results)).toEqual(['deleted', 'kept', 'deleted'])
    expect(results[1]?.reason).toBe('it has traffic by now')
    expect(noted.filter(({ kind, id }) => kind === 'act' && id === 'd1')).toEqual([])
  })

  it('that a guard of the provider covers by now are kept', async () => {
    const { run } = scripted(active(3), {
      nextStep: (observation, history) =>
        observation.state === 'present' && observation.snapshot.name === 'name-2'
          ? { type: 'end', outcome: 'protected', reason: 'it serves production' }
          : plainRules(observation, history),
    })
    expect(outcomes(await run(listed()))).toEqual(['deleted', 'deleted', 'kept'])
  })

  it('that the provider will not delete are refused, not kept', async () => {
    const { run } = scripted(active(3), {
      nextStep: () => ({ type: 'end', outcome: 'refused', reason: 'HTTP 400' }),
    })
    expect(outcomes(await run(listed()))).toEqual(['refused', 'refused', 'refused'])
  })

  it('are looked at again before anything is done, and count as seen where they are gone by then', async () => {
    const { run, noted, things } = scripted(active(3))
    things.delete('d1')
    expect(outcomes(await run(listed()))).toEqual(['deleted', 'deleted', 'deleted'])
    for (const id of ['d0', 'd2']) {
      expect(noted.filter((call) => call.id === id).map(({ kind }) => kind)).toEqual(['look', 'act', 'look'])
    }
    expect(noted.filter(({ kind, id }) => kind === 'act' && id === 'd1')).toEqual([])
  })

  it('an exact target that is protected is refused instead', async () => {
    const { run } = scripted(active(1))
    expect(outcomes(await run({ veto: () => 'protected' }))).toEqual(['refused'])
  })
})
