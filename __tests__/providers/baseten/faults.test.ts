import { describe, expect, it } from 'vitest'
import type { FaultKind } from '../../../emulators/emulator.ts'
import { START } from '../../support/clock.ts'
import { withoutMetering } from '../../support/metering.ts'
import { CONFIRM, createAccount, isDelete, LOOK, outcomes, reasonOf, request, useBaseten } from './support.ts'

const undeploy = useBaseten()
const DELETE = 'DELETE m1/deployments/d1'
const GET = 'GET m1/deployments/d1'
const LATER = { error: 'Rate limit exceeded. Please try again later.', retry_after: 37 }
const BUSY = { kind: 'status', status: 429, body: JSON.stringify(LATER) } as const

describe('a DELETE without a clear answer', () => {
  const LOST: [string, FaultKind][] = [
    ['the connection breaks after it was carried out', { kind: 'lost-answer' }],
    ['no answer within 30 s, but it was carried out', { kind: 'hang-after' }],
    ['503, but it was carried out', { kind: 'status', status: 503, processed: true }],
    ["a proxy's 520, but it was carried out", { kind: 'status', status: 520, processed: true }],
    ['the answer is cut off', { kind: 'truncated' }],
    ['the answer never ends', { kind: 'slow' }],
    ['the answer is far too long', { kind: 'huge' }],
  ]
  it.each(LOST)('%s: looks, finds it gone, and cannot say by whom, which is no failure', async (_, fault) => {
    const account = createAccount()
    account.faults.push({ ...fault, when: isDelete })
    const acted = await undeploy(account)
    expect(acted.ok).toBe(true)
    expect(acted.outputs).toMatchObject({ status: 'already-gone', 'deleted-ids': '[]' })
    expect(reasonOf(acted, 'd1')).toContain('got no clear answer')
    expect(account.sent().slice(0, 8)).toEqual([...LOOK, DELETE, ...LOOK, 'GET m1/deployments/d1'])
    expect(account.deletes()).toEqual([DELETE])
  })

  it('is not what `if-not-found: fail` is about: the deployment was found', async () => {
    const account = createAccount()
    account.faults.push({ kind: 'lost-answer', when: isDelete })
    const acted = await undeploy(account, { 'if-not-found': 'fail' })
    expect(acted.ok).toBe(true)
    expect(acted.outputs).toMatchObject({ status: 'already-gone', 'failed-count': '0' })
    expect(reasonOf(acted, 'd1')).toMatch(/^disappeared after a DELETE of this run that got no clear answer \(.+\)$/)
    expect(acted.log.filter((line) => line.startsWith('warning:'))).toEqual([expect.stringContaining('disappeared')])
  })

  const IN_VAIN: [string, FaultKind][] = [
    ['the connection breaks before it arrives', { kind: 'reset-before' }],
    ['no answer within 30 s', { kind: 'hang' }],
    ['408', { kind: 'status', status: 408 }],
    ['500', { kind: 'status', status: 500, body: '{"code":"INTERNAL","message":"oops"}' }],
    [
      '502 with an HTML page',
      { kind: 'status', status: 502, body: '<html>', headers: { 'content-type': 'text/html' } },
    ],
    ['503', { kind: 'status', status: 503 }],
    ['504', { kind: 'status', status: 504 }],
    ["a proxy's 522", { kind: 'status', status: 522 }],
    ["a gateway's HTML page with 200", { kind: 'html' }],
    [
      "a gateway's HTML page with 404",
      { kind: 'status', status: 404, body: '<p>', headers: { 'content-type': 'text/html' } },
    ],
  ]
  it.each(IN_VAIN)('%s: looks, finds it still there, and asks again', async (_, fault) => {
    const account = createAccount()
    account.faults.push({ ...fault, when: isDelete })
    const { outputs } = await undeploy(account)
    expect(outputs).toMatchObject({ status: 'deleted', 'deleted-ids': '["d1"]' })
    expect(account.sent()).toEqual([...LOOK, DELETE, ...LOOK, DELETE, ...CONFIRM])
  })

  it('the answer is lost, and the list shows it a while longer: waits, and asks a few times more', async () => {
    const account = createAccount(['d1'], { deleteVisibleMs: 20_000, deleteWhileVisible: '404' })
    account.faults.push({ kind: 'lost-answer', when: isDelete })
    const { outputs } = await undeploy(account)
    expect(outputs['status']).toBe('already-gone')
    expect(account.deletes().length).toBeLessThan(8)
    expect(account.sent().length).toBeLessThan(130)
  })

  it('never an answer: given up after a few tries, and not called deleted', async () => {
    const account = createAccount()
    account.faults.push({ kind: 'status', status: 503, when: isDelete, times: 1000 })
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 failed'])
    expect(reasonOf(acted, 'd1')).toContain('HTTP 503')
    expect(account.deletes().length).toBeLessThanOrEqual(8)
  })

  it('405: no repetition can mend it', async () => {
    const account = createAccount()
    account.faults.push({ kind: 'status', status: 405, body: '{"code":"METHOD_NOT_ALLOWED"}', when: isDelete })
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 failed'])
    expect(reasonOf(acted, 'd1')).toContain('HTTP 405 METHOD_NOT_ALLOWED')
    expect(account.deletes()).toHaveLength(1)
  })

  it('a redirect is not followed, because it would carry the key elsewhere', async () => {
    const account = createAccount()
    const headers = { location: 'https://elsewhere.example/v1' }
    account.faults.push({ kind: 'status', status: 307, headers, when: isDelete })
    expect(outcomes(await undeploy(account))).toEqual(['d1 failed'])
    expect(account.sent()).toEqual([...LOOK, DELETE])
  })
})

describe('a confirmation without a clear answer', () => {
  const FAULTS: [string, FaultKind][] = [
    ['503', { kind: 'status', status: 503 }],
    ['a reset', { kind: 'reset-before' }],
    ['no answer within 30 s', { kind: 'hang' }],
    ['half an answer', { kind: 'truncated' }],
    ['an HTML page with 200', { kind: 'html' }],
    ['an HTML page with 404', { kind: 'status', status: 404, body: '<p>', headers: { 'content-type': 'text/html' } }],
    ['another shape', { kind: 'wrong-type' }],
  ]
  it.each(FAULTS)('%s: the GET is repeated, the DELETE is not', async (_, fault) => {
    const account = createAccount()
    account.faults.push({ ...fault, when: request(GET), times: 2 })
    const { outputs } = await undeploy(account)
    expect(outputs['status']).toBe('deleted')
    expect(account.sent()).toEqual([...LOOK, DELETE, GET, GET, ...CONFIRM])
  })

  it('never readable: accepted, but not called deleted', async () => {
    const account = createAccount()
    account.faults.push({ kind: 'html', when: request(GET), times: 1000 })
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 timed-out'])
    expect(reasonOf(acted, 'd1')).toContain('deletion was accepted but not confirmed')
    expect(acted.outputs['deleted-count']).toBe('0')
  })

  it('the GET answers about another deployment: not called gone', async () => {
    const account = createAccount(['d1'], { deleteVisibleMs: 60_000 })
    const other = { id: 'd2', status: 'ACTIVE', is_production: false, is_development: false }
    account.faults.push({ kind: 'status', status: 200, body: JSON.stringify(other), when: request(GET) })
    expect(outcomes(await undeploy(account))).toEqual(['d1 failed'])
  })
})

describe('429', () => {
  const times = (account: ReturnType<typeof createAccount>) =>
    withoutMetering(account.baseten.requests).map(({ at }) => at - START)

  it('on a read: waits as long as retry_after says, and goes on', async () => {
    const account = createAccount()
    account.faults.push({ ...BUSY, when: request('GET m1/deployments') })
    const { outputs, ms } = await undeploy(account)
    expect(outputs['status']).toBe('deleted')
    expect(ms).toBe(37_000)
  })

  it('on the DELETE: waits as long as retry_after says, looks, and asks again', async () => {
    const account = createAccount()
    account.faults.push({ ...BUSY, when: isDelete })
    const { outputs } = await undeploy(account)
    expect(outputs['status']).toBe('deleted')
    expect(account.sent()).toEqual([...LOOK, DELETE, ...LOOK, DELETE, ...CONFIRM])
    expect(account.deleteTimes()).toEqual([0, 37_000])
  })

  it('on the DELETE of one: nothing at all is sent meanwhile, for no target', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `d${index}`)
    const account = createAccount(ids)
    account.faults.push({ ...BUSY, when: request('DELETE m1/deployments/d0') })
    const { outputs } = await undeploy(account, { 'deployment-id': ids.join(',') })
    expect(outputs).toMatchObject({ status: 'deleted', 'deleted-count': '20' })
    expect(times(account).filter((at) => at > 0 && at < 37_000)).toEqual([])
  })

  it('the body is believed before the header, and the header where the body says nothing', async () => {
    const both = createAccount()
    both.faults.push({ ...BUSY, headers: { 'retry-after': '5' }, when: isDelete })
    await undeploy(both)
    expect(both.deleteTimes()).toEqual([0, 37_000])

    const header = createAccount()
    header.faults.push({ kind: 'status', status: 429, headers: { 'retry-after': '5' }, when: isDelete })
    await undeploy(header)
    expect(header.deleteTimes()).toEqual([0, 5000])
  })

  it.each(['{"retry_after":"soon"}', '{"retry_after":-5}', '{}', 'slow down', ''])(
    'with the body %j: waits a moment of its own',
    async (body) => {
      const account = createAccount()
      account.faults.push({ kind: 'status', status: 429, body, when: isDelete })
      const { outputs, ms } = await undeploy(account)
      expect(outputs['status']).toBe('deleted')
      expect(ms).toBeGreaterThan(0)
      expect(ms).toBeLessThan(2000)
    },
  )

  it.each([3600, 1e12, '1e999'])('retry_after %s, beyond the deadline: ends with the deadline', async (seconds) => {
    const account = createAccount()
    account.faults.push({ kind: 'status', status: 429, body: `{"retry_after":${seconds}}`, when: isDelete, times: 99 })
    const acted = await undeploy(account, { timeout: '5m' })
    expect(outcomes(acted)).toEqual(['d1 timed-out'])
    expect(acted.ms).toBe(300_000)
    expect(account.sent()).toEqual([...LOOK, DELETE])
  })
})
