import { describe, it } from 'vitest'
import { runPost, runStep } from '../../demo/runner.ts'
import { serve } from '../../emulators/serve.ts'
import { FAST } from './fast-clock.ts'
import { type Between, CASES, hiding, inFront, inputsOf, PROVIDERS, runBetween, unseen } from './gone-accounts.ts'

/** Deployments that are too new to be shown, and lists that lag; on the built action, for every provider. */

const ID = 'pr-1'
const NEVER = Number.POSITIVE_INFINITY
/** How long one that is not shown is looked for, in ms. */
const LOOKED_FOR: Readonly<Record<string, number>> = {
  Baseten: 30_000,
  'SAP AI Core': 30_000,
  'Alibaba Model Studio': 10_000,
}
const NEW = PROVIDERS.map((each) => ({ ...each, lookMs: LOOKED_FOR[each.provider] ?? 0 }))

describe.concurrent.each(NEW)('$provider: deployed seconds ago, and not shown yet', ({ open, lookMs }) => {
  const waits = new RegExp(
    `not found; it may be too new to be shown, so the action keeps checking for ${lookMs / 1000} s`,
  )

  it('is looked for, the log says so and why, and it is found and deleted', async (context) => {
    const { expect } = context
    const account = open([ID], { ageMs: 2000 })
    let shownFrom: number | undefined
    const end = await runBetween(account, 'exact', context, (call, proceed) => {
      if (call.isList) shownFrom ??= account.now() + lookMs * 0.7
      return account.now() < (shownFrom ?? NEVER) ? unseen(account, call, proceed) : proceed()
    })
    expect(end.results).toMatchObject([{ id: ID, outcome: 'deleted' }])
    expect(end.log).toMatch(waits)
    expect({ exitCode: end.exitCode, isThere: account.has(ID) }).toEqual({ exitCode: 0, isThere: false })
  })

  it('with defer: the end of the job does the same', async ({ expect, onTestFinished }) => {
    const account = open([ID], { ageMs: 2000 })
    let shownFrom: number | undefined
    const between: Between = (call, proceed) => {
      if (call.isList) shownFrom ??= account.now() + lookMs / 2
      return account.now() < (shownFrom ?? NEVER) ? unseen(account, call, proceed) : proceed()
    }
    const { url, close } = await serve(inFront(account.emulator, between))
    onTestFinished(close)
    const step = { inputs: { ...inputsOf(account, 'exact', url), timeout: '4m', defer: 'true' }, env: FAST }
    const { state, outputs } = await runStep(step)
    expect({ status: outputs['status'], isThere: account.has(ID) }).toEqual({ status: 'planned', isThere: true })
    const end = await runPost(step, state)
    expect(end.log).toMatch(waits)
    expect({ exitCode: end.exitCode, status: end.outputs['status'] }).toEqual({ exitCode: 0, status: 'deleted' })
    expect(account.has(ID)).toBe(false)
  })

  it('is never shown: already gone, only after all that time, and it says for how long it was looked for', async (context) => {
    const { expect } = context
    const account = open([ID])
    const end = await runBetween(account, 'exact', context, (call, proceed) => unseen(account, call, proceed))
    expect(end.results).toMatchObject([{ id: ID, outcome: 'already-gone' }])
    expect(end.results[0]?.reason).toMatch(/\(checked for \d+\.?\d* s\)$/)
    expect(end.results[0]?.durationMs).toBeGreaterThanOrEqual(lookMs)
    expect(end.outputs).toMatchObject({ status: 'already-gone', 'deleted-count': '0' })
    expect(end.writes).toEqual([])
  })

  it('GET shows it, and the list does not for some seconds: it is deleted, and not said to have failed', async (context) => {
    const { expect } = context
    const account = open([ID], { ageMs: 2000 })
    let listedFrom: number | undefined
    const end = await runBetween(account, 'exact', context, (call, proceed) => {
      listedFrom ??= account.now() + 12_000
      return call.isList && account.now() < listedFrom ? hiding(proceed(), account.ids) : proceed()
    })
    expect(end.results).toMatchObject([{ id: ID, outcome: 'deleted' }])
    expect({ exitCode: end.exitCode, isThere: account.has(ID) }).toEqual({ exitCode: 0, isThere: false })
  })
})

describe.concurrent.each(CASES)('$provider, $form: the list lags', ({ form, open }) => {
  it('GET does not find it any more, and the list shows it for some seconds: deleted, but not before', async (context) => {
    const { expect } = context
    const account = open([ID], { deleteMs: 6000 })
    let deletedAt: number | undefined
    const end = await runBetween(account, form, context, async (call, proceed) => {
      if (call.method === 'GET' && call.isAbout(ID) && deletedAt !== undefined) return account.notFound()
      const response = await proceed()
      if (call.method === 'DELETE') deletedAt = account.now()
      return response
    })
    expect(end.results).toMatchObject([{ id: ID, outcome: 'deleted' }])
    expect(account.now() - (deletedAt ?? 0)).toBeGreaterThanOrEqual(6000)
    expect({ exitCode: end.exitCode, isThere: account.has(ID) }).toEqual({ exitCode: 0, isThere: false })
    expect(end.writes.filter((line) => line.startsWith('DELETE'))).toHaveLength(1)
  })
})
