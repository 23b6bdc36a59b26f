import { describe, expect, it } from 'vitest'
import { errorFault, errorOf } from '../../../emulators/alibaba-model-studio.ts'
import type { Acted } from '../../support/act.ts'
import { type Studio, studio } from './studio.ts'

const ALWAYS = { times: Number.POSITIVE_INFINITY }
const DENIED = errorOf('Model.AccessDenied')

/** An account with `a`, `foreign` and `b`, and those named besides. */
function createAccount(...more: string[]): Studio {
  const account = studio(null)
  for (const deployed_model of ['a', 'foreign', 'b', ...more]) account.world.seed({ deployed_model })
  return account
}

/** GET of `foreign` itself. */
const onForeign = ({ method, path }: { method: string; path: string }) =>
  method === 'GET' && path.endsWith('/deployments/foreign')

const outcomesOf = ({ results }: Acted) => results.map(({ id, outcome }) => `${id} ${outcome}`)

describe('Alibaba denies access', () => {
  it('403 for one of several that are read together, with a key that works: that one fails, the others go', async () => {
    const account = createAccount()
    account.emulator.faults.push({ ...errorFault(DENIED), ...ALWAYS, when: onForeign })
    const acted = await account.run({ 'deployment-id': 'foreign,a,b' })
    expect(outcomesOf(acted)).toEqual(['foreign failed', 'a deleted', 'b deleted'])
    expect(acted.results[0]?.['reason']).toMatch(/Model\.AccessDenied.*The key works, but not for this/)
    expect(account.world.ids()).toEqual(['foreign'])
    expect(acted.outputs['deleted-ids']).toBe('["a","b"]')
  })

  it('403 for one that lists do not show: that one fails, the others go', async () => {
    const account = createAccount('c', 'd')
    account.world.remove('foreign')
    account.emulator.faults.push({ ...errorFault(DENIED), ...ALWAYS, when: onForeign })
    const acted = await account.run({ 'deployment-id': 'foreign,a,b,c,d' })
    expect(outcomesOf(acted)).toEqual(['foreign failed', 'a deleted', 'b deleted', 'c deleted', 'd deleted'])
  })

  it('403 while its deletion is confirmed: failed and not called gone, the others go', async () => {
    const account = createAccount()
    const when: typeof onForeign = (request) => onForeign(request) && account.deletes().length > 0
    account.emulator.faults.push({ ...errorFault(DENIED), ...ALWAYS, when })
    const acted = await account.run({ 'deployment-id': 'foreign,a,b' })
    expect(outcomesOf(acted)).toEqual(['foreign failed', 'a deleted', 'b deleted'])
  })

  it('403 for the capacity of one reservation: that one fails, the others go', async () => {
    const account = createAccount()
    account.world.seed({ deployed_model: 'reserved', plan: 'ptu' })
    const when = ({ path }: { path: string }) => path.includes('/capacity-instances')
    account.emulator.faults.push({ ...errorFault(DENIED), ...ALWAYS, when })
    const acted = await account.run({ 'deployment-id': 'reserved,a,b', allow: 'reservation' })
    expect(outcomesOf(acted)).toEqual(['reserved failed', 'a deleted', 'b deleted'])
  })

  it.each([
    ['401', errorFault(errorOf('InvalidApiKey')), /'api-key' and 'region'/],
    [
      '403 for an overdue account',
      errorFault({ status: 403, code: 'Arrearage', message: 'Overdue.' }),
      /Settle the bill/,
    ],
  ])('%s for one of them: all work stops', async (_what, fault, reason) => {
    const account = createAccount()
    account.emulator.faults.push({ ...fault, ...ALWAYS, when: onForeign })
    const acted = await account.run({ 'deployment-id': 'foreign,a,b' })
    expect(outcomesOf(acted)).toEqual(['foreign failed', 'a failed', 'b failed'])
    expect(acted.results[0]?.['reason']).toMatch(reason)
    expect(account.deletes()).toEqual([])
  })

  it('403 for the list, after the key has worked: all work stops', async () => {
    const account = createAccount('c', 'd')
    const when = ({ path }: { path: string }) => path.includes('/deployments?') && account.deletes().length > 0
    account.emulator.faults.push({ ...errorFault(DENIED), ...ALWAYS, when })
    const acted = await account.run({ 'deployment-id': 'foreign,a,b,c,d' })
    expect(new Set(outcomesOf(acted).map((text) => text.split(' ')[1]))).toEqual(new Set(['failed']))
  })

  it('403 for all of them, with a key that never worked: all work stops', async () => {
    const account = createAccount()
    account.emulator.faults.push({ ...errorFault(DENIED), ...ALWAYS })
    const acted = await account.run({ 'deployment-id': 'foreign,a,b' })
    expect(outcomesOf(acted)).toEqual(['foreign failed', 'a failed', 'b failed'])
    expect(acted.results[0]?.['reason']).not.toContain('The key works')
    expect(account.emulator.requests).toHaveLength(3)
  })
})
