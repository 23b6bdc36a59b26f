import { describe, expect, it } from 'vitest'
import { errorFault, errorOf, errors } from '../../../emulators/alibaba-model-studio.ts'
import { afterDelete, goneMeanwhile, ID, onDelete, SINGAPORE, studio } from './studio.ts'
import { useWire } from './wire.ts'

const wire = useWire()
const ALWAYS = { times: Number.POSITIVE_INFINITY }

const UNPAID = ['CommodityNotPurchased', 'PrepaidBillOverdue', 'PostpaidBillOverdue']
const IN_DELETE_ONLY = new Set(['MODEL_CODE_DELETED', 'NotFound', 'MODEL_CODE_NOT_FOUND'])
const passing = errors.filter(({ status, code }) => status >= 500 || (status === 429 && !UNPAID.includes(code)))
const permanent = errors.filter((row) => !passing.includes(row) && !IN_DELETE_ONLY.has(row.code))
const refusals = permanent.filter(({ status }) => status === 400 || status === 403 || status === 409)
const finals = permanent.filter((row) => !refusals.includes(row))

const name = (rows: typeof errors) => rows.map((row) => [`${row.status} ${row.code}`, row] as const)

describe('an error at GET that no repetition mends: asked once, no DELETE, failed in the words of Alibaba', () => {
  it.each(name(permanent))('%s', async (said, row) => {
    const account = studio()
    account.emulator.faults.push(errorFault(row, ALWAYS))

    const { ok, results } = await account.run()

    expect(ok).toBe(false)
    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining(`HTTP ${said}: `) }])
    expect(results).toMatchObject([{ reason: expect.stringContaining('(request emulated-fault)') }])
    expect(account.calls()).toEqual([`GET ${row.status}`])
  })
})

describe('an error at GET that passes: asked again, then deleted', () => {
  it.each(name(passing))('%s', async (_said, row) => {
    const account = studio()
    account.emulator.faults.push(errorFault(row, { times: 2 }))

    const { outputs } = await account.run()

    expect(outputs['status']).toBe('deleted')
    expect(account.calls().slice(0, 4)).toEqual([`GET ${row.status}`, `GET ${row.status}`, 'GET 200', 'DELETE 200'])
  })
})

describe('an error at DELETE that passes: looked at first, then sent again, deleted', () => {
  it.each(name(passing))('%s', async (_said, row) => {
    const account = studio()
    account.emulator.faults.push(errorFault(row, { when: onDelete }))

    const { outputs } = await account.run()

    expect(outputs['status']).toBe('deleted')
    expect(account.calls().slice(0, 4)).toEqual(['GET 200', `DELETE ${row.status}`, 'GET 200', 'DELETE 200'])
    expect(account.deletes()).toHaveLength(2)
  })
})

describe('a 5xx at DELETE although the deletion began: looked at, no second DELETE', () => {
  const rows = [
    ...passing.filter(({ status }) => status >= 500),
    { status: 522, code: 'Gateway', message: 'Timed out' },
  ]

  it.each(name(rows))('%s', async (_said, row) => {
    const account = studio()
    account.emulator.faults.push(errorFault(row, { when: onDelete, processed: true }))

    const { outputs } = await account.run()

    expect(outputs['status']).toBe('deleted')
    expect(account.deletes()).toHaveLength(1)
  })
})

const ofState = refusals.filter(({ code }) => /^UnsupportedOperation|^OperationDenied|^Conflict|_OPERATION_/.test(code))
const ofRequest = refusals.filter((row) => !ofState.includes(row))

describe('an error at DELETE under 400, 403 or 409: looked at once more, then refused in the words of Alibaba', () => {
  it.each(name(ofRequest))('%s', async (said, row) => {
    const account = studio()
    account.emulator.faults.push(errorFault(row, { ...ALWAYS, when: onDelete }))

    const { ok, outputs, results } = await account.run()

    expect([ok, outputs['status']]).toEqual([false, 'failed'])
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining(`HTTP ${said}: `) }])
    expect(account.calls()).toEqual(['GET 200', `DELETE ${row.status}`, 'GET 200'])
  })

  it.each(name(ofState))('%s: asked for some seconds, because the state may be about to change', async (said, row) => {
    const account = studio()
    account.emulator.faults.push(errorFault(row, { ...ALWAYS, when: onDelete }))

    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining(`HTTP ${said}: `) }])
    expect(account.clock.elapsed()).toBeGreaterThanOrEqual(5000)
    expect(account.clock.elapsed()).toBeLessThan(20_000)
  })
})

describe('any other permanent error at DELETE: sent once, failed in the words of Alibaba', () => {
  it.each(name(finals))('%s', async (said, row) => {
    const account = studio()
    account.emulator.faults.push(errorFault(row, { ...ALWAYS, when: onDelete }))

    const { ok, results } = await account.run()

    expect(ok).toBe(false)
    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining(`HTTP ${said}: `) }])
    expect(account.calls()).toEqual(['GET 200', `DELETE ${row.status}`])
  })
})

describe('a bill under 429, however it is met, is never asked again', () => {
  it.each(UNPAID)('%s at GET', async (code) => {
    const account = studio()
    account.emulator.faults.push(errorFault(errorOf(code), { ...ALWAYS, headers: { 'retry-after': '1' } }))

    const { results } = await wire.run(account, SINGAPORE)

    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('Settle the bill') }])
    expect(account.calls()).toEqual(['GET 429'])
    expect(account.clock.elapsed()).toBe(0)
  })

  it.each(UNPAID)('%s at DELETE', async (code) => {
    const account = studio()
    account.emulator.faults.push(errorFault(errorOf(code), { ...ALWAYS, when: onDelete }))

    const { results } = await wire.run(account, SINGAPORE)

    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('Settle the bill') }])
    expect(account.calls()).toEqual(['GET 200', 'DELETE 429'])
  })

  it.each(UNPAID)('%s while waiting for the end', async (code) => {
    const account = studio()
    account.emulator.faults.push(errorFault(errorOf(code), { ...ALWAYS, when: afterDelete(account) }))

    const { results } = await wire.run(account, SINGAPORE)

    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('Settle the bill') }])
    expect(account.calls()).toEqual(['GET 200', 'DELETE 200', 'GET 429'])
  })
})

describe('what the user is told to do', () => {
  it.each([
    ['401 at GET: check the key and the region', 'InvalidApiKey', undefined, /'api-key' and 'region'/],
    ['401 of a workspace at GET: the same', 'NOT AUTHORIZED', undefined, /'api-key' and 'region'/],
    ['401 at DELETE: the same', 'InvalidApiKey', onDelete, /'api-key' and 'region'/],
    ['403 at GET: check permissions and the IP allow-list', 'AccessDenied', undefined, /IP allow-list.*runners/],
    ['403 at DELETE: the same', 'Workspace.AccessDenied', onDelete, /IP allow-list.*runners/],
    ['404 WorkSpaceNotFound: check the workspace', 'WorkSpaceNotFound', undefined, /'workspace-id'/],
    ['404 ModelNotFound: no proof, check the address', 'ModelNotFound', undefined, /no proof.*'api-url'/],
    ['400 Arrearage at GET: settle the bill', 'Arrearage', undefined, /Settle the bill/],
    ['400 Arrearage at DELETE: settle the bill', 'Arrearage', onDelete, /Settle the bill/],
    ['400 UnsupportedOperation at DELETE: stop it first', 'UnsupportedOperation', onDelete, /stop it in the console/],
    ['400 OperationDenied at DELETE: stop it first', 'OperationDenied', onDelete, /stop it in the console/],
    ['400 PREPAID_UNSUBSCRIBE_REQUIRED: unsubscribe', 'PREPAID_UNSUBSCRIBE_REQUIRED', onDelete, /billing console/],
  ])('%s', async (_rule, code, when, hint) => {
    const account = studio()
    account.emulator.faults.push(errorFault(errorOf(code), { ...ALWAYS, ...(when && { when }) }))

    const { results, log } = await account.run()

    expect(results).toMatchObject([{ reason: expect.stringMatching(hint) }])
    expect(log.filter((line) => line.startsWith('error'))).toEqual([expect.stringMatching(hint)])
  })

  it('a wrong key is one failure for all targets: the rest is not tried', async () => {
    const account = studio({}, { apiKeys: [{ key: 'sk-of-somebody-else', workspace: 'llm-emulated' }] })
    const ids = Array.from({ length: 20 }, (_, at) => `${ID}-${at}`)

    const { results } = await account.run({ 'deployment-id': ids.join('\n') })

    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['failed']))
    expect(account.emulator.requests.length).toBeLessThanOrEqual(20)
    expect(account.deletes()).toEqual([])
  })
})

describe('codes that DELETE answers where there is nothing to delete', () => {
  it.each(['NotFound', 'MODEL_CODE_NOT_FOUND', 'MODEL_CODE_DELETED'])(
    '%s, and GET confirms it: already gone, as nothing was seen to delete it',
    async (code) => {
      const account = studio()
      account.emulator.faults.push(errorFault(errorOf(code), { when: goneMeanwhile(account) }))

      const { outputs } = await account.run()

      expect(outputs['status']).toBe('already-gone')
      expect(account.calls().slice(0, 3)).toEqual(['GET 200', `DELETE ${errorOf(code).status}`, 'GET 404'])
      expect(account.deletes()).toHaveLength(1)
    },
  )

  it('NotFound again and again while GET still shows it: asked for ever more rarely, until the deadline', async () => {
    const account = studio()
    account.emulator.faults.push(errorFault(errorOf('NotFound'), { ...ALWAYS, when: onDelete }))

    const { ok, results } = await account.run()

    expect(ok).toBe(false)
    expect(results).toMatchObject([{ outcome: 'timed-out', reason: expect.stringContaining('last seen RUNNING') }])
    expect(account.deletes().length).toBeLessThan(8)
  })
})

describe('how long errors that pass are borne', () => {
  it.each(['Throttling.RateQuota', 'Throttling.BurstRate', 'Throttling.AllocationQuota'])(
    'Retry-After with %s: stayed away for so long',
    async (code) => {
      const account = studio()
      account.emulator.faults.push(errorFault(errorOf(code), { headers: { 'retry-after': '37' } }))

      const { outputs } = await account.run()

      expect(outputs['status']).toBe('deleted')
      const [first, second] = account.emulator.requests
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(37_000)
    },
  )

  it('Retry-After with a throttled DELETE: neither looked at nor sent again before', async () => {
    const account = studio()
    const throttled = errorFault(errorOf('Throttling'), { when: onDelete, headers: { 'retry-after': '37' } })
    account.emulator.faults.push(throttled)

    expect((await account.run()).outputs['status']).toBe('deleted')
    const [, sent, looked] = account.emulator.requests
    expect((looked?.at ?? 0) - (sent?.at ?? 0)).toBeGreaterThanOrEqual(37_000)
  })

  it('for ever at GET: failed with the status, at the latest at the deadline', async () => {
    const account = studio()
    account.emulator.faults.push(errorFault(errorOf('ModelServingError'), ALWAYS))

    const { ok, results, ms } = await account.run()

    expect(ok).toBe(false)
    expect(results).toMatchObject([{ reason: expect.stringContaining('HTTP 503') }])
    expect(ms).toBeLessThanOrEqual(15 * 60_000)
    expect(account.deletes()).toEqual([])
  })

  it('for ever at DELETE: given up after some tries, each with a look before it', async () => {
    const account = studio()
    account.emulator.faults.push(errorFault(errorOf('InternalError'), { ...ALWAYS, when: onDelete }))

    const { ok, results } = await account.run()

    expect(ok).toBe(false)
    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('HTTP 500') }])
    const calls = account.calls()
    expect(calls.filter((call, at) => call === 'DELETE 500' && calls[at - 1] !== 'GET 200')).toEqual([])
    expect(account.deletes().length).toBeLessThan(20)
  })
})
