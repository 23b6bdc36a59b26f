import { describe, it } from 'vitest'
import { CASES, runBetween } from './gone-accounts.ts'

/** What the provider refuses for now; on the built action, for every provider in both forms. */

const ID = 'pr-1'

/** States that pass by themselves, and what they pass into. */
const PASSING: Readonly<Record<string, { states: readonly string[]; next: string }>> = {
  Baseten: {
    states: ['BUILDING', 'DEPLOYING', 'LOADING_MODEL', 'UPDATING', 'WAKING_UP', 'DEACTIVATING'],
    next: 'INACTIVE',
  },
  'SAP AI Core': { states: ['UNKNOWN', 'PENDING', 'STOPPING'], next: 'STOPPED' },
  'Alibaba Model Studio': {
    states: [
      ...['PENDING', 'DEPLOYING', 'UPDATING', 'SCALING', 'STOPPING', 'SUSPENDING', 'STARTING', 'RECOVERING'],
      ...['ARREARS_RECOVERING', 'WAIT_TO_DEPLOY', 'WAIT_PRE_PAID_BILLING_TO_DEPLOYING'],
      'WAIT_PRE_PAID_BILLING_TO_SCALING',
    ],
    next: 'RUNNING',
  },
}
/** Longer than a refusal in any other state is borne. */
const REFUSES_MS = 12_000
const SETTLES_MS = 7000

describe.concurrent.each(CASES)(
  '$provider, $form: refused in states that pass by themselves',
  ({ provider, form, open }) => {
    it('asked again until they have passed: all are deleted', async (context) => {
      const { expect } = context
      const { states, next } = PASSING[provider] ?? { states: [], next: '' }
      const idOf = (status: string) => `pr-${status.toLowerCase().replaceAll('_', '-')}`
      const account = open(states.map(idOf))
      for (const status of states) account.setStatus(idOf(status), status)
      let passesAt: number | undefined
      let isOver = false
      let refusals = 0
      const end = await runBetween(account, form, context, ({ method, path }, proceed) => {
        if (!isOver && passesAt !== undefined && account.now() >= passesAt) {
          isOver = true
          for (const id of account.ids) account.setStatus(id, next)
        }
        if (isOver || method === 'GET' || path.includes('/oauth/')) return proceed()
        passesAt ??= account.now() + REFUSES_MS
        refusals++
        return account.refused()
      })
      expect(end.results.map(({ id, outcome }) => `${id} ${outcome}`).sort()).toEqual(
        states.map((status) => `${idOf(status)} deleted`).sort(),
      )
      expect({ exitCode: end.exitCode, left: account.ids.filter(account.has) }).toEqual({ exitCode: 0, left: [] })
      expect(refusals).toBeGreaterThan(0)
    })

    it('stopped by this run just now, and its deletion is refused for a while: deleted once it is not', async (context) => {
      const { expect } = context
      const account = open([ID], { needsStop: true, stopMs: 100 })
      let isStopped = false
      let refusesUntil: number | undefined
      let refusals = 0
      const end = await runBetween(account, form, context, async ({ method, path }, proceed) => {
        const isDeletion = method === 'DELETE' && path.endsWith(`/${ID}`)
        if (isDeletion && isStopped) {
          refusesUntil ??= account.now() + SETTLES_MS
          if (account.now() < refusesUntil) {
            refusals++
            return account.refused()
          }
        }
        const response = await proceed()
        isStopped ||= method !== 'GET' && !isDeletion && !path.includes('/oauth/') && response.ok
        return response
      })
      expect(end.results).toMatchObject([{ id: ID, outcome: 'deleted' }])
      expect({ exitCode: end.exitCode, isThere: account.has(ID) }).toEqual({ exitCode: 0, isThere: false })
      expect(refusals).toBeGreaterThan(0)
    })
  },
)

describe.concurrent.each(CASES)('$provider, $form: refused in a state that does not pass', ({ form, open }) => {
  it('refused after some seconds, exit code 1, with the provider’s words', async (context) => {
    const { expect } = context
    const account = open([ID])
    const end = await runBetween(account, form, context, ({ method, path }, proceed) =>
      method === 'GET' || path.includes('/oauth/') ? proceed() : account.refused(),
    )
    expect(end.results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('not in this state') }])
    expect({ exitCode: end.exitCode, isThere: account.has(ID) }).toEqual({ exitCode: 1, isThere: true })
  })
})
