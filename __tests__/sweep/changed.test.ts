import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../../src/providers/observation.ts'
import { changedSince } from '../../src/sweep/changed.ts'
import { protectedByName } from '../../src/sweep/criteria.ts'
import { criteria, DAY, NOW } from './listed.ts'

const PLANNED: Snapshot = { name: 'PR-7_a', status: 'ACTIVE', createdAt: NOW - DAY }

function nameless({ name: _name, ...rest }: Snapshot): Snapshot {
  return rest
}

function ageless({ createdAt: _createdAt, ...rest }: Snapshot): Snapshot {
  return rest
}

describe('what a fresh look right before the deletion must still show', () => {
  const by = criteria({ statuses: new Set(['ACTIVE', 'INACTIVE']), protect: ['main*'] })

  it.each<[string, Snapshot, string | undefined]>([
    ['the same: it goes', PLANNED, undefined],
    ['another status that is selected too: it goes', { ...PLANNED, status: 'INACTIVE' }, undefined],
    ['other details: it goes', { ...PLANNED, detail: 'with errors' }, undefined],
    ['another name: it stays', { ...PLANNED, name: 'PR-7_b' }, 'it was renamed meanwhile'],
    ['no name any more: it stays', nameless(PLANNED), 'it was renamed meanwhile'],
    ['a name that protect covers: it stays', { ...PLANNED, name: 'main' }, 'it was renamed meanwhile'],
    [
      'another creation time: it stays',
      { ...PLANNED, createdAt: NOW },
      'its creation time is not the one that was listed, so it may be another one by now',
    ],
    [
      'no creation time any more: it stays',
      ageless(PLANNED),
      'its creation time is not the one that was listed, so it may be another one by now',
    ],
    ['a status that is not selected: it stays', { ...PLANNED, status: 'BUILDING' }, 'its status is BUILDING by now'],
  ])('%s', (_rule, now, reason) => {
    expect(changedSince(PLANNED, now, false, by)).toBe(reason)
  })

  it('once its teardown has begun, a new status is our own doing and does not count', () => {
    expect(changedSince(PLANNED, { ...PLANNED, status: 'STOPPING' }, true, by)).toBeUndefined()
    expect(changedSince(PLANNED, { ...PLANNED, status: 'STOPPING', name: 'x' }, true, by)).toBe(
      'it was renamed meanwhile',
    )
  })

  it('any status is selected: a new one does not count', () => {
    expect(changedSince(PLANNED, { ...PLANNED, status: 'BUILDING' }, false, criteria())).toBeUndefined()
  })

  it('its name was and is unknown, and nothing is protected: it is the same', () => {
    expect(changedSince(nameless(PLANNED), nameless(PLANNED), false, criteria())).toBeUndefined()
  })

  it('protect that covers it by now: it stays', () => {
    expect(changedSince(PLANNED, PLANNED, false, criteria({ protect: ['PR-7_*'] }))).toContain("'PR-7_*' in 'protect'")
  })
})

describe('protect', () => {
  const patterns = criteria({ protect: ['main', 'release-*'] }).protect

  it.each([
    ['main', "its name main is protected by 'main' in 'protect'"],
    ['release-1', "its name release-1 is protected by 'release-*' in 'protect'"],
    ['maintenance', undefined],
    ['Main', undefined],
    ['old-release-1', undefined],
  ])('matches whole names: %s', (name, reason) => {
    expect(protectedByName(name, patterns)).toBe(reason)
  })

  it('keeps what has no name to be checked, where there is a pattern at all', () => {
    expect(protectedByName(undefined, patterns)).toBe("it has no name that 'protect' could be checked against")
    expect(protectedByName(undefined, [])).toBeUndefined()
  })
})
