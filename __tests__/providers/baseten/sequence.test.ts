import { describe, expect, it } from 'vitest'
import { STATUSES } from '../../../emulators/baseten.ts'
import type { BasetenAction } from '../../../src/providers/baseten/action.ts'
import { nextBasetenStep } from '../../../src/providers/baseten/rules.ts'
import type { BasetenDetails, BasetenSnapshot } from '../../../src/providers/baseten/snapshot.ts'
import type { TargetEvent, TargetHistory } from '../../../src/providers/history.ts'
import type { Observed } from '../../../src/providers/observation.ts'
import type { Policy } from '../../../src/providers/provider.ts'
import type { ActionResult, Step } from '../../../src/providers/step.ts'
import { targetKey } from '../../../src/providers/target.ts'
import { EXCHANGE, RECEIPTS } from './support.ts'

const EVERY_STATUS = [...STATUSES, 'ACTIVATING']
const AT_REST = ['INACTIVE', 'DEPLOY_FAILED', 'BUILD_FAILED', 'BUILD_STOPPED', 'FAILED']
const RUNNING = EVERY_STATUS.filter((status) => status !== 'DEACTIVATING' && !AT_REST.includes(status))

const FREE = {
  resource: 'deployment',
  id: 'd1',
  parent: 'm1',
  guard: undefined,
  siblings: [
    { id: 'd1', guard: undefined },
    { id: 'live', guard: { kind: 'production' } },
  ],
} satisfies BasetenDetails
const D1 = targetKey({ resource: 'deployment', id: 'd1', parent: 'm1' })
const POLICY: Policy = { allow: new Set(), selected: new Set([D1]) }
const ABSENT: Observed<BasetenSnapshot> = { state: 'absent', exchange: EXCHANGE }
const DELETE: BasetenAction = { verb: 'delete', final: true }
const DEACTIVATE: BasetenAction = { verb: 'deactivate', final: false }

/** Looks; `ms` from the first to the last of them. */
const saw = (status = 'ACTIVE', ms = 0): TargetEvent<BasetenAction> => ({
  ...{ type: 'observed', at: 0, until: ms, times: 1 + ms / 1000, status },
})
const missed = (ms = 0): TargetEvent<BasetenAction> => ({
  ...{ type: 'not-found', at: 0, until: ms, times: 1 + ms / 1000, exchange: EXCHANGE },
})
const acted = (action: BasetenAction, actionResult: ActionResult, ms = 0): TargetEvent<BasetenAction> => ({
  type: 'requested',
  at: ms,
  until: ms,
  action,
  actionResult,
})
const deleted = (actionResult: ActionResult, ms = 0) => acted(DELETE, actionResult, ms)
const deactivated = (actionResult: ActionResult, ms = 0) => acted(DEACTIVATE, actionResult, ms)

function present(status: string, details: BasetenDetails = FREE): Observed<BasetenSnapshot> {
  return { state: 'present', snapshot: { status, details }, exchange: EXCHANGE }
}

/** The step for a deployment (or what `details` are of) that is seen in `status` after what happened before. */
function next(
  status: string,
  before: TargetHistory<BasetenAction> = [],
  details: BasetenDetails = FREE,
  policy: Policy = POLICY,
): Step {
  return nextBasetenStep(present(status, details), [...before, saw(status)], policy)
}

const asDelete = expect.objectContaining({ type: 'act', action: DELETE })
const asDeactivate = expect.objectContaining({ type: 'act', action: DEACTIVATE })
const asWait = (until: string) => expect.objectContaining({ type: 'wait', until })
const asEnd = (outcome: string, reason = '') =>
  expect.objectContaining({ type: 'end', outcome, reason: expect.stringContaining(reason) })

describe('anything else, any of the 14 statuses or one never heard of: DELETE directly', () => {
  it.each(EVERY_STATUS)('%s is deleted without being deactivated first', (status) => {
    expect(next(status)).toEqual(asDelete)
  })

  it('says which status it is in and what is to follow', () => {
    expect(next('SCALED_TO_ZERO')).toEqual({
      type: 'act',
      action: DELETE,
      reason: 'is SCALED_TO_ZERO',
      after: ['wait until it is gone'],
    })
  })
})

describe('DELETE accepted: GET until 404', () => {
  it.each(EVERY_STATUS)('still there as %s: waits, and sends no second DELETE', (status) => {
    expect(next(status, [saw(), deleted(RECEIPTS.accepted)])).toEqual(asWait('gone'))
  })

  it('still there and serving production meanwhile: waits, because the deletion cannot be taken back', () => {
    const details: BasetenDetails = { ...FREE, guard: { kind: 'production' } }
    expect(next('ACTIVE', [saw(), deleted(RECEIPTS.accepted)], details)).toEqual(asWait('gone'))
  })

  it('404 is the confirmation', () => {
    const history = [saw(), deleted(RECEIPTS.accepted), missed()]
    expect(nextBasetenStep(ABSENT, history, POLICY)).toEqual(asEnd('deleted', 'confirmed gone'))
  })
})

describe('404', () => {
  it('never seen in this run: it is looked for over half a minute, then already gone', () => {
    expect(nextBasetenStep(ABSENT, [missed(29_000)], POLICY)).toEqual(asWait('confirmed'))
    expect(nextBasetenStep(ABSENT, [missed(30_000)], POLICY)).toEqual(asEnd('already-gone', 'not found'))
  })

  it('404, then it appears after all: it is deleted', () => {
    expect(next('BUILDING', [missed()])).toEqual(asDelete)
  })

  it.each([
    ['nothing was asked', []],
    ['DELETE 404', [deleted(RECEIPTS.absent)]],
    ['DELETE without a clear answer', [deleted(RECEIPTS.unsure)]],
    ['only a deactivation was accepted', [deactivated(RECEIPTS.accepted)]],
  ])('seen, %s, and absent for five seconds: already gone', (_what, between) => {
    expect(nextBasetenStep(ABSENT, [saw(), ...between, missed(4000)], POLICY)).toEqual(asWait('confirmed'))
    expect(nextBasetenStep(ABSENT, [saw(), ...between, missed(5000)], POLICY)).toEqual(asEnd('already-gone'))
  })

  it('DELETE 404, but it is still shown: looks again, and repeats the DELETE ever more rarely', () => {
    const once = [saw(), deleted(RECEIPTS.absent)]
    expect(next('ACTIVE', [...once, saw('UPDATING', 1000)])).toEqual(asWait('confirmed'))
    const stepAfter = (before: TargetHistory<BasetenAction>, ms: number) =>
      nextBasetenStep(present('ACTIVE'), [...before, saw('ACTIVE', ms)], POLICY)
    expect([1000, 2000].map((ms) => stepAfter(once, ms))).toEqual([asWait('confirmed'), asDelete])
    const thrice = [saw(), ...Array(3).fill(deleted(RECEIPTS.absent))]
    expect([31_000, 32_000].map((ms) => stepAfter(thrice, ms))).toEqual([asWait('confirmed'), asDelete])
  })
})

describe('DELETE 5xx, timeout or broken connection: GET first', () => {
  it('still there: DELETE again', () => {
    expect(next('ACTIVE', [saw(), deleted(RECEIPTS.unsure)])).toEqual(asDelete)
  })
})

describe('DELETE refused (400, 409, 412, 422)', () => {
  const REFUSED = [saw(), deleted(RECEIPTS.refused)]

  it.each(RUNNING)('%s: deactivated', (status) => {
    expect(next(status, REFUSED)).toEqual(asDeactivate)
  })

  it('DEACTIVATING: waits, and sends no second deactivate', () => {
    expect(next('DEACTIVATING', REFUSED)).toEqual(asWait('stopped'))
  })

  it.each(AT_REST)('%s: there is nothing to deactivate, so DELETE once more', (status) => {
    expect(next(status, REFUSED)).toEqual(asDelete)
  })

  it.each([...RUNNING, 'DEACTIVATING'])('deactivate accepted and %s: waits', (status) => {
    expect(next(status, [...REFUSED, saw(), deactivated(RECEIPTS.accepted)])).toEqual(asWait('stopped'))
  })

  it.each(AT_REST)('deactivate accepted and %s: DELETE once more', (status) => {
    expect(next(status, [...REFUSED, saw(), deactivated(RECEIPTS.accepted)])).toEqual(asDelete)
  })

  it('deactivate without a clear answer and still ACTIVE: deactivate again', () => {
    expect(next('ACTIVE', [...REFUSED, saw(), deactivated(RECEIPTS.unsure)])).toEqual(asDeactivate)
  })

  it.each(AT_REST)('refused for five seconds in %s: final, and tells what Baseten said', (status) => {
    const history = (ms: number) => [saw(status), deleted(RECEIPTS.refused), saw(status), deleted(RECEIPTS.refused, ms)]
    expect(next(status, history(4999))).toEqual(asDelete)
    expect(next(status, history(5000))).toEqual(asEnd('refused', 'HTTP 400: not now'))
  })

  it('refused in INACTIVE within half a minute of our deactivation: that may not have reached everything', () => {
    const history = (ms: number) => [
      ...[...REFUSED, saw(), deactivated(RECEIPTS.accepted)],
      ...[saw('INACTIVE'), deleted(RECEIPTS.refused, 1000), saw('INACTIVE'), deleted(RECEIPTS.refused, ms)],
    ]
    expect(next('INACTIVE', history(29_999))).toEqual(asDelete)
    expect(next('INACTIVE', history(30_000))).toEqual(asEnd('refused', 'HTTP 400: not now'))
  })

  it.each([RECEIPTS.refused, RECEIPTS.absent])(
    'deactivate is not possible either: both in turn, for five seconds',
    (not) => {
      const history = (ms: number) => [...REFUSED, saw(), deactivated(not), saw(), deleted(RECEIPTS.refused, ms)]
      expect(next('ACTIVE', [...REFUSED, saw(), deactivated(not)])).toEqual(asDelete)
      expect(next('ACTIVE', history(4999))).toEqual(asDeactivate)
      expect(next('ACTIVE', history(5000))).toEqual(asEnd('refused', 'neither deletes nor deactivates'))
    },
  )

  it.each(['BUILDING', 'DEPLOYING', 'LOADING_MODEL', 'UPDATING', 'WAKING_UP'])(
    'refused in %s, which passes by itself: both in turn until the deadline',
    (status) => {
      const history = [0, 60_000, 600_000].flatMap((ms) => [
        ...[saw(status), deleted(RECEIPTS.refused, ms), saw(status), deactivated(RECEIPTS.refused, ms)],
      ])
      expect(next(status, history)).toEqual(asDelete)
    },
  )

  it('deactivate refused, but INACTIVE now: trusts the GET and deletes once more', () => {
    expect(next('INACTIVE', [...REFUSED, saw(), deactivated(RECEIPTS.refused)])).toEqual(asDelete)
  })

  it('now serves production: reported so, and nothing more is sent', () => {
    const details: BasetenDetails = { ...FREE, guard: { kind: 'production' } }
    expect(next('ACTIVE', REFUSED, details)).toEqual(asEnd('protected', 'serves production'))
  })

  it('now the last of its model: reported so, and nothing more is sent', () => {
    const details: BasetenDetails = { ...FREE, siblings: [{ id: 'd1', guard: undefined }] }
    expect(next('ACTIVE', REFUSED, details)).toEqual(asEnd('protected', 'last deployment'))
  })
})

describe('a development deployment that is allowed to go', () => {
  const details: BasetenDetails = { ...FREE, guard: { kind: 'development', environments: [] } }
  const policy: Policy = { ...POLICY, allow: new Set(['development']) }

  it('is deleted directly', () => {
    expect(next('ACTIVE', [], details, policy)).toEqual(asDelete)
  })

  it.each(EVERY_STATUS)('refused once in %s: final, because one DELETE is all that is tried', (status) => {
    expect(next(status, [saw(), deleted(RECEIPTS.refused)], details, policy)).toEqual(asEnd('refused', 'HTTP 400'))
  })
})

describe('a model', () => {
  const details: BasetenDetails = { resource: 'model' }

  it('is deleted directly, whatever is under it', () => {
    expect(next('EXISTS', [], details)).toEqual(asDelete)
  })

  it('accepted: waits until GET answers 404', () => {
    expect(next('EXISTS', [saw('EXISTS'), deleted(RECEIPTS.accepted)], details)).toEqual(asWait('gone'))
  })

  it('refused: DELETE once more, since a model cannot be deactivated', () => {
    expect(next('EXISTS', [saw('EXISTS'), deleted(RECEIPTS.refused)], details)).toEqual(asDelete)
  })

  it('refused for five seconds: final', () => {
    const again = (ms: number) => [
      saw('EXISTS'),
      deleted(RECEIPTS.refused),
      saw('EXISTS'),
      deleted(RECEIPTS.refused, ms),
    ]
    expect(next('EXISTS', again(4999), details)).toEqual(asDelete)
    expect(next('EXISTS', again(5000), details)).toEqual(asEnd('refused', 'HTTP 400: not now'))
  })
})
