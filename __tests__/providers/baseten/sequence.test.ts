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

const saw = (status = 'ACTIVE', times = 1): TargetEvent<BasetenAction> => ({
  type: 'observed',
  at: 0,
  until: 0,
  times,
  status,
})
const missed = (times = 1): TargetEvent<BasetenAction> => ({
  type: 'not-found',
  at: 0,
  until: 0,
  times,
  exchange: EXCHANGE,
})
const acted = (action: BasetenAction, actionResult: ActionResult): TargetEvent<BasetenAction> => ({
  type: 'requested',
  at: 0,
  until: 0,
  action,
  actionResult,
})
const deleted = (actionResult: ActionResult) => acted(DELETE, actionResult)
const deactivated = (actionResult: ActionResult) => acted(DEACTIVATE, actionResult)

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
  it('never seen in this run: it is looked for a second time', () => {
    expect(nextBasetenStep(ABSENT, [missed()], POLICY)).toEqual(asWait('confirmed'))
  })

  it('never seen and twice 404: already gone, not deleted', () => {
    expect(nextBasetenStep(ABSENT, [missed(2)], POLICY)).toEqual(asEnd('already-gone', 'not found'))
  })

  it('404, then it appears after all: it is deleted', () => {
    expect(next('BUILDING', [missed()])).toEqual(asDelete)
  })

  it('seen before and gone without a request of ours: deleted by somebody else', () => {
    expect(nextBasetenStep(ABSENT, [saw(), missed()], POLICY)).toEqual(asEnd('deleted', 'somebody else'))
  })

  it('DELETE 404 and gone: success', () => {
    const history = [saw(), deleted(RECEIPTS.absent), missed()]
    expect(nextBasetenStep(ABSENT, history, POLICY)).toEqual(asEnd('deleted', 'confirmed gone'))
  })

  it('DELETE 404, but it is still shown: looks again, and repeats the DELETE', () => {
    const before = [saw(), deleted(RECEIPTS.absent)]
    const after = (looks: number) => nextBasetenStep(present('ACTIVE', FREE), [...before, saw('ACTIVE', looks)], POLICY)
    expect([1, 4, 5].map(after)).toEqual([asWait('confirmed'), asWait('confirmed'), asDelete])
  })

  it('DELETE 404 again and again, but it is still shown: repeated ever more rarely, and never called deleted or accepted', () => {
    const before = [saw(), ...Array(3).fill(deleted(RECEIPTS.absent))]
    const after = (looks: number) => nextBasetenStep(present('ACTIVE', FREE), [...before, saw('ACTIVE', looks)], POLICY)
    expect([1, 19, 20].map(after)).toEqual([asWait('confirmed'), asWait('confirmed'), asDelete])
  })

  it('looks that show something else each time count, too', () => {
    const looks = ['ACTIVE', 'UPDATING', 'ACTIVE', 'UPDATING'].map((status) => saw(status))
    expect(next('ACTIVE', [saw(), deleted(RECEIPTS.absent), ...looks])).toEqual(asDelete)
  })
})

describe('DELETE 5xx, timeout or broken connection: GET first', () => {
  it('still there: DELETE again', () => {
    expect(next('ACTIVE', [saw(), deleted(RECEIPTS.unsure)])).toEqual(asDelete)
  })

  it('gone: the lost answer was a success', () => {
    const history = [saw(), deleted(RECEIPTS.unsure), missed()]
    expect(nextBasetenStep(ABSENT, history, POLICY)).toEqual(asEnd('deleted', 'confirmed gone'))
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

  it('deactivate accepted and 404: deleted', () => {
    const history = [...REFUSED, saw(), deactivated(RECEIPTS.accepted), missed()]
    expect(nextBasetenStep(ABSENT, history, POLICY)).toEqual(asEnd('deleted'))
  })

  it('deactivate without a clear answer and still ACTIVE: deactivate again', () => {
    expect(next('ACTIVE', [...REFUSED, saw(), deactivated(RECEIPTS.unsure)])).toEqual(asDeactivate)
  })

  it.each(EVERY_STATUS)('a second refusal is final in %s, and tells what Baseten said', (status) => {
    const history = [...REFUSED, saw(), deleted(RECEIPTS.refused)]
    expect(next(status, history)).toEqual(asEnd('refused', 'HTTP 400: not now'))
  })

  it('deactivate refused and still ACTIVE: final', () => {
    const history = [...REFUSED, saw(), deactivated(RECEIPTS.refused)]
    expect(next('ACTIVE', history)).toEqual(asEnd('refused', 'neither deletes nor deactivates'))
  })

  it('deactivate refused, but INACTIVE now: trusts the GET and deletes once more', () => {
    expect(next('INACTIVE', [...REFUSED, saw(), deactivated(RECEIPTS.refused)])).toEqual(asDelete)
  })

  it('deactivate 404, although it is still there: final, not asked for ever', () => {
    const history = [...REFUSED, saw(), deactivated(RECEIPTS.absent)]
    expect(next('ACTIVE', history)).toEqual(asEnd('refused', 'not found there'))
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

  it('refused twice: final', () => {
    const history = [saw('EXISTS'), deleted(RECEIPTS.refused), saw('EXISTS'), deleted(RECEIPTS.refused)]
    expect(next('EXISTS', history, details)).toEqual(asEnd('refused', 'HTTP 400: not now'))
  })

  it('404 that was never seen: twice, then already gone', () => {
    expect(nextBasetenStep(ABSENT, [missed()], POLICY)).toEqual(asWait('confirmed'))
    expect(nextBasetenStep(ABSENT, [missed(2)], POLICY)).toEqual(asEnd('already-gone'))
  })
})
