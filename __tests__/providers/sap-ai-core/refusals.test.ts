import { describe, expect, it } from 'vitest'
import type { TargetEvent } from '../../../src/providers/history.ts'
import type { SapAction } from '../../../src/providers/sap-ai-core/action.ts'
import { brief, decide, del, delWithBody, missed, saw, stop } from './setup.ts'

const running = saw({ status: 'RUNNING', target: 'RUNNING' })
const unknown = saw({ status: 'UNKNOWN', target: 'RUNNING' })
const stopped = saw({ status: 'STOPPED', target: 'STOPPED' })
const completed = saw({ status: 'COMPLETED' })

const repeat = (times: number, events: TargetEvent<SapAction>[]): TargetEvent<SapAction>[] =>
  Array.from({ length: times }, () => events).flat()

describe('SAP AI Core, refused PATCH: decided again by the new status', () => {
  for (const status of [400, 409, 412] as const) {
    it.each([
      ['RUNNING', 'RUNNING', 'stop'],
      ['PENDING', 'RUNNING', 'stop'],
      ['STOPPING', 'STOPPED', 'wait stopped'],
      ['STOPPED', 'STOPPED', 'delete'],
      ['DEAD', 'RUNNING', 'delete'],
      ['UNKNOWN', 'RUNNING', 'delete'],
      ['RUNNING', 'DELETED', 'wait gone'],
      ['SCALING', 'RUNNING', 'wait settled'],
    ])(`PATCH answers ${status}, now %s with target %s: %s`, (now, target, step) => {
      expect(brief(decide({ status: now, target }, [running, stop(status)]))).toBe(step)
    })
  }
})

describe('SAP AI Core, refused DELETE: decided again by the new status', () => {
  for (const status of [409, 412] as const) {
    it.each([
      ['PENDING', 'RUNNING', 'stop'],
      ['RUNNING', 'RUNNING', 'stop'],
      ['STOPPING', 'STOPPED', 'wait stopped'],
      ['UNKNOWN', 'RUNNING', 'delete'],
      ['STOPPED', 'STOPPED', 'delete'],
      ['STOPPED', 'DELETED', 'wait gone'],
    ])(`DELETE answers ${status}, now %s with target %s: %s`, (now, target, step) => {
      expect(brief(decide({ status: now, target }, [unknown, del(status)]))).toBe(step)
    })
  }
})

describe('SAP AI Core, refused: at most five rounds', () => {
  it.each([400, 409, 412] as const)('PATCH answered %s four times: a fifth one is sent', (status) => {
    expect(brief(decide({ status: 'RUNNING' }, repeat(4, [running, stop(status)])))).toBe('stop')
  })

  it.each([400, 409, 412] as const)('PATCH answered %s five times: given up, with status and answer', (status) => {
    const step = decide({ status: 'RUNNING' }, repeat(5, [running, stop(status)]))
    expect(step).toMatchObject({ type: 'end', outcome: 'refused' })
    expect(step).toHaveProperty('reason', `refused 5 times, last in status RUNNING: HTTP ${status} 01010076`)
  })

  it('DELETE answered 412 five times: given up', () => {
    expect(brief(decide({ status: 'STOPPED' }, repeat(4, [stopped, del(412)])))).toBe('delete')
    expect(brief(decide({ status: 'STOPPED' }, repeat(5, [stopped, del(412)])))).toBe('end refused')
  })

  it('refused PATCH and DELETE count together', () => {
    const before = [...repeat(3, [running, stop(412)]), ...repeat(2, [unknown, del(409)])]
    expect(brief(decide({ status: 'PENDING' }, before))).toBe('end refused')
  })

  it('refused five times, but somebody else deletes it: waited for', () => {
    const before = repeat(5, [stopped, del(412)])
    expect(brief(decide({ status: 'STOPPED', target: 'DELETED' }, before))).toBe('wait gone')
    expect(brief(decide('absent', [...before, missed()]))).toBe('end deleted')
  })
})

describe('SAP AI Core, DELETE with the body of older documents', () => {
  it.each([400, 415] as const)('a bare DELETE answered %s: sent once more with the body', (status) => {
    for (const now of ['UNKNOWN', 'STOPPED', 'DEAD']) {
      expect(brief(decide({ status: now }, [stopped, del(status)]))).toBe('delete with body')
    }
  })

  it.each([409, 412] as const)('a bare DELETE answered %s: no body, the status is what is wrong', (status) => {
    expect(brief(decide({ status: 'STOPPED' }, [stopped, del(status)]))).toBe('delete')
  })

  it('a bare DELETE without a clear answer: no body', () => {
    expect(brief(decide({ status: 'STOPPED' }, [stopped, del('unknown')]))).toBe('delete')
  })

  it.each([400, 415] as const)('the body was refused with %s as well: never sent a second time', (status) => {
    const before = [stopped, del(400), stopped, delWithBody(status)]
    expect(brief(decide({ status: 'STOPPED' }, before))).toBe('delete')
    expect(brief(decide({ status: 'STOPPED' }, [...before, stopped, del(400)]))).toBe('delete')
  })

  it('a bare DELETE answered 400, and now it is RUNNING: stopped, not deleted', () => {
    expect(brief(decide({ status: 'RUNNING', target: 'RUNNING' }, [unknown, del(400)]))).toBe('stop')
  })

  it('a PATCH answered 400 says nothing about the body of a DELETE', () => {
    expect(brief(decide({ status: 'STOPPED' }, [running, stop(400)]))).toBe('delete')
  })
})

describe('SAP AI Core, COMPLETED', () => {
  it.each([400, 409, 412, 415] as const)('one DELETE; answered %s: reported, nothing more is sent', (status) => {
    const step = decide({ status: 'COMPLETED' }, [completed, del(status)])
    expect(step).toMatchObject({ type: 'end', outcome: 'refused' })
    expect(step).toHaveProperty(
      'reason',
      `SAP AI Core refuses to delete it in status COMPLETED: HTTP ${status} 01010076`,
    )
  })

  it('a DELETE that was refused in another status does not take its one attempt away', () => {
    const raced = [unknown, del(412), saw({ status: 'PENDING', target: 'RUNNING' }), stop('accepted')]
    expect(brief(decide({ status: 'COMPLETED' }, raced))).toBe('delete')
  })
})

describe('SAP AI Core, the shared orchestration deployment', () => {
  const orchestration = { status: 'RUNNING', target: 'RUNNING', orchestration: true }

  it('stays unless it is allowed, and the reason says how', () => {
    const step = decide(orchestration)
    expect(step.type).toBe('end')
    expect(step).toHaveProperty('reason', expect.stringContaining("'allow: orchestration'"))
  })

  it.each(['UNKNOWN', 'PENDING', 'STOPPING', 'STOPPED', 'DEAD', 'COMPLETED', 'SCALING'])('stays in %s', (status) => {
    expect(decide({ status, orchestration: true }).type).toBe('end')
  })

  it("'allow: orchestration' lifts the guard", () => {
    expect(brief(decide(orchestration, [], ['orchestration']))).toBe('stop')
  })

  it('no other guard lifts it', () => {
    expect(decide(orchestration, [], ['environment', 'development', 'last', 'prepaid', 'reservation']).type).toBe('end')
  })

  it('is being deleted already: nothing to guard, its end is waited for', () => {
    expect(brief(decide({ status: 'STOPPED', target: 'DELETED', orchestration: true }))).toBe('wait gone')
  })
})
