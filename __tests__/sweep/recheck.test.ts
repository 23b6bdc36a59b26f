import { describe, expect, it } from 'vitest'
import { START } from '../support/clock.ts'
import { type Account, ago, alibabaAccount, basetenAccount, DAY, idsOf, reasonOf, sapAccount } from './accounts.ts'

const OLD = ago(DAY)

/** Three deployments that a sweep selects (`it`, `x1` and `x2`) and what is not: production and `other`. */
function baseten() {
  const account = basetenAccount()
  const { world } = account
  world.addModel({ id: 'm1' })
  world.addDeployment('m1', { id: 'live', name: 'main', production: true, createdAt: ago(9 * DAY) })
  for (const id of ['it', 'x1', 'x2']) world.addDeployment('m1', { id, name: `PR-${id}`, createdAt: OLD })
  world.addDeployment('m1', { id: 'other', name: 'other', createdAt: OLD })
  return account
}

function sap() {
  const account = sapAccount()
  for (const id of ['it-0', 'x1-0', 'x2-0']) {
    account.world.add({ id, status: 'RUNNING', configurationName: `PR-${id}`, createdAt: OLD })
  }
  return account
}

function alibaba() {
  const account = alibabaAccount()
  const { world } = account
  for (const id of ['PR-it', 'PR-x1', 'PR-x2']) world.seed({ deployed_model: id, created: START - DAY })
  return account
}

/** Right before the fresh look: after the list, and before anything is decided on what it showed. */
function beforeTheLook(account: Account, path: string, nth: number, action: () => void): void {
  let count = 0
  account.justBefore((method, asked) => method === 'GET' && asked === path && ++count === nth, action)
}

describe('Baseten: what changed between the plan and its deletion is left alone, the others go', () => {
  type World = ReturnType<typeof baseten>['world']
  it.each<[string, (world: World) => void, RegExp]>([
    ['it became production', (world) => world.promote('m1', 'it', 'production'), /it serves production/],
    ['it serves another environment', (world) => world.promote('m1', 'it', 'staging'), /environment staging/],
    [
      'it became the candidate of an environment',
      (world) => world.promoteAsCandidate('m1', 'it', 'production'),
      /it serves production|candidate/,
    ],
    [
      'it became the candidate of another environment',
      (world) => world.promoteAsCandidate('m1', 'it', 'staging'),
      /candidate for the environment staging/,
    ],
    [
      "it became the model's development deployment",
      (world) => {
        world.model('m1').developmentDeploymentId = 'it'
      },
      /development deployment/,
    ],
    [
      'it was renamed',
      (world) => {
        world.deployment('m1', 'it').name = 'demo'
      },
      /renamed meanwhile/,
    ],
    [
      'it was renamed to something that protect covers',
      (world) => {
        world.deployment('m1', 'it').name = 'keep-me'
      },
      /renamed meanwhile/,
    ],
    [
      'it was created anew under the same ID',
      (world) => {
        world.removeDeployment('m1', 'it')
        world.addDeployment('m1', { id: 'it', name: 'PR-it', createdAt: ago(0) })
      },
      /somebody else deleted it; a new one/,
    ],
    [
      'its status is no longer among those in status',
      (world) => world.setStatus('m1', 'it', 'UPDATING'),
      /its status is UPDATING by now/,
    ],
  ])('%s', async (_what, change, reason) => {
    const account = baseten()
    beforeTheLook(account, '/v1/models/m1', 2, () => change(account.world))

    const acted = await account.run({ name: 'PR-*', 'model-id': 'm1', status: 'ACTIVE', protect: 'keep-*' })

    expect(reasonOf(acted, 'it')).toMatch(reason)
    expect(idsOf(acted, 'kept')).toEqual(['it'])
    expect(idsOf(acted, 'deleted')).toEqual(['x1', 'x2'])
    expect(account.asked()).not.toContain('it')
    expect({ ok: acted.ok, kept: acted.outputs['kept-count'] }).toEqual({ ok: true, kept: '1' })
  })

  it('it became the last deployment of its model: the newest of them stays', async () => {
    const account = baseten()
    const { world } = account
    world.addModel({ id: 'm2' })
    for (const id of ['a', 'b'])
      world.addDeployment('m2', { id, name: `PR-${id}`, createdAt: ago(id === 'a' ? 2 : DAY) })
    world.addDeployment('m2', { id: 'rest', name: 'rest', createdAt: ago(3 * DAY) })
    beforeTheLook(account, '/v1/models/m2', 2, () => world.removeDeployment('m2', 'rest'))

    const acted = await account.run({ name: 'PR-*', 'model-id': 'm2' })

    expect(idsOf(acted, 'deleted')).toEqual(['b'])
    expect(idsOf(acted, 'kept')).toEqual(['a'])
    expect(reasonOf(acted, 'a')).toContain('last deployment of its model')
  })

  it('it vanished: that is no failure, and nothing is asked for it', async () => {
    const account = baseten()
    beforeTheLook(account, '/v1/models/m1', 2, () => account.world.removeDeployment('m1', 'it'))

    const acted = await account.run({ name: 'PR-*', 'model-id': 'm1' })

    expect(acted.ok).toBe(true)
    expect(account.asked().sort()).toEqual(['x1', 'x2'])
    expect(reasonOf(acted, 'it')).toContain('disappeared before this run deleted it')
  })

  it('its whole model vanished: the others go', async () => {
    const account = baseten()
    account.world.addModel({ id: 'm2' })
    for (const id of ['y1', 'y2']) account.world.addDeployment('m2', { id, name: 'PR-y', createdAt: OLD })
    beforeTheLook(account, '/v1/models/m1', 2, () => account.world.removeModel('m1'))

    const acted = await account.run({ name: 'PR-*', 'model-id': 'm1, m2' })

    expect(acted.ok).toBe(true)
    expect(account.asked()).toHaveLength(1)
    expect(account.world.deploymentIds('m2')).toHaveLength(1)
  })
})

describe('Baseten models: what changed between the plan and its deletion is left alone, the others go', () => {
  type World = ReturnType<typeof baseten>['world']
  it.each<[string, (world: World) => void, RegExp]>([
    [
      'it was renamed',
      (world) => {
        world.model('it').name = 'demo'
      },
      /renamed meanwhile/,
    ],
    [
      'it was created anew under the same ID',
      (world) => void world.recreateModel('it', { id: 'it', createdAt: ago(0) }),
      /somebody else deleted it; a new one/,
    ],
  ])('%s', async (_what, change, reason) => {
    const account = basetenAccount()
    for (const id of ['it', 'x1']) account.world.addModel({ id, name: `pr-${id}`, createdAt: OLD })
    beforeTheLook(account, '/v1/models/it', 1, () => change(account.world))

    const acted = await account.run({ resource: 'model', name: 'pr-*' })

    expect(reasonOf(acted, 'it')).toMatch(reason)
    expect(idsOf(acted, 'kept')).toEqual(['it'])
    expect(idsOf(acted, 'deleted')).toEqual(['x1'])
    expect(account.world.hasModel('it')).toBe(true)
  })
})

describe('SAP AI Core: what changed between the plan and its deletion is left alone, the others go', () => {
  type World = ReturnType<typeof sap>['world']
  it.each<[string, (world: World) => void, RegExp]>([
    [
      'it was moved to another configuration',
      (world) => world.change('it-0', { configurationName: 'demo' }),
      /renamed meanwhile/,
    ],
    [
      'its name is no longer shown, and its configuration is another one',
      (world) => world.change('it-0', { configurationName: null, configurationId: 'conf-new' }),
      /renamed meanwhile/,
    ],
    [
      'it became the shared orchestration deployment',
      (world) => world.change('it-0', { scenarioId: 'orchestration' }),
      /orchestration/,
    ],
    [
      'it was created anew under the same ID',
      (world) => void world.add({ id: 'it-0', configurationName: 'PR-it-0', createdAt: ago(0) }),
      /somebody else deleted it; a new one/,
    ],
    [
      'its status is no longer among those in status',
      (world) => world.change('it-0', { status: 'DEAD' }),
      /its status is DEAD by now/,
    ],
  ])('%s', async (_what, change, reason) => {
    const account = sap()
    beforeTheLook(account, '/v2/lm/deployments/it-0', 1, () => change(account.world))

    const acted = await account.run({ name: 'PR-*', status: 'RUNNING' })

    expect(reasonOf(acted, 'it-0')).toMatch(reason)
    expect(idsOf(acted, 'deleted')).toEqual(['x1-0', 'x2-0'])
    expect(account.asked()).not.toContain('it-0')
    expect(acted.ok).toBe(true)
  })

  it('it was renamed after it was stopped: it is not deleted, and the report says so', async () => {
    const account = sap()
    account.justBefore(
      (method, path) => method === 'DELETE' && path.endsWith('/x1-0'),
      () => account.world.change('it-0', { configurationName: 'demo' }),
    )
    account.world.change('x1-0', { status: 'STOPPED', targetStatus: 'STOPPED' })

    const acted = await account.run({ name: 'PR-*' })

    expect(
      account.emulator.requests.flatMap(({ method, path }) => (path.endsWith('/it-0') ? [method] : [])),
    ).not.toContain('DELETE')
    expect(account.world.get('it-0')?.status).toBe('STOPPED')
    // Stopped by this run, so it is not as it was.
    expect(idsOf(acted, 'refused')).toEqual(['it-0'])
    expect(reasonOf(acted, 'it-0')).toMatch(/renamed meanwhile.*This run has already requested its stop/)
  })

  it('the status that our own stop makes is no change', async () => {
    const account = sap()
    expect(idsOf(await account.run({ name: 'PR-*', status: 'RUNNING' }), 'deleted')).toHaveLength(3)
  })
})

describe('Alibaba Model Studio: what changed between the plan and its deletion is left alone, the others go', () => {
  type World = ReturnType<typeof alibaba>['world']
  it.each<[string, (world: World) => void, RegExp]>([
    [
      'it was created anew under the same ID',
      (world) => world.recreate('PR-it'),
      /somebody else deleted it; a new one/,
    ],
    ['it became prepaid', (world) => world.update('PR-it', { charge_type: 'pre_paid' }), /prepaid/],
    ['it became a reservation', (world) => world.update('PR-it', { plan: 'ptu_v2' }), /reservation/],
    [
      'its status is no longer among those in status',
      (world) => world.setStatus('PR-it', 'UPDATING'),
      /its status is UPDATING by now/,
    ],
  ])('%s', async (_what, change, reason) => {
    const account = alibaba()
    beforeTheLook(account, '/api/v1/deployments/PR-it', 1, () => change(account.world))

    const acted = await account.run({ name: 'PR-*', status: 'RUNNING' })

    expect(reasonOf(acted, 'PR-it')).toMatch(reason)
    expect(idsOf(acted, 'kept')).toEqual(['PR-it'])
    expect(idsOf(acted, 'deleted')).toEqual(['PR-x1', 'PR-x2'])
    expect(account.asked()).not.toContain('PR-it')
  })

  it('a fraction of a second that only one of the answers shows is no change', async () => {
    const account = alibabaAccount({ fractionIn: ['get'] })
    account.world.seed({ deployed_model: 'PR-it', created: START - DAY + 345 })
    expect(idsOf(await account.run({ name: 'PR-*' }), 'deleted')).toEqual(['PR-it'])
  })
})

describe('many targets, which are looked at in one list', () => {
  it('what changed is left alone there too', async () => {
    const account = sap()
    for (let index = 0; index < 6; index++) {
      account.world.add({ id: `y${index}-0`, status: 'DEAD', configurationName: `PR-y${index}`, createdAt: OLD })
    }
    beforeTheLook(account, '/v2/lm/deployments?$top=2000&$skip=0', 2, () => {
      account.world.change('it-0', { configurationName: 'demo' })
      account.world.change('y0-0', { scenarioId: 'orchestration' })
    })

    const acted = await account.run({ name: 'PR-*' })

    expect(idsOf(acted, 'kept')).toEqual(['it-0', 'y0-0'])
    expect(idsOf(acted, 'deleted')).toHaveLength(7)
  })
})
