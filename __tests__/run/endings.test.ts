import { describe, expect, it } from 'vitest'
import type { Fault } from '../../emulators/emulator.ts'
import { act } from '../support/act.ts'
import { ago, alibabaAccount, basetenAccount, DAY, errorsOf, reasonOf, sapAccount } from '../sweep/accounts.ts'

const ID = 'd748fdae9f88a9b0'
const FOR_EVER = { times: Number.POSITIVE_INFINITY }
const isRead = ({ method, path }: { method: string; path: string }) => method === 'GET' && path.includes('/lm/')

/** A tenant with one deployment. */
function one(status = 'STOPPED', options: Parameters<typeof sapAccount>[0] = {}) {
  const account = sapAccount(options)
  account.world.add({ id: ID, status, configurationName: 'pr-1', createdAt: ago(DAY) })
  return account
}

const html: Fault = { kind: 'html' }

describe('reads that bring no answer, and then the end of the step', () => {
  it.each(['timed-out', 'cancelled'])('a target that was not given up by then is %s, not failed', async (end) => {
    const account = one()
    // Two looks, each of eight tries, that cannot be read, and a third that is broken off.
    let reads = 0
    account.emulator.faults.push({ kind: 'hang', ...FOR_EVER, when: (request) => isRead(request) && reads >= 16 })
    account.emulator.faults.push({
      ...html,
      ...FOR_EVER,
      when: (request) => isRead(request) && reads < 16 && ++reads > 0,
    })
    const cancel = new AbortController()
    if (end === 'cancelled') account.clock.at(130_000, () => cancel.abort())
    const acted = await account.run({ 'deployment-id': ID, timeout: '140s' }, { cancelled: cancel.signal })
    expect(reads).toBe(16)
    expect(acted.results).toMatchObject([{ id: ID, outcome: end }])
  })

  it('while a sweep lists: the status says which it was', async () => {
    for (const end of ['timed-out', 'cancelled']) {
      const account = one()
      account.emulator.faults.push({ kind: 'hang', ...FOR_EVER, when: isRead })
      const cancel = new AbortController()
      if (end === 'cancelled') account.clock.at(5000, () => cancel.abort())
      const acted = await account.run({ name: 'pr-*', timeout: '20s' }, { cancelled: cancel.signal })
      expect(acted.outputs['status']).toBe(end)
      expect(account.asked()).toEqual([])
    }
  })

  it('a list that is not as documented is not asked for again once the step is cancelled', async () => {
    const account = one()
    const cancel = new AbortController()
    account.emulator.faults.push({
      ...{ kind: 'status', status: 200, body: 'null', headers: { 'content-type': 'application/json' } },
      ...FOR_EVER,
      when: (request) => {
        if (isRead(request)) cancel.abort()
        return isRead(request)
      },
    } as Fault)
    await account.run({ name: 'pr-*' }, { cancelled: cancel.signal })
    expect(account.emulator.requests.filter(isRead)).toHaveLength(1)
  })
})

describe('what is said of a target that did not reach its end', () => {
  it('cancelled while a stop is under way, which is then accepted: nothing is unknown', async () => {
    const account = one('RUNNING')
    const cancel = new AbortController()
    const { handle } = account.emulator
    account.emulator.handle = async (request) => {
      if (request.method === 'PATCH') {
        cancel.abort()
        await account.clock.sleep(1000)
      }
      return handle(request)
    }
    const acted = await account.run({ 'deployment-id': ID }, { cancelled: cancel.signal })
    expect(reasonOf(acted, ID)).toMatch(/^deletion was not accepted yet; .*last seen RUNNING/)
    expect(reasonOf(acted, ID)).not.toContain('unknown')
  })

  it('the answer to a stop is no tombstone', async () => {
    const account = one('RUNNING')
    // Somebody else removes it once it is stopped.
    account.justBefore(
      (method) => method === 'DELETE',
      () => account.world.remove(ID),
    )
    const acted = await account.run({ 'deployment-id': ID })
    expect(acted.outputs['status']).toBe('already-gone')
    expect(acted.outputs['tombstone']).toBe('')
  })

  it('wait: false does not wait for a deletion that somebody else has begun', async () => {
    const account = alibabaAccount({ deleteMs: 3_600_000 })
    account.world.seed({ deployed_model: 'qwen-pr42', status: 'RUNNING' })
    await account.run({ 'deployment-id': 'qwen-pr42', wait: 'false' })
    const acted = await account.run({ 'deployment-id': 'qwen-pr42', wait: 'false', timeout: '5m' })
    expect(acted.results).toMatchObject([{ id: 'qwen-pr42', outcome: 'accepted' }])
    expect(acted.ms).toBeLessThan(10_000)
  })

  it('a dry run of an ID that nobody has plans nothing', async () => {
    for (const account of [sapAccount(), alibabaAccount(), basetenAccount()]) {
      if ('addModel' in account.world) account.world.addModel({ id: 'm1' })
      const parent = 'addModel' in account.world ? { 'model-id': 'm1' } : {}
      const acted = await account.run({ 'deployment-id': ID, ...parent, 'dry-run': 'true' })
      expect(acted.results).toMatchObject([{ id: ID, outcome: 'already-gone' }])
    }
  })
})

describe('writes', () => {
  it('that cannot go together after all are asked for alone, and nothing is said to be unknown', async () => {
    const account = sapAccount({ bulk: false, deleteMs: 500 })
    const ids = Array.from({ length: 15 }, (_, index) => `dep-${index}`)
    for (const id of ids) account.world.add({ id, status: 'STOPPED', createdAt: ago(DAY) })
    const acted = await account.run({ 'deployment-id': ids.join(',') })
    expect(acted.outputs['deleted-count']).toBe('15')
    expect(JSON.stringify(acted.report)).not.toContain('without a clear answer')
  })

  it('are a few at once, however many targets there are', async () => {
    for (const account of [sapAccount({ deleteMs: 0 }), alibabaAccount({ deleteMs: 0 })]) {
      const ids = Array.from({ length: 60 }, (_, index) => `dep-${index}`)
      for (const id of ids) {
        if ('seed' in account.world) account.world.seed({ deployed_model: id, status: 'RUNNING' })
        else account.world.add({ id, status: 'STOPPED', createdAt: ago(DAY) })
      }
      let underWay = 0
      let most = 0
      const { handle } = account.emulator
      account.emulator.handle = async (request) => {
        if (request.method !== 'DELETE') return handle(request)
        underWay += 1
        most = Math.max(most, underWay)
        await account.clock.sleep(700)
        underWay -= 1
        return handle(request)
      }
      const acted = await account.run({ 'deployment-id': ids.join(','), timeout: '30m' })
      expect(acted.outputs['deleted-count']).toBe('60')
      expect(most).toBeGreaterThan(1)
      expect(most).toBeLessThanOrEqual(8)
    }
  })
})

describe('a step that went wrong in our own hands', () => {
  it('fails where its outputs cannot be written, whatever was deleted', async () => {
    const account = one()
    const acted = await account.run(
      { 'deployment-id': ID },
      {
        wrapRunner: (runner) => ({
          ...runner,
          output() {
            throw new Error('ENOSPC: no space left on device')
          },
        }),
      },
    )
    expect(acted.ok).toBe(false)
    expect(errorsOf(acted).join('\n')).toContain('The outputs could not be written')
    expect(account.world.has(ID)).toBe(false)
  })

  it('fails and says so where something breaks between two requests', async () => {
    const account = one('STOPPED', { deleteMs: 600_000 })
    let isBroken = false
    const acted = await account.run(
      { 'deployment-id': ID },
      {
        wrapRunner: (runner) => ({
          ...runner,
          info(text) {
            if (!isBroken && text.includes('still waiting')) {
              isBroken = true
              throw new Error('a mistake of ours')
            }
            runner.info(text)
          },
        }),
      },
    )
    expect(isBroken).toBe(true)
    expect(acted.ok).toBe(false)
    expect(errorsOf(acted).join('\n')).toContain('Undeploy failed unexpectedly: a mistake of ours')
    expect(reasonOf(acted, ID)).toContain('deletion was accepted but not confirmed')
  })

  it('hides its secrets although its inputs are wrong', async () => {
    const key = 'bt-9f8e7d6c5b4a39281706'
    const acted = await act({
      inputs: { provider: 'baseten', 'model-id': 'm1', 'deployment-id': 'd1', 'api-key': key, timeout: key },
    })
    expect(acted.ok).toBe(false)
    expect(acted.masked).toContain(key)
    expect([...acted.log, ...acted.debug, acted.summary, JSON.stringify(acted.report)].join('\n')).not.toContain(key)
  })
})
