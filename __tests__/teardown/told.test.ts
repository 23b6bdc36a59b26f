import { describe, expect, it } from 'vitest'
import { HttpError } from '../../src/http/errors.ts'
import { changes } from '../../src/providers/history.ts'
import type { Listed } from '../../src/providers/observation.ts'
import type { ActionResult } from '../../src/providers/step.ts'
import { type Target, targetKey } from '../../src/providers/target.ts'
import { active, DELETE, EXCHANGE, outcomes, plainRules, type Script, scripted } from './scripted.ts'

const STOP = { verb: 'stop', final: false }
/** Stops, and deletes once it is STOPPED. */
const nextStep: NonNullable<Script['nextStep']> = (observation, history) => {
  const isActive = observation.state === 'present' && observation.snapshot.status === 'ACTIVE'
  return isActive ? { type: 'act', action: STOP, reason: 'is ACTIVE', after: [] } : plainRules(observation, history)
}

/** One target of a sweep that is stopped and deleted; `results` are what becomes of the actions, in order. */
function stopped(...results: (ActionResult | Error)[]) {
  const target: Target = { resource: 'deployment', id: 'd0' }
  const swept = new Map<string, Listed>([[targetKey(target), { target, snapshot: { status: 'ACTIVE' } }]])
  const setup = scripted(active(1), {
    nextStep,
    act: (_id, count) => {
      const result = results[count - 1]
      if (result instanceof Error) throw result
      if (result?.result === 'accepted') setup.things.set('d0', { status: 'STOPPED', name: 'name-0' })
      return result
    },
  })
  return { ...setup, sweep: { swept } }
}

const ACCEPTED: ActionResult = { result: 'accepted', exchange: EXCHANGE }
const vetoStopped = ({ status }: { status: string }) => (status === 'STOPPED' ? 'it is protected now' : undefined)

describe('what this run has changed', () => {
  it('is not kept when it must stay: refused, with what was done, the state it is in and what to do', async () => {
    const { run, sweep } = stopped(ACCEPTED)
    const [result] = await run({ ...sweep, veto: vetoStopped })
    expect(result?.outcome).toBe('refused')
    expect(result?.reason).toBe(
      'it is protected now. This run has already requested its stop. It is left STOPPED: start it again where it is needed, or run this again once nothing stands in the way',
    )
  })

  it('perhaps, because no answer came: refused, and told so', async () => {
    const { run, sweep } = stopped(new HttpError('network', 'the connection failed', EXCHANGE))
    let looks = 0
    const [result] = await run({ ...sweep, veto: () => (looks++ === 0 ? undefined : 'it is protected now') })
    expect(result?.outcome).toBe('refused')
    expect(result?.reason).toContain('Whether its stop was carried out is unknown. It is left ACTIVE')
  })

  it.each<[string, ActionResult]>([
    ['was refused', { result: 'refused', problem: 'HTTP 409', status: 409, exchange: EXCHANGE }],
    ['found nothing', { result: 'not-found', exchange: EXCHANGE }],
  ])('is nothing where the only action %s: kept', async (_what, actionResult) => {
    const { run, sweep } = stopped(actionResult)
    let looks = 0
    const [result] = await run({ ...sweep, veto: () => (looks++ === 0 ? undefined : 'it is protected now') })
    expect([result?.outcome, result?.reason]).toEqual(['kept', 'it is protected now'])
  })

  it('is told where it fails, or the time is over', async () => {
    const failed = stopped(ACCEPTED, { result: 'failed', problem: 'HTTP 400: never', exchange: EXCHANGE })
    expect((await failed.run())[0]).toMatchObject({
      outcome: 'failed',
      reason: 'HTTP 400: never. This run has already requested its stop',
    })

    const stop = new AbortController()
    const late = stopped(ACCEPTED, { result: 'refused', problem: 'HTTP 409', status: 409, exchange: EXCHANGE })
    late.clock.at(50, () => stop.abort())
    const [result] = await late.run({ stop: stop.signal })
    expect(result?.outcome).toBe('timed-out')
    expect(result?.reason).toMatch(/last seen STOPPED\. This run has already requested its stop$/)
  })

  it('is told once: a deletion that was accepted and is not confirmed says it itself', async () => {
    const stop = new AbortController()
    const setup = scripted(active(1), { goneMs: 600_000 })
    setup.clock.at(1000, () => stop.abort())
    const [result] = await setup.run({ stop: stop.signal })
    expect(result?.reason).toBe('deletion was accepted but not confirmed; last seen ACTIVE')
  })

  it('is no word of what was deleted', async () => {
    const { run } = stopped(ACCEPTED)
    expect(outcomes(await run())).toEqual(['deleted'])
    expect((await stopped(ACCEPTED).run())[0]?.reason).toBe('confirmed gone')
  })
})

describe('the actions of a target', () => {
  const event = (action: typeof DELETE, result: ActionResult) =>
    ({ type: 'requested', at: 0, until: 0, action, actionResult: result }) as const
  const unknown: ActionResult = { result: 'unknown', problem: 'reset' }
  const refused: ActionResult = { result: 'refused', problem: 'HTTP 409', status: 409, exchange: EXCHANGE }

  it('are what was accepted, and what may have been carried out unless the same was asked again', () => {
    const history = [
      event(STOP, refused),
      event(STOP, unknown),
      event(STOP, ACCEPTED),
      event(DELETE, unknown),
      event(DELETE, unknown),
    ]
    expect(changes(history).map(({ action, actionResult }) => `${action.verb} ${actionResult.result}`)).toEqual([
      'stop accepted',
      'delete unknown',
    ])
    expect(changes([event(DELETE, refused), event(DELETE, { result: 'not-found', exchange: EXCHANGE })])).toEqual([])
  })
})
