import { describe, expect, it } from 'vitest'
import { deleted, missed, next, saw } from './story.ts'

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
    expect(next([saw(status)])).toEqual({ type: 'wait', until: 'gone', reason: 'is being deleted', after: [] })
  })

  it.each(['DELETING', 'OFFLINING'])('%s again and again: still no DELETE', (status) => {
    expect(next([saw(status, { times: 500 })])).toMatchObject({ type: 'wait', until: 'gone' })
  })
})

describe('a deployment that is not found', () => {
  it('never seen: looked for over ten seconds, because no lag is documented', () => {
    expect(next([missed()])).toMatchObject({
      type: 'wait',
      until: 'confirmed',
      reason: expect.stringContaining('10 s'),
    })
    expect(next([missed(9, 9999)])).toMatchObject({ type: 'wait', until: 'confirmed' })
    expect(next([missed(9, 10_000)])).toMatchObject({ type: 'end', outcome: 'already-gone' })
  })

  it('seen, deleted by us, not found: deleted', () => {
    const step = next([saw('RUNNING'), deleted('accepted'), saw('DELETING', { times: 3 }), missed()])
    expect(step).toEqual({ type: 'end', outcome: 'deleted', reason: 'confirmed gone' })
  })

  it('seen, DELETE lost or answered NotFound, not found for five seconds: already gone', () => {
    for (const result of ['unknown', 'not-found'] as const) {
      expect(next([saw('RUNNING'), deleted(result), missed()])).toMatchObject({ type: 'wait', until: 'confirmed' })
      expect(next([saw('RUNNING'), deleted(result), missed(3, 5000)])).toMatchObject({ outcome: 'already-gone' })
    }
  })

  it.each(['DELETING', 'OFFLINING'])(
    'seen %s although nothing was asked, not found in two rounds: deleted',
    (status) => {
      expect(next([saw(status, { times: 4 }), missed()])).toMatchObject({ type: 'wait', until: 'confirmed' })
      expect(next([saw(status, { times: 4 }), missed(2, 1000)])).toMatchObject({
        ...{ outcome: 'deleted', reason: expect.stringContaining('somebody else') },
      })
    },
  )
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

  it.each(['RUNNING', 'FAILED'])('back at %s after DELETING: a read may lag behind, looked at again', (status) => {
    expect(next([...before, saw('DELETING'), saw(status)])).toMatchObject({ type: 'wait', until: 'confirmed' })
  })

  it.each(['RUNNING', 'FAILED'])('back at %s for half a minute after DELETING: failed, naming the status', (status) => {
    const step = next([...before, saw('DELETING'), saw(status, { times: 9, ms: 30_000 })])
    expect(step).toMatchObject({ type: 'end', outcome: 'failed', reason: expect.stringContaining(`${status} again`) })
  })

  it.each(['RUNNING', 'FAILED'])('back at %s for half a minute after OFFLINING: failed', (status) => {
    const step = next([...before, saw('OFFLINING'), saw(status, { times: 9, ms: 30_000 })])
    expect(step).toMatchObject({ type: 'end', outcome: 'failed' })
  })

  it('back at RUNNING for 20 s twice, but not in a row: not failed', () => {
    const back = saw('RUNNING', { times: 9, ms: 20_000 })
    const story = [...before, saw('DELETING'), back, saw('DELETING'), back]
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
  it.each(['RUNNING', 'FAILED'])('and it is back at %s for half a minute: failed', (status) => {
    expect(next([saw('DELETING'), saw(status, { times: 9, ms: 30_000 })])).toMatchObject({
      type: 'end',
      outcome: 'failed',
    })
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

  it.each(['RUNNING', 'STOPPED', 'FAILED', 'ARREARS_DOWN', 'A_STATUS_OF_TOMORROW'])(
    'it stays %s, a state that does not pass: refused for good after five seconds, in the words of Alibaba',
    (status) => {
      const refused = (ms: number) => [saw(status), deleted('refused', ms)]
      expect(next([...refused(0), ...refused(4999), saw(status)])).toMatchObject(DELETE)
      const step = next([...refused(0), ...refused(5000), saw(status)])
      expect(step).toMatchObject({ type: 'end', outcome: 'refused' })
      expect(step).toHaveProperty('reason', expect.stringContaining(`status ${status}: HTTP 400 UnsupportedOperation`))
    },
  )

  it.each(['PENDING', 'DEPLOYING', 'UPDATING', 'SCALING', 'STOPPING', 'RECOVERING', 'WAIT_TO_DEPLOY'])(
    'it stays %s, a state that passes by itself: asked for again until the deadline',
    (status) => {
      const refused = [0, 60_000, 600_000].flatMap((ms) => [saw(status), deleted('refused', ms)])
      expect(next([...refused, saw(status)])).toMatchObject(DELETE)
    },
  )

  it('it was refused in another status: that says nothing about this one', () => {
    const refused = [0, 9000].flatMap((ms) => [saw('UPDATING'), deleted('refused', ms)])
    expect(next([...refused, saw('RUNNING')])).toMatchObject(DELETE)
  })
})

describe('after a DELETE that did not find what GET shows', () => {
  const before = [saw('RUNNING'), deleted('not-found')]

  it('the read may lag behind: looked at again, no second DELETE', () => {
    expect(next([...before, saw('RUNNING')])).toMatchObject({ type: 'wait', until: 'confirmed' })
  })

  it('two seconds later it is still there: DELETE again, and the next time later', () => {
    expect(next([...before, saw('RUNNING', { times: 4, ms: 2000 })])).toMatchObject(DELETE)
    const again = [...before, saw('RUNNING'), deleted('not-found', 2000)]
    expect(next([...again, saw('RUNNING', { times: 4, ms: 9999 })])).toMatchObject({ type: 'wait', until: 'confirmed' })
    expect(next([...again, saw('RUNNING', { times: 5, ms: 10_000 })])).toMatchObject(DELETE)
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
