import { describe, expect, it } from 'vitest'
import { createHttp } from '../../../src/http/client.ts'
import { createLimiter } from '../../../src/http/limiter.ts'
import { connectBaseten } from '../../../src/providers/baseten/provider.ts'
import type { Target } from '../../../src/providers/target.ts'
import { transportTo } from '../../support/transport.ts'
import { type Account, createAccount, hoursAgo, KEY, MODEL, ORIGIN, outcomes, useBaseten } from './support.ts'

const undeploy = useBaseten()

/** The provider by itself, past the inputs, which would not let all of these IDs through. */
function connect(account: Account) {
  const { clock } = account
  return connectBaseten(
    { apiUrl: new URL(ORIGIN), apiKey: KEY, scheme: 'Api-Key' },
    {
      clock,
      onSecret: () => undefined,
      openHttp: ({ requestTimeoutMs, concurrency, ...rules }) =>
        createHttp({
          transport: transportTo({ [ORIGIN]: account.baseten }),
          clock,
          random: () => 0,
          limiter: createLimiter(clock, concurrency),
          signal: new AbortController().signal,
          deadline: clock.now() + 60_000,
          userAgent: 'test',
          requestTimeoutMs,
          redact: (text) => text,
          onExchange: () => undefined,
          rules,
        }),
    },
  )
}

describe('IDs of Baseten, given by users', () => {
  it.each(['a:b', 'a+b', 'a&b', 'ünïcode', '日本', 'a@b', 'a~b', '(id)', '-d1', '__proto__', 'constructor'])(
    '%s: goes as one percent-encoded part of the path, and nothing else goes',
    async (id) => {
      const account = createAccount(['d1', id])
      const acted = await undeploy(account, { 'deployment-id': id })
      expect(outcomes(acted)).toEqual([`${id} deleted`])
      expect(account.deletes()).toEqual([`DELETE m1/deployments/${encodeURIComponent(id)}`])
      expect(account.world.deploymentIds(MODEL)).toEqual(['live', 'd1'])
    },
  )

  it.each(['ünï', 'a&b'])('the model ID %s likewise', async (id) => {
    const account = createAccount([])
    account.world.addModel({ id })
    expect(outcomes(await undeploy(account, { resource: 'model', 'model-id': id }))).toEqual([`${id} deleted`])
    expect(account.deletes()).toEqual([`DELETE ${encodeURIComponent(id)}`])
  })

  it.each([
    '.',
    '..',
    'a/b',
    '../m2',
    'a?b',
    'a#b',
    'a%2Fb',
    'a\\b',
    'a b',
    'production',
    'development',
    'a\u0000b',
    'a;b',
    'a&b=c',
    "a'b",
    '$(id)',
  ])('%j is no ID: nothing is sent', async (id) => {
    const account = createAccount()
    const { ok, outputs } = await undeploy(account, { 'deployment-id': `d1,${id}` })
    expect(ok).toBe(false)
    expect(outputs['status']).toBe('failed')
    expect(account.sent()).toEqual([])
  })

  it.each(['..', 'a/b', '*'])('the model ID %j: nothing is deleted', async (id) => {
    const account = createAccount()
    const { outputs } = await undeploy(account, { resource: 'model', 'model-id': id })
    expect(outputs['deleted-count']).toBe('0')
    expect(account.writes()).toEqual([])
  })
})

describe('IDs of Baseten, from wherever', () => {
  it.each(['a/b', '../m2', 'a?b', 'a#b', '%2e%2e', 'a%2Fb', 'a\\b', ' '])(
    'DELETE of %j stays below its model',
    async (id) => {
      const account = createAccount(['d1'])
      account.world.addModel({ id: 'm2' })
      const actionResult = await connect(account).act(
        { resource: 'deployment', id, parent: MODEL },
        { verb: 'delete', final: true },
        { notAfter: Number.POSITIVE_INFINITY },
      )
      expect(actionResult.result).toBe('not-found')
      expect(account.sent()).toEqual([`DELETE m1/deployments/${encodeURIComponent(id)}`])
    },
  )

  const IMPOSSIBLE: Target[] = [
    { resource: 'deployment', id: '', parent: MODEL },
    { resource: 'deployment', id: '.', parent: MODEL },
    { resource: 'deployment', id: '..', parent: MODEL },
    { resource: 'deployment', id: 'd1', parent: '..' },
    { resource: 'deployment', id: 'd1' },
    { resource: 'model', id: '' },
    { resource: 'model', id: '..' },
  ]
  it.each(IMPOSSIBLE)('$resource $id of $parent: no request is made of it', async (target) => {
    const account = createAccount()
    const provider = connect(account)
    const limits = { notAfter: Number.POSITIVE_INFINITY }
    await expect(provider.act(target, { verb: 'delete', final: true }, limits)).rejects.toThrow('cannot be an ID')
    expect(account.sent()).toEqual([])
  })
})

describe('what Baseten answers about IDs and names', () => {
  it('a hostile name changes nothing in what is deleted', async () => {
    const account = createAccount(['d2'])
    const name = '::error::x\n../live <img src=x> [x](y) @octocat'
    account.world.addDeployment(MODEL, { id: 'd1', name, createdAt: hoursAgo(2) })
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 deleted'])
    expect(account.deletes()).toEqual(['DELETE m1/deployments/d1'])
    expect(acted.summary).not.toContain('<img')
    expect(acted.log.join('\n')).not.toMatch(/\n::error::/)
  })

  it.each([undefined, null, 7, 'never', '2026-13-45T99:99:99Z'])(
    'created_at %j: deleted all the same',
    async (value) => {
      const account = createAccount()
      account.world.deployment(MODEL, 'd1').overrides = { created_at: value }
      expect(outcomes(await undeploy(account))).toEqual(['d1 deleted'])
    },
  )

  it('fields that no document names, and fields that are missing but decide nothing, do no harm', async () => {
    const account = createAccount()
    account.world.deployment(MODEL, 'd1').overrides = {
      name: null,
      labels: undefined,
      autoscaling_settings: 'x',
      new: {},
    }
    account.world.model(MODEL).overrides = { name: undefined, deployments_count: 'many', team_name: 5 }
    expect(outcomes(await undeploy(account))).toEqual(['d1 deleted'])
  })

  it('the same ID twice in the list: deleted once', async () => {
    const account = createAccount()
    const twin = { id: 'd1', status: 'ACTIVE', is_production: false, is_development: false, created_at: hoursAgo(1) }
    const live = { ...twin, id: 'live', is_production: true }
    const body = JSON.stringify({ deployments: [twin, twin, live] })
    account.faults.push({ kind: 'status', status: 200, body, when: ({ path }) => path.endsWith('/m1/deployments') })
    expect(outcomes(await undeploy(account))).toEqual(['d1 deleted'])
    expect(account.deletes()).toHaveLength(1)
  })
})
