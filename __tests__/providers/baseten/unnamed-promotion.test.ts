import { describe, expect, it } from 'vitest'
import { act } from '../../support/act.ts'
import { transportTo } from '../../support/transport.ts'
import { environmentStep } from './steps.ts'
import { type Account, createAccount, MODEL, ORIGIN, outcomes, type Run, reasonOf, stepInputs } from './support.ts'

const undeploy = (account: Account, inputs: Run) =>
  act({ inputs: stepInputs(inputs), transport: transportTo({ [ORIGIN]: account.baseten }), clock: account.clock })

/** `x` (named pr-1) serves staging, to which a deployment is being promoted that no answer names. */
function createPromotion(): Account {
  const account = createAccount([])
  account.world.addDeployment(MODEL, { id: 'next', name: 'keep-me' })
  account.world.addDeployment(MODEL, { id: 'x', name: 'pr-1' })
  account.world.addEnvironment(MODEL, { name: 'staging', current: 'x' })
  account.world.promoteAsCandidate(MODEL, 'next', 'staging', 'RAMPING_UP')
  account.world.environment(MODEL, 'staging').overrides = { candidate_deployment: null }
  return account
}

const UNNAMED = /promotion .*has no name that 'protect' could be checked against/

const WAYS: readonly [string, string, Run][] = [
  ['the environment, named', 'staging', environmentStep('staging')],
  ['the environment, in a sweep', 'staging', environmentStep('', { environment: undefined, name: 'stag*' })],
  ['the deployment that serves it, named', 'x', { 'deployment-id': 'x', allow: 'environment' }],
  [
    'the deployment that serves it, in a sweep',
    'x',
    { 'deployment-id': undefined, name: 'pr-*', allow: 'environment' },
  ],
]

describe.each(WAYS)('a promotion whose deployment no answer names: %s', (_way, id, inputs) => {
  it('stays where protect is set, because its name may be one of those', async () => {
    const account = createPromotion()
    const acted = await undeploy(account, { ...inputs, protect: 'keep-*' })
    expect(reasonOf(acted, id)).toMatch(UNNAMED)
    expect(account.writes()).toEqual([])
  })

  it('goes without protect, and the log says that a promotion is cancelled', async () => {
    const account = createPromotion()
    const acted = await undeploy(account, inputs)
    expect(outcomes(acted)).toContain(`${id} deleted`)
    expect(acted.log.join('\n')).toContain('the promotion of a deployment (RAMPING_UP) is cancelled')
  })
})

describe('production that only its model names', () => {
  /** `x` serves staging, and is production by the word of the model alone; `next` is the candidate for staging. */
  function createHidden(): Account {
    const account = createAccount([])
    account.world.addDeployment(MODEL, { id: 'x', name: 'pr-1' })
    account.world.addDeployment(MODEL, { id: 'next', name: 'pr-2' })
    account.world.addEnvironment(MODEL, { name: 'staging', current: 'x' })
    account.world.promoteAsCandidate(MODEL, 'next', 'staging', 'RAMPING_UP')
    account.world.model(MODEL).overrides = { production_deployment_id: 'x' }
    return account
  }

  it.each<[string, Run]>([
    ['named', { 'deployment-id': 'next' }],
    ['in a sweep', { 'deployment-id': undefined, name: 'pr-2' }],
  ])('its other environment does not go with a candidate that is %s', async (_way, inputs) => {
    const account = createHidden()
    const acted = await undeploy(account, { ...inputs, allow: 'environment' })
    expect(reasonOf(acted, 'next')).toContain('its deployment x serves production too, and would go out of service')
    expect(account.writes()).toEqual([])
  })

  it('is not deleted itself', async () => {
    const account = createHidden()
    const acted = await undeploy(account, { 'deployment-id': 'x', allow: 'environment' })
    expect(outcomes(acted)).toEqual(['x refused'])
    expect(account.writes()).toEqual([])
  })
})
