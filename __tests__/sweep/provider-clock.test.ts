import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../src/http/exchange.ts'
import { createProviderClock } from '../../src/run/provider-clock.ts'
import { START } from '../support/clock.ts'
import { alibabaAccount, basetenAccount, DAY, HOUR, idsOf, sapAccount } from './accounts.ts'

const MINUTE = 60_000

/** An answer to GET that took 200 ms, from a server whose clock is ahead by so much. */
function answer(aheadMs: number | undefined, more: Partial<Exchange> = {}): Exchange {
  const serverTime = aheadMs === undefined ? {} : { serverTime: START + 200 + aheadMs }
  return { at: START, ms: 200, method: 'GET', path: '/v1/models', status: 200, ...serverTime, ...more }
}

function clockThatHeard(...answers: Exchange[]) {
  const clock = createProviderClock()
  for (const each of answers) clock.heard(each)
  return clock
}

describe("the provider's clock", () => {
  it.each([-HOUR, 0, HOUR])('is ahead by %i ms: so is the time by which ages are told', (ahead) => {
    expect(clockThatHeard(answer(ahead)).at(START + 5000)).toBe(START + 5000 + ahead)
  })

  it('of several answers, the earliest time counts', () => {
    expect(clockThatHeard(answer(HOUR), answer(2000), answer(DAY)).at(START)).toBe(START + 2000)
  })

  it.each([
    ['ahead', HOUR, 0],
    ['behind', -HOUR, -HOUR],
  ])('an answer without a date, and a provider %s: the younger reading counts', (_what, ahead, expected) => {
    expect(clockThatHeard(answer(ahead), answer(undefined)).at(START)).toBe(START + expected)
    expect(clockThatHeard(answer(undefined), answer(ahead)).at(START)).toBe(START + expected)
  })

  it('nothing heard: the runner’s own time', () => {
    expect(clockThatHeard().at(START)).toBe(START)
  })

  it.each<[string, Partial<Exchange>]>([
    ['a token', { method: 'POST' }],
    ['a failure', { status: 502 }],
    ['a redirect', { status: 302 }],
    ['no answer', { status: undefined as never }],
  ])('%s tells nothing of it', (_what, more) => {
    expect(clockThatHeard(answer(-HOUR, more)).at(START)).toBe(START)
  })

  it.each([
    [2 * MINUTE, undefined],
    [-2 * MINUTE, undefined],
    [3 * MINUTE, "The provider's clock is 3m 00s ahead of the runner's. Ages are measured by the provider's"],
    [-3 * MINUTE, "The provider's clock is 3m 00s behind the runner's. Ages are measured by the provider's"],
  ])('%i ms ahead: %s', (ahead, text) => {
    expect(clockThatHeard(answer(ahead)).notice()).toBe(text)
  })
})

describe.each([
  [
    'Baseten',
    (date: () => number | undefined) => {
      const account = basetenAccount({ date })
      account.world.addModel({ id: 'm1' })
      account.world.addDeployment('m1', { id: 'live', name: 'live', production: true, createdAt: iso(90 * DAY) })
      for (const [id, age] of AGES) account.world.addDeployment('m1', { id, name: `x-${id}`, createdAt: iso(age) })
      return account
    },
  ],
  [
    'SAP AI Core',
    (date: () => number | undefined) => {
      const account = sapAccount({ date })
      for (const [id, age] of AGES) {
        account.world.add({ id, status: 'STOPPED', configurationName: `x-${id}`, createdAt: iso(age) })
      }
      return account
    },
  ],
  [
    'Model Studio',
    (date: () => number | undefined) => {
      const account = alibabaAccount({ date })
      for (const [id, age] of AGES) account.world.seed({ deployed_model: id, created: START - age })
      return account
    },
  ],
] as const)('%s: older-than: 1h, where the provider says', (_provider, open) => {
  const sweep = (date: () => number | undefined) => open(date).run({ name: '*', 'older-than': '1h' })

  it('the same time: what is older goes', async () => {
    const acted = await sweep(() => START)
    expect(idsOf(acted, 'deleted')).toEqual(['hours', 'days'].sort())
    expect(acted.log.filter((line) => line.includes("provider's clock"))).toEqual([])
  })

  it('that the runner is three hours ahead: what only the runner takes for old stays, and a notice says so', async () => {
    const acted = await sweep(() => START - 3 * HOUR)
    expect(idsOf(acted, 'deleted')).toEqual(['days'])
    expect(acted.log).toContainEqual(
      expect.stringMatching(/^notice: The provider's clock is 3h 00m behind the runner's/),
    )
  })

  it('that the runner is three hours behind: what the provider takes for old goes', async () => {
    const acted = await sweep(() => START + 3 * HOUR)
    expect(idsOf(acted, 'deleted')).toEqual(['days', 'hours', 'minutes'])
  })

  it('no time, or none that can be read: the runner decides', async () => {
    expect(idsOf(await sweep(() => undefined), 'deleted')).toEqual(['days', 'hours'])
    expect(idsOf(await sweep(() => Number.NaN), 'deleted')).toEqual(['days', 'hours'])
  })
})

/** What is there, by name, and how old. */
const AGES = [
  ['minutes', 10 * MINUTE],
  ['hours', 2 * HOUR],
  ['days', 2 * DAY],
] as const

function iso(ageMs: number): string {
  return `${new Date(START - ageMs).toISOString().slice(0, 19)}Z`
}
