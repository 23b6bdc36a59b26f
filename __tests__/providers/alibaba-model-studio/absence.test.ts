import { describe, expect, it } from 'vitest'
import { errorFault, errorOf } from '../../../emulators/alibaba-model-studio.ts'
import type { FaultKind } from '../../../emulators/emulator.ts'
import { START } from '../../support/clock.ts'
import { alibabaAccount, DAY, reasonOf } from '../../sweep/accounts.ts'
import { afterDelete, SINGAPORE, studio } from './studio.ts'
import { useWire } from './wire.ts'

const wire = useWire()
const ALWAYS = { times: Number.POSITIVE_INFINITY }

/** Answers that look like "gone" to a careless reader and prove nothing. */
const NO_PROOF: readonly [string, FaultKind][] = [
  ['404 WorkSpaceNotFound', errorFault(errorOf('WorkSpaceNotFound'))],
  ['404 ModelNotFound', errorFault(errorOf('ModelNotFound'))],
  ['404 NotFound "Request path not found."', errorFault(errorOf('NotFound', 'Request path not found.'))],
  ['404 CAPACITY_INSTANCE_NOT_FOUND', errorFault(errorOf('CAPACITY_INSTANCE_NOT_FOUND'))],
  ['404 with a code nobody knows', errorFault({ status: 404, code: 'Notfound', message: 'Not found.' })],
  ['404 with the message alone', json(404, { request_id: 'r', message: 'Not found.' })],
  ['404 with an empty body', { kind: 'status', status: 404 }],
  ['404 as plain text', { kind: 'status', status: 404, body: 'NotFound', headers: { 'content-type': 'text/plain' } }],
  ['200 with code NotFound', json(200, { request_id: 'r', code: 'NotFound', message: 'Not found.' })],
  ['400 NotFound', errorFault({ status: 400, code: 'NotFound', message: 'Not found.' })],
  ['403 NotFound', errorFault({ status: 403, code: 'NotFound', message: 'Not found.' })],
  ['401 InvalidApiKey', errorFault(errorOf('InvalidApiKey'))],
  ['403 AccessDenied', errorFault(errorOf('AccessDenied'))],
]

function json(status: number, body: object): FaultKind {
  return { kind: 'status', status, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

describe('what proves that a deployment is gone', () => {
  it.each(['NotFound', 'MODEL_CODE_NOT_FOUND'] as const)('404 %s after it was seen: deleted', async (notFoundCode) => {
    const account = studio({}, { notFoundCode })

    const { ok, outputs, results } = await wire.run(account, SINGAPORE)

    expect(ok).toBe(true)
    expect(outputs['status']).toBe('deleted')
    expect(results).toMatchObject([{ outcome: 'deleted', reason: 'confirmed gone', lastStatus: 'DELETING' }])
    expect(account.calls().slice(-2)).toEqual(['GET 404', 'GET 200'])
    expect(account.emulator.requests.at(-1)?.path).toContain('/deployments?page_no=1')
  })

  it.each(['NotFound', 'MODEL_CODE_NOT_FOUND'] as const)(
    '404 %s without a snapshot before: already-gone, never deleted',
    async (notFoundCode) => {
      const account = studio(null, { notFoundCode })

      const { ok, outputs, log } = await wire.run(account, SINGAPORE)

      expect(ok).toBe(true)
      expect(outputs['status']).toBe('already-gone')
      expect([outputs['deleted-count'], outputs['deleted-ids']]).toEqual(['0', '[]'])
      expect(new Set(account.calls())).toEqual(new Set(['GET 404', 'GET 200']))
      expect(account.deletes()).toEqual([])
      expect(account.clock.elapsed()).toBeGreaterThanOrEqual(10_000)
      expect(account.clock.elapsed()).toBeLessThan(11_000)
      expect(log.filter((line) => line.startsWith('warning'))).toHaveLength(1)
    },
  )

  it('of an ID in another letter case: failed, with the one that is there, for one and for many', async () => {
    const { emulator, run } = alibabaAccount()
    emulator.world.seed({ deployed_model: 'qwen-pr42', created: START - DAY })
    const others = Array.from({ length: 5 }, (_, at) => `not-there-${at}`)
    for (const ids of [['qwen-PR42'], ['qwen-PR42', ...others]]) {
      const acted = await run({ 'deployment-id': ids.join(',') })
      expect(acted.ok).toBe(false)
      expect(reasonOf(acted, 'qwen-PR42')).toContain('it differs from deployment qwen-pr42 in letter case only')
    }
    expect(emulator.world.has('qwen-pr42')).toBe(true)
  })

  it('without a snapshot, with if-not-found: fail: failed', async () => {
    const { ok, outputs } = await wire.run(studio(null), SINGAPORE, { 'if-not-found': 'fail' })
    expect([ok, outputs['status']]).toEqual([false, 'failed'])
  })

  it('without a snapshot, with if-not-found: ignore: succeeds without a warning', async () => {
    const { ok, log } = await wire.run(studio(null), SINGAPORE, { 'if-not-found': 'ignore' })
    expect(ok).toBe(true)
    expect(log.filter((line) => line.startsWith('warning'))).toEqual([])
  })

  it('not visible in the workspace of the key: already-gone, and nothing is deleted', async () => {
    const account = studio({ workspace_id: 'llm-theirs' }, { scope: 'workspace' })

    const { outputs } = await wire.run(account, SINGAPORE)

    expect(outputs['status']).toBe('already-gone')
    expect(account.deletes()).toEqual([])
    expect(account.world.ids()).toHaveLength(1)
  })
})

describe('what proves nothing at the first look', () => {
  it.each(NO_PROOF)('%s: failed, no DELETE', async (_answer, answer) => {
    const account = studio()
    account.emulator.faults.push({ ...answer, ...ALWAYS })

    const { ok, outputs } = await wire.run(account, SINGAPORE)

    expect([ok, outputs['status']]).toEqual([false, 'failed'])
    expect(outputs['deleted-count']).toBe('0')
    expect(account.deletes()).toEqual([])
  })
})

describe('what proves nothing after an accepted DELETE', () => {
  it.each(NO_PROOF)('%s: not deleted', async (what, answer) => {
    const account = studio({ deleteMs: Number.POSITIVE_INFINITY })
    account.emulator.faults.push({ ...answer, ...ALWAYS, when: afterDelete(account) })

    const { ok, outputs } = await wire.run(account, SINGAPORE)

    // A 404 that is about no deployment may pass; all others are Alibaba's last word.
    const isPassing = /message alone|empty body|plain text|path not found/.test(what)
    expect([ok, outputs['status']]).toEqual([false, isPassing ? 'timed-out' : 'failed'])
    expect(outputs['deleted-ids']).toBe('[]')
    expect(account.events()).toEqual(['accepted'])
  })
})

describe('what proves nothing for GET, and a list that does not show it', () => {
  const NONE = { page_no: 1, page_size: 100, total: 0, deployments: [] }

  it.each(NO_PROOF)('%s: not deleted', async (_answer, answer) => {
    const account = studio({ deleteMs: Number.POSITIVE_INFINITY })
    const isDeleting = afterDelete(account)
    const isList = ({ path }: { path: string }) => path.includes('/deployments?')
    account.emulator.faults.push(
      { ...answer, ...ALWAYS, when: (request) => isDeleting(request) && !isList(request) },
      { ...json(200, { request_id: 'r', output: NONE }), ...ALWAYS, when: (request) => isDeleting(request) },
    )

    const { ok, outputs } = await wire.run(account, SINGAPORE)

    expect([ok, outputs['deleted-ids']]).toEqual([false, '[]'])
  })
})

describe('a 404 as an HTML page, which a gateway makes', () => {
  const page: FaultKind = {
    kind: 'status',
    status: 404,
    body: '<html><body>NotFound</body></html>',
    headers: { 'content-type': 'text/html' },
  }

  it('at the first look: read again until the deadline', async () => {
    const account = studio()
    account.emulator.faults.push({ ...page, ...ALWAYS })

    const { outputs, results } = await account.run()

    expect(outputs['status']).toBe('timed-out')
    expect(results).toMatchObject([{ reason: expect.stringContaining('HTML page') }])
    expect(account.deletes()).toEqual([])
  })

  it('after an accepted DELETE: timed out, saying that it was accepted and not confirmed', async () => {
    const account = studio({ deleteMs: Number.POSITIVE_INFINITY })
    account.emulator.faults.push({ ...page, ...ALWAYS, when: afterDelete(account) })

    const { outputs, results } = await account.run()

    expect(outputs['status']).toBe('timed-out')
    expect(results).toMatchObject([{ reason: expect.stringContaining('accepted but not confirmed') }])
  })

  it('for a while only: deleted, once Alibaba itself says so', async () => {
    const account = studio()
    account.emulator.faults.push({ ...page, times: 3, when: afterDelete(account) })

    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(account.events()).toEqual(['accepted', 'deleted'])
  })
})
