import { describe, expect, it } from 'vitest'
import { ProviderError } from '../../src/providers/errors.ts'
import { type Target, targetKey } from '../../src/providers/target.ts'
import { active, EXCHANGE, outcomes, scripted } from './scripted.ts'

const key = (id: string) => targetKey({ resource: 'deployment', id } satisfies Target)
/** d2 goes after d0 and d1. */
const AFTER = new Map([[key('d2'), [key('d0'), key('d1')]]])

describe('a target that goes after others', () => {
  it('is not even looked at until all of them are gone, then goes', async () => {
    const { run, noted, clock } = scripted(active(3), { goneMs: 5000 })
    const results = await run({ after: AFTER, ids: ['d2', 'd0', 'd1'] })
    expect(outcomes(results)).toEqual(['deleted', 'deleted', 'deleted'])
    const first = noted.findIndex(({ id }) => id === 'd2')
    expect(noted[first]?.at).toBeGreaterThanOrEqual(5000)
    expect(noted.slice(first).every(({ id }) => id === 'd2')).toBe(true)
    expect(clock.elapsed()).toBeLessThan(12_500)
  })

  it('waits for the last of them', async () => {
    const { run, noted, things } = scripted(active(3), {
      goneMs: 1000,
      act: (id) => {
        if (id !== 'd1') return undefined
        things.set('d1', { status: 'DELETING', goneAt: 20_000 })
        return { result: 'accepted', exchange: EXCHANGE }
      },
    })
    expect(outcomes(await run({ after: AFTER }))).toEqual(['deleted', 'deleted', 'deleted'])
    expect(noted.find(({ id }) => id === 'd2')?.at).toBeGreaterThanOrEqual(20_000)
  })

  it('stays where one of them stays: refused, with which and why, and nothing is asked about it', async () => {
    const { run, noted } = scripted(active(3))
    const veto = ({ name }: { name?: string }) => (name === 'name-1' ? "'name-1' is protected" : undefined)
    const results = await run({ after: AFTER, veto })
    expect(outcomes(results)).toEqual(['deleted', 'refused', 'refused'])
    expect(results[2]?.reason).toMatch(/deployment d1, which is deleted first, is refused: 'name-1' is protected/)
    expect(noted.filter(({ id }) => id === 'd2')).toEqual([])
  })

  it('stays where one of them fails', async () => {
    const { run } = scripted(active(3), {
      act: (id) => {
        if (id === 'd0') throw new ProviderError('target', 'HTTP 400: never', EXCHANGE)
        return undefined
      },
    })
    expect(outcomes(await run({ after: AFTER }))).toEqual(['failed', 'deleted', 'refused'])
  })

  it("'wait: false': the end of those that go first is waited for all the same", async () => {
    const { run, noted, clock } = scripted(active(3), { goneMs: 5000 })
    expect(outcomes(await run({ after: AFTER, wait: false }))).toEqual(['deleted', 'deleted', 'accepted'])
    expect(noted.find(({ id, kind }) => id === 'd2' && kind === 'act')?.at).toBeGreaterThanOrEqual(5000)
    expect(clock.elapsed()).toBeLessThan(7000)
  })

  it('a dry run plans it as well', async () => {
    const { run } = scripted(active(3))
    expect(outcomes(await run({ after: AFTER, dryRun: true }))).toEqual(['planned', 'planned', 'planned'])
  })

  it('the deadline comes first: timed-out, without having been looked at', async () => {
    const stop = new AbortController()
    const { run, noted, clock } = scripted(active(3), { goneMs: 600_000 })
    clock.at(60_000, () => stop.abort())
    const results = await run({ after: AFTER, stop: stop.signal })
    expect(outcomes(results)).toEqual(['timed-out', 'timed-out', 'timed-out'])
    expect(results[2]?.reason).toMatch(/not found yet/)
    expect(noted.filter(({ id }) => id === 'd2')).toEqual([])
  })

  it('one that goes after one that goes after another: a chain', async () => {
    const { run, noted } = scripted(active(3), { goneMs: 2000 })
    const after = new Map([
      [key('d0'), [key('d1')]],
      [key('d1'), [key('d2')]],
    ])
    expect(outcomes(await run({ after }))).toEqual(['deleted', 'deleted', 'deleted'])
    expect(noted.filter(({ kind }) => kind === 'act').map(({ id }) => id)).toEqual(['d2', 'd1', 'd0'])
  })
})
