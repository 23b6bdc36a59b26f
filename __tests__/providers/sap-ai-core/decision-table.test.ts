import { describe, expect, it } from 'vitest'
import { START } from '../../support/clock.ts'
import { brief, decide, del, erred, missed, saw, stop } from './setup.ts'

const TARGETS = [undefined, 'RUNNING', 'STOPPED', 'DELETED'] as const
const ANY = ['UNKNOWN', 'PENDING', 'RUNNING', 'STOPPING', 'STOPPED', 'DEAD', 'COMPLETED', 'SCALING'] as const

/** Status by target status: none, RUNNING, STOPPED, DELETED. */
const TABLE: Record<string, [string, string, string, string]> = {
  UNKNOWN: ['delete', 'delete', 'delete', 'wait gone'],
  PENDING: ['stop', 'stop', 'wait stopped', 'wait gone'],
  RUNNING: ['stop', 'stop', 'wait stopped', 'wait gone'],
  STOPPING: ['wait stopped', 'wait stopped', 'wait stopped', 'wait gone'],
  STOPPED: ['delete', 'delete', 'delete', 'wait gone'],
  DEAD: ['delete', 'delete', 'delete', 'wait gone'],
  COMPLETED: ['delete', 'delete', 'delete', 'wait gone'],
  SCALING: ['wait settled', 'wait settled', 'wait settled', 'wait gone'],
  // Not statuses of the API: whatever they would mean, waiting does no harm.
  DELETING: ['wait settled', 'wait settled', 'wait settled', 'wait gone'],
  DELETED: ['wait settled', 'wait settled', 'wait settled', 'wait gone'],
  running: ['wait settled', 'wait settled', 'wait settled', 'wait gone'],
  '': ['wait settled', 'wait settled', 'wait settled', 'wait gone'],
}

const rows = Object.entries(TABLE).flatMap(([status, steps]) =>
  TARGETS.map((target, at) => ({ status, target, step: steps[at] })),
)

describe('SAP AI Core, decision table: first look', () => {
  for (const { status, target, step } of rows) {
    it(`status '${status}', target ${target ?? 'missing'}: ${step}`, () => {
      expect(brief(decide({ status, ...(target === undefined ? {} : { target }) }))).toBe(step)
    })
  }

  it('an unknown target status decides nothing: RUNNING is stopped, STOPPED is deleted', () => {
    expect(brief(decide({ status: 'RUNNING', target: 'PAUSED' }))).toBe('stop')
    expect(brief(decide({ status: 'STOPPED', target: 'PAUSED' }))).toBe('delete')
  })

  it('a DELETE has no body at first', () => {
    const step = decide({ status: 'STOPPED', target: 'STOPPED' })
    expect(step).toMatchObject({ type: 'act', action: { verb: 'delete', final: true } })
    expect(step).not.toHaveProperty('action.withBody')
  })

  it('the plan of a RUNNING one names every step to come', () => {
    expect(decide({ status: 'RUNNING', target: 'RUNNING' })).toMatchObject({
      after: ['wait until it is stopped', 'delete once it is stopped', 'wait until it is gone'],
    })
  })

  it('is pure: frozen arguments, the same step twice', () => {
    const before = Object.freeze([Object.freeze(saw({ status: 'RUNNING', target: 'RUNNING' }))])
    const look = Object.freeze({ status: 'PENDING', target: 'RUNNING' })
    expect(decide(look, before)).toEqual(decide(look, before))
  })
})

describe('SAP AI Core, decision table: after a stop', () => {
  const asked = [saw({ status: 'RUNNING', target: 'RUNNING' }), stop('accepted')]

  it.each([
    ['STOPPED', 'STOPPED', 'delete'],
    ['DEAD', 'STOPPED', 'delete'],
    ['UNKNOWN', 'STOPPED', 'delete'],
    ['STOPPING', 'STOPPED', 'wait stopped'],
    ['RUNNING', 'STOPPED', 'wait stopped'],
    ['PENDING', 'STOPPED', 'wait stopped'],
    ['SCALING', 'STOPPED', 'wait settled'],
    ['STOPPED', 'DELETED', 'wait gone'],
  ])('stop accepted, now %s with target %s: %s', (status, target, step) => {
    expect(brief(decide({ status, target }, asked))).toBe(step)
  })

  it('stop accepted, then 404 for five seconds: already gone, as nothing was seen to delete it', () => {
    expect(brief(decide('absent', [...asked, missed()]))).toBe('wait confirmed')
    expect(decide('absent', [...asked, missed(3, 5000)])).toMatchObject({
      ...{ outcome: 'already-gone', reason: 'disappeared before this run deleted it' },
    })
  })

  it('stop accepted but without a trace: no second PATCH within half a minute', () => {
    expect(brief(decide({ status: 'RUNNING', target: 'RUNNING', at: 29_999 }, asked))).toBe('wait stopped')
  })

  it('stop accepted but without a trace for half a minute: asked for again', () => {
    expect(brief(decide({ status: 'RUNNING', target: 'RUNNING', at: 30_000 }, asked))).toBe('stop')
  })

  it('stop had no clear answer: one more PATCH only if the look shows no sign of it', () => {
    const unclear = [saw({ status: 'RUNNING', target: 'RUNNING' }), stop('unknown')]
    expect(brief(decide({ status: 'RUNNING', target: 'STOPPED' }, unclear))).toBe('wait stopped')
    expect(brief(decide({ status: 'STOPPING', target: 'STOPPED' }, unclear))).toBe('wait stopped')
    expect(brief(decide({ status: 'RUNNING', target: 'RUNNING' }, unclear))).toBe('stop')
  })
})

describe('SAP AI Core, decision table: after a DELETE', () => {
  const gone = [saw({ status: 'STOPPED', target: 'STOPPED' }), del('accepted')]

  it.each(ANY)('DELETE accepted, still there as %s without target DELETED: no second DELETE and no PATCH', (status) => {
    expect(brief(decide({ status, target: 'STOPPED' }, gone))).toBe('wait gone')
  })

  it('DELETE accepted, then 404: deleted', () => {
    expect(decide('absent', [...gone, missed()])).toEqual({ type: 'end', outcome: 'deleted', reason: 'confirmed gone' })
  })

  it.each(['not-found', 'unknown'] as const)('DELETE %s, then 404 for five seconds: already gone', (result) => {
    const before = [saw({ status: 'STOPPED' }), del(result)]
    expect(brief(decide('absent', [...before, missed()]))).toBe('wait confirmed')
    expect(brief(decide('absent', [...before, missed(3, 5000)]))).toBe('end already-gone')
  })

  it('DELETE accepted, then an answer without scenario and name: its end is waited for, no guard is asked', () => {
    const { orchestration: _, ...sparse } = { status: 'STOPPED', target: 'STOPPED', orchestration: true }
    expect(brief(decide({ ...sparse, orchestration: true }, gone))).toBe('wait gone')
  })

  it('DELETE without a clear answer, target DELETED: no second DELETE', () => {
    const unclear = [saw({ status: 'STOPPED' }), del('unknown')]
    expect(brief(decide({ status: 'STOPPED', target: 'DELETED' }, unclear))).toBe('wait gone')
  })

  it('DELETE without a clear answer, unchanged: sent again', () => {
    const unclear = [saw({ status: 'STOPPED' }), del('unknown')]
    expect(brief(decide({ status: 'STOPPED', target: 'STOPPED' }, unclear))).toBe('delete')
  })
})

describe('SAP AI Core, decision table: GET answers 404', () => {
  const minutesOld = saw({ status: 'UNKNOWN', age: 2 * 60_000 })

  it('never seen: looked for over half a minute, because a new one may not be found yet', () => {
    expect(decide('absent', [missed()])).toMatchObject({ until: 'confirmed', reason: expect.stringContaining('30 s') })
    expect(brief(decide('absent', [missed(12, 29_999)]))).toBe('wait confirmed')
    expect(brief(decide('absent', [missed(12, 30_000)]))).toBe('end already-gone')
  })

  it('deletion accepted and old: gone at the first 404', () => {
    expect(brief(decide('absent', [saw({ status: 'DEAD' }), del('accepted'), missed()]))).toBe('end deleted')
  })

  it('deletion accepted, seen minutes old: a second round a second later confirms the first 404', () => {
    expect(brief(decide('absent', [minutesOld, del('accepted'), missed()]))).toBe('wait confirmed')
    expect(brief(decide('absent', [minutesOld, del('accepted'), missed(2, 1000)]))).toBe('end deleted')
  })

  it('young means a quarter of an hour', () => {
    const lastSeen = (age: number) => [saw({ status: 'UNKNOWN', age }), del('accepted'), missed()]
    expect(brief(decide('absent', lastSeen(15 * 60_000 - 1)))).toBe('wait confirmed')
    expect(brief(decide('absent', lastSeen(15 * 60_000)))).toBe('end deleted')
  })

  it('young counts from the last time it was seen, not from now', () => {
    const grown = saw({ status: 'RUNNING', age: 10 * 60_000, at: 10 * 60_000 })
    expect(grown).toMatchObject({ until: START + 600_000, createdAt: START - 600_000 })
    expect(brief(decide('absent', [grown, del('accepted'), missed()]))).toBe('end deleted')
  })

  it('a clock that is behind makes it younger, never older', () => {
    const newer = saw({ status: 'RUNNING', age: -5000 })
    expect(brief(decide('absent', [newer, del('accepted'), missed()]))).toBe('wait confirmed')
  })

  it('no creation time known: gone at the first 404', () => {
    const ageless = saw({ status: 'RUNNING', age: null })
    expect(brief(decide('absent', [ageless, del('accepted'), missed()]))).toBe('end deleted')
  })

  it('a look that could not be read between two 404s does not confirm anything', () => {
    expect(brief(decide('absent', [minutesOld, missed(), erred, missed()]))).toBe('wait confirmed')
    expect(brief(decide('absent', [missed(), erred, missed()]))).toBe('wait confirmed')
  })

  it('seen again after a 404: goes on as if nothing had been missing', () => {
    const look = { status: 'RUNNING', target: 'RUNNING', age: 2 * 60_000 }
    expect(brief(decide(look, [minutesOld, missed()]))).toBe('stop')
  })
})
