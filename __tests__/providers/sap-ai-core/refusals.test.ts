import { describe, expect, it } from 'vitest'
import type { TargetEvent } from '../../../src/providers/history.ts'
import type { SapAction } from '../../../src/providers/sap-ai-core/action.ts'
import { brief, decide, del, delWithBody, missed, saw, stop } from './setup.ts'

const running = saw({ status: 'RUNNING', target: 'RUNNING' })
const unknown = saw({ status: 'UNKNOWN', target: 'RUNNING' })
const stopped = saw({ status: 'STOPPED', target: 'STOPPED' })
const completed = saw({ status: 'COMPLETED' })

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

describe('SAP AI Core, refused again and again', () => {
  const over = (ms: readonly number[], event: (at: number) => readonly TargetEvent<SapAction>[]) => ms.flatMap(event)

  it.each([400, 409, 412] as const)('PATCH answered %s in RUNNING: given up after five seconds', (status) => {
    const refusedOver = (ms: number) => over([0, 1000, ms], (at) => [running, stop(status, at)])
    expect(brief(decide({ status: 'RUNNING' }, refusedOver(4999)))).toBe('stop')
    const step = decide({ status: 'RUNNING' }, refusedOver(5000))
    expect(step).toMatchObject({ type: 'end', outcome: 'refused' })
    expect(step).toHaveProperty('reason', `refused 3 times, last in status RUNNING: HTTP ${status} 01010076`)
  })

  it.each(['STOPPED', 'DEAD'])('DELETE answered 412 in %s: given up after five seconds', (status) => {
    const refusedOver = (ms: number) => over([0, ms], (at) => [saw({ status }), del(412, at)])
    expect(brief(decide({ status }, refusedOver(4999)))).toBe('delete')
    expect(brief(decide({ status }, refusedOver(5000)))).toBe('end refused')
  })

  it.each([
    ['UNKNOWN', 'delete'],
    ['PENDING', 'stop'],
  ])('in %s, which passes by itself: borne until the deadline', (status, again) => {
    const act = again === 'stop' ? stop : del
    const before = over([0, 60_000, 600_000], (at) => [saw({ status }), act(412, at)])
    expect(brief(decide({ status }, before))).toBe(again)
  })

  it('in STOPPED, half a minute after our own stop: it may not have reached everything yet', () => {
    const refusedOver = (ms: number) => [
      ...[running, stop('accepted')],
      ...over([1000, 10_000, ms], (at) => [stopped, del(412, at)]),
    ]
    expect(brief(decide({ status: 'STOPPED', target: 'STOPPED' }, refusedOver(29_999)))).toBe('delete')
    expect(brief(decide({ status: 'STOPPED', target: 'STOPPED' }, refusedOver(30_000)))).toBe('end refused')
  })

  it('in another status each time: decided again by the new one', () => {
    const before = [running, stop(412, 0), saw({ status: 'PENDING' }), stop(409, 9000)]
    expect(brief(decide({ status: 'RUNNING' }, before))).toBe('stop')
  })

  it('but somebody else deletes it: waited for', () => {
    const before = over([0, 9000], (at) => [stopped, del(412, at)])
    const going = saw({ status: 'STOPPED', target: 'DELETED' })
    expect(brief(decide({ status: 'STOPPED', target: 'DELETED' }, before))).toBe('wait gone')
    expect(brief(decide('absent', [...before, going, missed(2, 1000)]))).toBe('end deleted')
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

  it('a bare DELETE had no clear answer: no body', () => {
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
