import { describe, expect, it } from 'vitest'
import { ProviderError } from '../../src/providers/errors.ts'
import { deletionAccepted } from '../../src/providers/history.ts'
import { type Target, targetKey } from '../../src/providers/target.ts'
import { active, EXCHANGE, outcomes, plainRules, type Scripted, scripted } from './scripted.ts'

const key = (id: string) => targetKey({ resource: 'deployment', id } satisfies Target)
/** d0 and d1 are in d2. */
const CONTENTS = new Map([[key('d2'), [key('d0'), key('d1')]]])
const IDS = ['d2', 'd0', 'd1']

/** As long as anything else is there, d2 says that what is in it goes first. */
function holding(script: Parameters<typeof scripted>[1] = {}, things = active(3)): Scripted {
  const world: Scripted = scripted(things, {
    ...script,
    nextStep(observation, history) {
      const isHolder = observation.state === 'present' && observation.snapshot.name === 'name-2'
      const isGone = (id: string) => (world.things.get(id)?.goneAt ?? Infinity) <= world.clock.elapsed()
      const isEmpty = ['d0', 'd1'].every((id) => !world.things.has(id) || isGone(id))
      if (isHolder && !isEmpty && !deletionAccepted(history)) {
        return { type: 'wait', until: 'empty', reason: 'holds others', after: ['delete it'] }
      }
      return plainRules(observation, history)
    },
  })
  return world
}

describe('a target that holds others', () => {
  it('is looked at first, then all that is in it goes, then it', async () => {
    const { run, noted, clock } = holding({ goneMs: 5000 })
    expect(outcomes(await run({ contents: CONTENTS, ids: IDS }))).toEqual(['deleted', 'deleted', 'deleted'])
    expect(noted[0]?.id).toBe('d2')
    expect(noted.filter(({ kind }) => kind === 'act').map(({ id }) => id)).toEqual(['d0', 'd1', 'd2'])
    expect(noted.find(({ id, kind }) => id === 'd2' && kind === 'act')?.at).toBeGreaterThanOrEqual(5000)
    expect(clock.elapsed()).toBeLessThan(13_000)
  })

  it('waits for the last of them', async () => {
    const { run, noted, things } = holding({
      goneMs: 1000,
      act: (id) => {
        if (id !== 'd1') return undefined
        things.set('d1', { status: 'DELETING', goneAt: 20_000 })
        return { result: 'accepted', exchange: EXCHANGE }
      },
    })
    expect(outcomes(await run({ contents: CONTENTS }))).toEqual(['deleted', 'deleted', 'deleted'])
    expect(noted.find(({ id, kind }) => id === 'd2' && kind === 'act')?.at).toBeGreaterThanOrEqual(20_000)
  })

  it('stays where one of them stays: refused, with which and why, and nothing more is asked about it', async () => {
    const { run, noted } = holding()
    const veto = ({ name }: { name?: string }) => (name === 'name-1' ? "'name-1' is protected" : undefined)
    const results = await run({ contents: CONTENTS, veto })
    expect(outcomes(results)).toEqual(['deleted', 'refused', 'refused'])
    expect(results[2]?.reason).toMatch(/deployment d1, which is in it, is refused: 'name-1' is protected/)
    expect(noted.filter(({ id }) => id === 'd2')).toHaveLength(1)
  })

  it('stays where one of them fails', async () => {
    const { run } = holding({
      act: (id) => {
        if (id === 'd0') throw new ProviderError('target', 'HTTP 400: never', EXCHANGE)
        return undefined
      },
    })
    expect(outcomes(await run({ contents: CONTENTS }))).toEqual(['failed', 'deleted', 'refused'])
  })

  it('that must stay itself keeps all that is in it, of which nothing is even looked at', async () => {
    const { run, noted } = holding()
    const veto = ({ name }: { name?: string }) => (name === 'name-2' ? "'name-2' is protected" : undefined)
    const results = await run({ contents: CONTENTS, veto })
    expect(outcomes(results)).toEqual(['kept', 'kept', 'refused'])
    expect(results[0]?.reason).toBe("its deployment d2 is refused: 'name-2' is protected")
    expect(new Set(noted.map(({ id }) => id))).toEqual(new Set(['d2']))
  })

  it('in a sweep, once what is in it was let go, is refused and not kept', async () => {
    const world = holding()
    const target: Target = { resource: 'deployment', id: 'd2' }
    const swept = new Map([[key('d2'), { target, snapshot: { status: 'ACTIVE', name: 'name-2' } }]])
    let looks = 0
    const veto = ({ name }: { name?: string }) => (name === 'name-2' && ++looks > 1 ? 'it was renamed' : undefined)
    expect(outcomes(await world.run({ contents: CONTENTS, swept, veto }))).toEqual(['deleted', 'deleted', 'refused'])
  })

  it('that is not there any more: what was in it is looked at by itself', async () => {
    const { d0, d1 } = active(2)
    const { run } = holding({}, { ...(d0 && { d0 }), ...(d1 && { d1 }) })
    expect(outcomes(await run({ contents: CONTENTS, ids: IDS }))).toEqual(['already-gone', 'deleted', 'deleted'])
  })

  it("'wait: false': the end of those that go first is waited for all the same", async () => {
    const { run, noted, clock } = holding({ goneMs: 5000 })
    expect(outcomes(await run({ contents: CONTENTS, wait: false }))).toEqual(['deleted', 'deleted', 'accepted'])
    expect(noted.find(({ id, kind }) => id === 'd2' && kind === 'act')?.at).toBeGreaterThanOrEqual(5000)
    expect(clock.elapsed()).toBeLessThan(8000)
  })

  it('a dry run plans all of it', async () => {
    const { run } = holding()
    const results = await run({ contents: CONTENTS, dryRun: true })
    expect(outcomes(results)).toEqual(['planned', 'planned', 'planned'])
    expect(results[2]?.plan).toEqual(['wait until it is empty', 'delete it'])
  })

  it('the deadline comes first: all are timed-out', async () => {
    const stop = new AbortController()
    const { run, noted, clock } = holding({ goneMs: 600_000 })
    clock.at(60_000, () => stop.abort())
    const results = await run({ contents: CONTENTS, stop: stop.signal })
    expect(outcomes(results)).toEqual(['timed-out', 'timed-out', 'timed-out'])
    expect(noted.filter(({ id, kind }) => id === 'd2' && kind === 'act')).toEqual([])
  })

  it('a list that still shows what is gone is looked at again', async () => {
    let empty = 0
    const late = scripted(active(3), {
      nextStep(observation, history) {
        const isHolder = observation.state === 'present' && observation.snapshot.name === 'name-2'
        if (isHolder && !deletionAccepted(history) && ++empty < 4) {
          return { type: 'wait', until: 'empty', reason: 'holds others', after: [] }
        }
        return plainRules(observation, history)
      },
    })
    expect(outcomes(await late.run({ contents: CONTENTS }))).toEqual(['deleted', 'deleted', 'deleted'])
    expect(empty).toBe(4)
  })
})
