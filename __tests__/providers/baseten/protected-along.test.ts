import { describe, expect, it } from 'vitest'
import { beforeFirst } from './steps.ts'
import { type Account, createAccount, hoursAgo, MODEL, outcomes, type Run, reasonOf, useBaseten } from './support.ts'

const undeploy = useBaseten()

/** `keep-me` serves staging, and `x` (named pr-1) is its candidate; `free` is in no environment. */
function createStaged() {
  const account = createAccount([])
  account.world.addDeployment(MODEL, { id: 'keep', name: 'keep-me' })
  account.world.addDeployment(MODEL, { id: 'x', name: 'pr-1' })
  account.world.addDeployment(MODEL, { id: 'free', name: 'free' })
  account.world.addEnvironment(MODEL, { name: 'staging', current: 'keep' })
  account.world.promoteAsCandidate(MODEL, 'x', 'staging', 'RAMPING_UP')
  return account
}

/** The model llama-chat with the one deployment `x`, which serves nothing. */
function createLast() {
  const account = createAccount([])
  account.world.removeDeployment(MODEL, 'live')
  account.world.addDeployment(MODEL, { id: 'x', name: 'pr-1' })
  return account
}

const EXACT: Run = { 'deployment-id': 'x' }
const SWEEP: Run = { 'deployment-id': undefined, name: 'pr-*' }

interface Row {
  account: Account
  inputs: Run
  reason: string
}

const ROWS: readonly [string, () => Row][] = [
  [
    'the environment that would go with it',
    () => ({
      account: createStaged(),
      inputs: { allow: 'environment', protect: 'staging' },
      reason: "the environment staging is deleted with it, and staging is protected by 'staging' in 'protect'",
    }),
  ],
  [
    'a deployment that would be scaled to zero with it',
    () => ({
      account: createStaged(),
      inputs: { allow: 'environment', protect: 'keep-*' },
      reason: "deployment keep (keep-me) is scaled to zero, and keep-me is protected by 'keep-*' in 'protect'",
    }),
  ],
  [
    'a deployment whose promotion would be cancelled with it',
    () => {
      const account = createStaged()
      account.world.environment(MODEL, 'staging').current = 'x'
      account.world.promoteAsCandidate(MODEL, 'keep', 'staging', 'RAMPING_UP')
      return {
        account,
        inputs: { allow: 'environment', protect: 'keep-*' },
        reason:
          "the promotion of deployment keep (keep-me) (RAMPING_UP) is cancelled, and keep-me is protected by 'keep-*' in 'protect'",
      }
    },
  ],
  [
    'a deployment in its environment whose name is not shown',
    () => {
      const account = createStaged()
      account.world.environment(MODEL, 'staging').overrides = { current_deployment: { id: 'keep' } }
      return {
        account,
        inputs: { allow: 'environment', protect: 'anything' },
        reason: "deployment keep is scaled to zero, and has no name that 'protect' could be checked against",
      }
    },
  ],
  [
    'a deployment in its environment whose name is endless',
    () => {
      const account = createStaged()
      account.world.deployment(MODEL, 'keep').name = 'x'.repeat(2000)
      return {
        account,
        inputs: { allow: 'environment', protect: 'anything' },
        reason:
          "deployment keep is scaled to zero, and may be protected: its name is 2000 characters long, so it cannot be checked against 'protect'",
      }
    },
  ],
  [
    'the model that would go with it',
    () => ({
      account: createLast(),
      inputs: { allow: 'last', protect: 'llama-*' },
      reason:
        "its model llama-chat is deleted with it, because it is the last deployment, and llama-chat is protected by 'llama-*' in 'protect'",
    }),
  ],
  [
    'an environment of the model that would go with it',
    () => {
      const account = createLast()
      account.world.addEnvironment(MODEL, { name: 'staging' })
      return {
        account,
        inputs: { allow: 'last', protect: 'staging' },
        reason: "the environment staging is deleted with it, and staging is protected by 'staging' in 'protect'",
      }
    },
  ],
]

describe.each(ROWS)('protect covers what goes along: %s', (_what, prepare) => {
  it('named by its ID: refused, and nothing is sent', async () => {
    const { account, inputs, reason } = prepare()
    const acted = await undeploy(account, { ...EXACT, ...inputs })
    expect(outcomes(acted)).toEqual(['x refused'])
    expect(reasonOf(acted, 'x')).toBe(reason)
    expect(account.writes()).toEqual([])
  })

  it('in a sweep: kept as protected', async () => {
    const { account, inputs, reason } = prepare()
    const acted = await undeploy(account, { ...SWEEP, ...inputs })
    expect(outcomes(acted)).toContain('x kept')
    expect(reasonOf(acted, 'x')).toBe(reason)
    expect(JSON.stringify(acted.report)).toContain('"class":"protected"')
    expect(account.writes()).toEqual([])
  })

  it('without protect: it goes', async () => {
    const { account, inputs } = prepare()
    const acted = await undeploy(account, { ...EXACT, ...inputs, protect: 'none' })
    expect(outcomes(acted)).toEqual(['x deleted'])
  })
})

describe('protect and what goes along', () => {
  it.each([
    ['the deployment that serves it', 'keep-*', 'deployment keep (keep-me) is scaled to zero'],
    ['the one that is promoted to it', 'pr-*', 'the promotion of deployment x (pr-1) (RAMPING_UP) is cancelled'],
  ])('an environment, named itself, stays with %s', async (_what, protect, reason) => {
    const account = createStaged()
    const environment = { resource: 'environment', 'deployment-id': undefined, environment: 'staging' }
    const acted = await undeploy(account, { ...environment, protect })
    expect(outcomes(acted)).toEqual(['staging refused'])
    expect(reasonOf(acted, 'staging')).toContain(reason)
    expect(account.writes()).toEqual([])
  })

  it('protects nothing that goes without touching it', async () => {
    const account = createStaged()
    const protect = 'keep-*\nstaging\nllama-*'
    const acted = await undeploy(account, { 'deployment-id': 'free', allow: 'environment,last', protect })
    expect(outcomes(acted)).toEqual(['free deleted'])
  })

  it('of a selection that covers all that remain, the newest stays with its model, the others go', async () => {
    const account = createLast()
    account.world.addDeployment(MODEL, { id: 'old', name: 'pr-0', createdAt: '2026-01-01T00:00:00Z' })
    const acted = await undeploy(account, { ...SWEEP, allow: 'last', protect: 'llama-chat' })
    expect(outcomes(acted).sort()).toEqual(['old deleted', 'x kept'])
    expect(account.deletes()).toEqual(['DELETE m1/deployments/old'])
  })

  it('it comes into a protected environment right before its DELETE, which Baseten refuses: left alone', async () => {
    const account = createStaged()
    beforeFirst(account, 'DELETE', () => account.world.addEnvironment(MODEL, { name: 'gold', current: 'free' }))
    const acted = await undeploy(account, { 'deployment-id': 'free', allow: 'environment', protect: 'gold' })
    expect(outcomes(acted)).toEqual(['free refused'])
    expect(reasonOf(acted, 'free')).toContain('the environment gold')
    expect(account.writes()).toEqual(['DELETE m1/deployments/free'])
  })

  it('a sweep whose target comes into one between plan and DELETE: kept', async () => {
    const account = createStaged()
    account.world.deployment(MODEL, 'free').name = 'pr-2'
    let lists = 0
    account.faults.push({
      kind: 'slow',
      when: ({ path }) => {
        if (path.endsWith('/environments') && ++lists === 2) {
          account.world.addEnvironment(MODEL, { name: 'gold', current: 'free' })
        }
        return false
      },
    })
    const acted = await undeploy(account, { ...SWEEP, name: 'pr-2', allow: 'environment', protect: 'gold' })
    expect(outcomes(acted)).toEqual(['free kept'])
    expect(reasonOf(acted, 'free')).toContain('the environment gold')
    expect(account.writes()).toEqual([])
  })

  it('a pattern that met only what goes along is not said to be misspelt', async () => {
    const account = createStaged()
    const acted = await undeploy(account, { ...SWEEP, allow: 'environment', protect: 'staging\nstagign' })
    const warnings = acted.log.filter((line) => line.startsWith('warning:'))
    expect(warnings).toEqual([expect.stringContaining("'stagign' in 'protect' matches none")])
  })
})

describe('what would not go along after all', () => {
  it('the production environment that every model has, as long as nothing is in it', async () => {
    const account = createLast()
    expect(outcomes(await undeploy(account, { ...EXACT, allow: 'last', protect: '*prod*' }))).toEqual(['x deleted'])
  })

  it('the model, because another of its deployments stays', async () => {
    const account = createLast()
    account.world.addDeployment(MODEL, { id: 'keep', name: 'keep-me', createdAt: hoursAgo(9) })
    const acted = await undeploy(account, {
      ...{ 'deployment-id': 'keep,x', allow: 'last', protect: 'keep-*\nllama-chat' },
    })
    expect(outcomes(acted)).toEqual(['keep refused', 'x deleted'])
    expect(account.world.deploymentIds(MODEL)).toEqual(['keep'])
  })
})
