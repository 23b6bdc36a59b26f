import { describe, expect, it } from 'vitest'
import { deleted, erred, missed, next, saw } from './story.ts'

const DELETE = { type: 'act', action: { verb: 'delete', final: true } }

describe('a status seen first', () => {
  it.each([
    'PENDING',
    'DEPLOYING',
    'RUNNING',
    'UPDATING',
    'UPDATING_FAILED',
    'STOPPED',
    'FAILED',
    'ARREARS_DOWN',
    'ARREARS_RECOVERING',
    'WAIT_PRE_PAID_BILLING_TO_DEPLOYING',
    'WAIT_PRE_PAID_BILLING_TO_SCALING',
    'WAIT_TO_DEPLOY',
    'SCALING',
    'STOPPING',
    'SUSPENDING',
    'SUSPENDED',
    'STARTING',
    'RECOVERING',
    'A_STATUS_OF_TOMORROW',
  ])('%s: DELETE, saying which status it was in', (status) => {
    expect(next([saw(status)])).toMatchObject({ ...DELETE, reason: `is ${status}` })
  })

  it.each(['DELETING', 'OFFLINING'])('%s: no DELETE, wait until it is gone', (status) => {
    expect(next([saw(status)])).toEqual({ type: 'wait', until: 'gone', reason: `is ${status}`, after: [] })
  })

  it.each(['DELETING', 'OFFLINING'])('%s again and again: still no DELETE', (status) => {
    expect(next([saw(status, { times: 500 })])).toMatchObject({ type: 'wait', until: 'gone' })
  })
})

describe('a deployment that is not found', () => {
  it('never seen, first look: looked for once more', () => {
    expect(next([missed()])).toMatchObject({ type: 'wait', until: 'confirmed' })
  })

  it('never seen, second look: already gone, which may also mean no access', () => {
    const step = next([missed(2)])
    expect(step).toMatchObject({ type: 'end', outcome: 'already-gone' })
    expect(step).toMatchObject({ reason: expect.stringContaining('not visible with these credentials') })
  })

  it('seen, deleted by us, not found: deleted', () => {
    const step = next([saw('RUNNING'), deleted('accepted'), saw('DELETING', { times: 3 }), missed()])
    expect(step).toEqual({ type: 'end', outcome: 'deleted', reason: 'confirmed gone' })
  })

  it('seen, DELETE lost, not found: deleted', () => {
    expect(next([saw('RUNNING'), deleted('unknown'), missed()])).toMatchObject({ type: 'end', outcome: 'deleted' })
  })

  it('seen, DELETE answers NotFound, not found: deleted', () => {
    expect(next([saw('RUNNING'), deleted('not-found'), missed()])).toMatchObject({ type: 'end', outcome: 'deleted' })
  })

  it('seen being deleted by somebody else, not found: deleted, by somebody else', () => {
    const step = next([saw('DELETING', { times: 4 }), missed()])
    expect(step).toMatchObject({ outcome: 'deleted', reason: expect.stringContaining('somebody else') })
  })

  it('only failed looks before: still never seen, so never called deleted', () => {
    expect(next([erred(), missed(2)])).toMatchObject({ outcome: 'already-gone' })
  })
})

describe('after an accepted DELETE', () => {
  const before = [saw('RUNNING'), deleted('accepted')]

  it.each(['DELETING', 'OFFLINING'])('%s: wait, no second DELETE', (status) => {
    expect(next([...before, saw(status)])).toMatchObject({ type: 'wait', until: 'gone' })
  })

  it.each(['RUNNING', 'FAILED', 'STOPPED', 'A_STATUS_OF_TOMORROW'])(
    'still %s and never seen DELETING: the read lags behind, wait, no second DELETE',
    (status) => {
      expect(next([...before, saw(status, { times: 50 })])).toMatchObject({ type: 'wait', until: 'gone' })
    },
  )

  it.each(['RUNNING', 'FAILED'])('back at %s once after DELETING: looked at once more', (status) => {
    expect(next([...before, saw('DELETING'), saw(status)])).toMatchObject({ type: 'wait', until: 'confirmed' })
  })

  it.each(['RUNNING', 'FAILED'])('back at %s twice in a row after DELETING: failed, naming the status', (status) => {
    const step = next([...before, saw('DELETING'), saw(status, { times: 2 })])
    expect(step).toMatchObject({ type: 'end', outcome: 'failed', reason: expect.stringContaining(`${status} again`) })
  })

  it.each(['RUNNING', 'FAILED'])('back at %s twice in a row after OFFLINING: failed', (status) => {
    const step = next([...before, saw('OFFLINING'), saw(status, { times: 2 })])
    expect(step).toMatchObject({ type: 'end', outcome: 'failed' })
  })

  it('back at RUNNING twice, but not in a row: not failed', () => {
    const story = [...before, saw('DELETING'), saw('RUNNING'), saw('DELETING'), saw('RUNNING')]
    expect(next(story)).toMatchObject({ type: 'wait', until: 'confirmed' })
  })

  it('back at RUNNING and then FAILED: not the same twice, so looked at once more', () => {
    expect(next([...before, saw('DELETING'), saw('RUNNING'), saw('FAILED')])).toMatchObject({ until: 'confirmed' })
  })

  it('back at UPDATING_FAILED after DELETING: wait, because only RUNNING and FAILED are ends', () => {
    const story = [...before, saw('DELETING'), saw('UPDATING_FAILED', { times: 9 })]
    expect(next(story)).toMatchObject({ type: 'wait', until: 'gone' })
  })

  it('prepaid only now: wait, because it is on its way out', () => {
    expect(next([...before, saw('DELETING')], { details: { prepaid: true } })).toMatchObject({ until: 'gone' })
  })
})

describe('somebody else was deleting it', () => {
  it.each(['RUNNING', 'FAILED'])('and it is back at %s twice in a row: failed', (status) => {
    expect(next([saw('DELETING'), saw(status, { times: 2 })])).toMatchObject({ type: 'end', outcome: 'failed' })
  })

  it('and it is STOPPED now: DELETE', () => {
    expect(next([saw('DELETING'), saw('STOPPED')])).toMatchObject(DELETE)
  })
})

describe('after a DELETE without a clear answer', () => {
  it('the same object is there and not DELETING: DELETE again', () => {
    expect(next([saw('RUNNING'), deleted('unknown'), saw('RUNNING')])).toMatchObject(DELETE)
  })

  it('it is DELETING: wait, no second DELETE', () => {
    expect(next([saw('RUNNING'), deleted('unknown'), saw('DELETING')])).toMatchObject({ type: 'wait', until: 'gone' })
  })
})

describe('after a DELETE that was refused', () => {
  const before = [saw('RUNNING'), deleted('refused')]

  it('the next look shows it DELETING: wait', () => {
    expect(next([...before, saw('DELETING')])).toMatchObject({ type: 'wait', until: 'gone' })
  })

  it('the next look shows it gone: deleted', () => {
    expect(next([...before, missed()])).toMatchObject({ type: 'end', outcome: 'deleted' })
  })

  it.each(['RUNNING', 'STOPPED'])('the next look shows %s: refused for good, in the words of Alibaba', (status) => {
    const step = next([...before, saw(status)])
    expect(step).toMatchObject({ type: 'end', outcome: 'refused', reason: expect.stringContaining(`status ${status}`) })
    expect(step).toMatchObject({ reason: expect.stringContaining('HTTP 400 UnsupportedOperation') })
  })
})

describe('after a DELETE that did not find what GET shows', () => {
  const before = [saw('RUNNING'), deleted('not-found')]

  it('the read may lag behind: looked at again, no second DELETE', () => {
    expect(next([...before, saw('RUNNING')])).toMatchObject({ type: 'wait', until: 'confirmed' })
  })

  it('many looks later it is still there: failed, because the key may read and not delete', () => {
    const step = next([...before, saw('RUNNING', { times: 10 })])
    expect(step).toMatchObject({ type: 'end', outcome: 'failed', reason: expect.stringContaining('not to delete') })
  })
})

describe('guards', () => {
  it('prepaid: guarded, saying how to go on', () => {
    const step = next([saw('RUNNING')], { details: { prepaid: true } })
    expect(step).toMatchObject({ type: 'end', outcome: 'protected' })
    expect(step).toMatchObject({ reason: expect.stringMatching(/billing console.*'allow: prepaid'/) })
  })

  it('prepaid with allow: prepaid: DELETE', () => {
    expect(next([saw('RUNNING')], { details: { prepaid: true }, allow: ['prepaid'] })).toMatchObject(DELETE)
  })

  it('a reservation: guarded, saying to release its instances in the console', () => {
    const step = next([saw('STOPPED')], { details: { reservation: true } })
    expect(step).toMatchObject({ type: 'end', outcome: 'protected' })
    expect(step).toMatchObject({ reason: expect.stringMatching(/release its capacity instances.*console/) })
  })

  it('a prepaid reservation: allow: prepaid does not lift the reservation', () => {
    const step = next([saw('STOPPED')], { details: { prepaid: true, reservation: true }, allow: ['prepaid'] })
    expect(step).toMatchObject({ outcome: 'protected', reason: expect.stringContaining('reservation') })
  })

  it('workspace-id is given and the deployment names none: it cannot be judged, so it stays', () => {
    const step = next([saw('RUNNING')], { details: { workspaceUnknown: true } })
    expect(step).toMatchObject({ type: 'end', outcome: 'protected' })
    expect(step).toHaveProperty('reason', expect.stringContaining("'workspace-id' cannot be checked"))
  })

  it('another workspace: guarded, naming that workspace and the input', () => {
    const step = next([saw('RUNNING')], { details: { foreignWorkspace: 'llm-theirs' } })
    expect(step).toMatchObject({ outcome: 'protected', reason: expect.stringMatching(/llm-theirs.*'workspace-id'/) })
  })

  it('another workspace: nothing that is allowed lifts that', () => {
    const allow = ['prepaid', 'environment', 'development', 'last', 'orchestration', 'reservation'] as const
    const step = next([saw('RUNNING')], { details: { foreignWorkspace: 'llm-theirs', prepaid: true }, allow })
    expect(step).toMatchObject({ outcome: 'protected' })
  })

  it('a guard that appears after a DELETE without an answer holds back the second DELETE', () => {
    const step = next([saw('RUNNING'), deleted('unknown'), saw('RUNNING')], { details: { prepaid: true } })
    expect(step).toMatchObject({ outcome: 'protected' })
  })
})
