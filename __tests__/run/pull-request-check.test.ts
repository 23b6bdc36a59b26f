import { describe, expect, it } from 'vitest'
import { createPullRequestWatch } from '../../src/github/pull-request-watch.ts'
import type { Observation, Snapshot } from '../../src/providers/observation.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { Action, ActionResult } from '../../src/providers/step.ts'
import type { Target } from '../../src/providers/target.ts'
import { checkingPullRequests } from '../../src/run/pull-request-check.ts'
import type { PullRequestState } from '../../src/sweep/classify.ts'
import { fakeClock } from '../support/clock.ts'

const A: Target = { resource: 'deployment', id: 'a' }
const B: Target = { resource: 'deployment', id: 'b' }
const EXCHANGE = { at: 0, ms: 0, method: 'GET', path: '/' }
const ACCEPTED: ActionResult = { result: 'accepted', exchange: EXCHANGE }
const DELETE: Action = { verb: 'delete', final: true }
const LIMITS = { notAfter: Number.POSITIVE_INFINITY }

/** A provider of the targets a (pull request 1) and b (pull request 2), with its pull requests and a log of what was asked. */
function world(more: { absent?: boolean; lookMs?: number } = {}) {
  const clock = fakeClock()
  const states = new Map<number, PullRequestState>([
    [1, 'closed'],
    [2, 'closed'],
  ])
  const asked: string[] = []
  let status = 'RUNNING'
  let failure: Error | undefined
  const watch = createPullRequestWatch(async (numbers) => {
    asked.push(`GitHub ${[...numbers].join()}`)
    if (failure !== undefined) throw failure
    return new Map([...numbers].map((number) => [number, states.get(number) ?? 'unknown']))
  }, clock)
  const observation = (): Observation =>
    more.absent
      ? { state: 'absent', exchange: EXCHANGE }
      : { state: 'present', snapshot: { status }, exchange: EXCHANGE }
  const ask = async (what: string, targets: readonly Target[]) =>
    void asked.push(`${what} ${targets.map(({ id }) => id).join()}`)
  const provider: Provider<Snapshot, Action> = {
    concurrency: 4,
    requestText: () => '',
    list: async () => [],
    async observe(targets) {
      await ask('look', targets)
      if (more.lookMs !== undefined) await clock.sleep(more.lookMs)
      return targets.map(observation)
    },
    async confirmGone(targets) {
      await ask('confirm', targets)
      return targets.map(observation)
    },
    protection: () => undefined,
    collateral: () => [],
    nextStep: () => ({ type: 'end', outcome: 'failed', reason: '' }),
    async act(target) {
      await ask('act', [target])
      return ACCEPTED
    },
    bulk: {
      from: 2,
      most: 9,
      verbs: ['delete'],
      batchOf: () => 'all',
      isOffered: () => undefined,
      async act(targets) {
        await ask('bulk', targets)
        return targets.map(() => ACCEPTED)
      },
    },
  }
  const checked = checkingPullRequests(provider, watch, ({ id }) => [id === 'a' ? 1 : 2])
  return {
    clock,
    watch,
    states,
    checked,
    asked: () => asked.splice(0),
    changeStatus(to: string) {
      status = to
    },
    fail(error: Error | undefined) {
      failure = error
    },
  }
}

describe('GitHub is asked again', () => {
  it('beside the first look, in one question for all', async () => {
    const { checked, asked } = world()
    await checked.observe([A, B])
    expect(asked()).toEqual(['look a,b', 'GitHub 1,2'])
  })

  it('not where the answer is two seconds old at most', async () => {
    const { checked, watch, clock, asked } = world()
    await watch.refresh([1, 2], 0)
    await clock.sleep(2000)
    asked()
    await checked.observe([A, B])
    expect(asked()).toEqual(['look a,b'])
  })

  it('not at a look that shows the same, but at one that shows a change, about that target alone', async () => {
    const { checked, clock, asked, changeStatus } = world()
    await checked.observe([A, B])
    await clock.sleep(60_000)
    asked()
    await checked.observe([A, B])
    expect(asked()).toEqual(['look a,b'])
    changeStatus('STOPPED')
    await checked.observe([A])
    expect(asked()).toEqual(['look a', 'GitHub 1'])
  })

  it('beside the look after an action', async () => {
    const { checked, clock, asked } = world()
    await checked.observe([A])
    await checked.act(A, DELETE, LIMITS)
    await clock.sleep(3000)
    asked()
    await checked.observe([A])
    expect(asked()).toEqual(['look a', 'GitHub 1'])
  })

  it('once more where the look itself took long', async () => {
    const { checked, asked } = world({ lookMs: 2001 })
    await checked.observe([A])
    expect(asked()).toEqual(['look a', 'GitHub 1', 'GitHub 1'])
  })

  it('never where only the end is confirmed, or nothing is there', async () => {
    const { checked, clock, asked } = world({ absent: true })
    await checked.observe([A])
    await clock.sleep(60_000)
    asked()
    await checked.confirmGone([A])
    expect(asked()).toEqual(['confirm a'])
  })

  it('before a write whose answer is older than five seconds', async () => {
    const { checked, watch, clock, asked } = world()
    await watch.refresh([1], 0)
    await clock.sleep(5000)
    asked()
    await checked.act(A, DELETE, LIMITS)
    expect(asked()).toEqual(['act a'])
    await clock.sleep(1)
    await checked.act(A, DELETE, LIMITS)
    expect(asked()).toEqual(['GitHub 1', 'act a'])
  })

  it('in one question for writes that begin together', async () => {
    const { checked, asked } = world()
    await Promise.all([checked.act(A, DELETE, LIMITS), checked.act(B, DELETE, LIMITS)])
    expect(asked()).toEqual(['GitHub 1,2', 'act a', 'act b'])
  })
})

describe('a pull request that is open again', () => {
  it('keeps its target from being written to, and no other', async () => {
    const { checked, states, asked } = world()
    states.set(1, 'open')
    const results = await Promise.all([checked.act(A, DELETE, LIMITS), checked.act(B, DELETE, LIMITS)])
    expect(results).toEqual([{ result: 'failed', problem: 'pull request 1 is open' }, ACCEPTED])
    expect(asked()).toEqual(['GitHub 1,2', 'act b'])
  })

  it('keeps a group from being written to as one: each goes alone, and is judged', async () => {
    const { checked, states, asked } = world()
    states.set(1, 'open')
    expect(await checked.bulk?.act([A, B], DELETE, LIMITS)).toBeUndefined()
    expect(asked()).toEqual(['GitHub 1,2'])
  })

  it('none of them: the group goes as one', async () => {
    const { checked, asked } = world()
    expect(await checked.bulk?.act([A, B], DELETE, LIMITS)).toHaveLength(2)
    expect(asked()).toEqual(['GitHub 1,2', 'bulk a,b'])
  })
})

describe('GitHub that cannot be asked', () => {
  it('makes a look unreadable, and what is not there stays so', async () => {
    const present = world()
    present.fail(new Error('GitHub is down'))
    expect(await present.checked.observe([A])).toMatchObject([
      { state: 'unreadable', error: { message: 'GitHub is down' } },
    ])
    const absent = world({ absent: true })
    absent.fail(new Error('GitHub is down'))
    expect(await absent.checked.observe([A])).toMatchObject([{ state: 'absent' }])
  })

  it('is asked again at the next look', async () => {
    const { checked, fail, asked } = world()
    fail(new Error('GitHub is down'))
    await checked.observe([A])
    fail(undefined)
    asked()
    expect(await checked.observe([A])).toMatchObject([{ state: 'present' }])
    expect(asked()).toEqual(['look a', 'GitHub 1'])
  })

  it('lets no write pass', async () => {
    const { checked, fail, asked } = world()
    fail(new Error('GitHub is down'))
    expect(await checked.act(A, DELETE, LIMITS)).toEqual({ result: 'failed', problem: 'GitHub is down' })
    expect(await checked.bulk?.act([A, B], DELETE, LIMITS)).toBeUndefined()
    expect(asked().filter((what) => !what.startsWith('GitHub'))).toEqual([])
  })
})
