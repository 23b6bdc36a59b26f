import { describe, expect, it } from 'vitest'
import { ago, basetenAccount, DAY, errorsOf, HOUR, idsOf, reasonOf } from './accounts.ts'

const ENVIRONMENTS = { resource: 'environment', 'max-deletions': '100' }

/** `m1` and `m2`, each with production and the environments named, which a deployment of its own serves. */
function account(names: readonly string[] = ['pr-1', 'pr-2', 'staging'], options = {}) {
  const made = basetenAccount(options)
  for (const model of ['m1', 'm2']) {
    made.world.addModel({ id: model, name: `llama-${model}` })
    made.world.addDeployment(model, { id: `${model}-live`, production: true, createdAt: ago(9 * DAY) })
    for (const name of names) {
      made.world.addDeployment(model, { id: `${model}-${name}`, name, createdAt: ago(3 * DAY) })
      made.world.addEnvironment(model, { name, current: `${model}-${name}`, createdAt: ago(2 * DAY) })
    }
  }
  return made
}

const environmentsOf = ({ world }: ReturnType<typeof account>, model = 'm1') =>
  [...world.model(model).environments.keys()].sort()

describe('a sweep of environments', () => {
  it('takes those whose names match, of one model, and leaves their deployments', async () => {
    const made = account()
    const acted = await made.run({ ...ENVIRONMENTS, name: 'pr-*', 'model-id': 'm1' })
    expect(acted.ok).toBe(true)
    expect(idsOf(acted, 'deleted')).toEqual(['pr-1', 'pr-2'])
    expect(environmentsOf(made)).toEqual(['production', 'staging'])
    expect(environmentsOf(made, 'm2')).toHaveLength(4)
    expect(made.world.deploymentIds('m1')).toHaveLength(4)
    const tombstones = ['pr-1', 'pr-2'].map((name) => ({ name, model_id: 'm1', deleted: true }))
    expect(JSON.parse(acted.outputs['tombstones'] ?? '')).toEqual(expect.arrayContaining(tombstones))
  })

  it('of every model that the key can see, where model-id is left out; of several where it names them', async () => {
    const made = account()
    expect(idsOf(await made.run({ ...ENVIRONMENTS, name: 'pr-1' }), 'deleted')).toEqual(['pr-1', 'pr-1'])
    const acted = await made.run({ ...ENVIRONMENTS, name: 'pr-2', 'model-id': 'm1,m2' })
    expect(acted.results.map(({ id, modelId }) => `${id} of ${modelId}`)).toEqual(['pr-2 of m1', 'pr-2 of m2'])
  })

  it('production stays, whatever the patterns and the guards say', async () => {
    const made = account()
    const acted = await made.run({ ...ENVIRONMENTS, name: '*', allow: 'environment,development,last' })
    expect(idsOf(acted, 'kept')).toEqual(['production', 'production'])
    expect(reasonOf(acted, 'production')).toBe('it is production, which is never deleted')
    expect(environmentsOf(made)).toEqual(['production'])
  })

  it('an environment whose deployment serves production too stays', async () => {
    const made = account(['pr-1'])
    made.world.environment('m1', 'pr-1').current = 'm1-live'
    const acted = await made.run({ ...ENVIRONMENTS, name: 'pr-*', 'model-id': 'm1' })
    expect(acted.outputs['status']).toBe('nothing-to-delete')
    expect(reasonOf(acted, 'pr-1')).toContain('its deployment m1-live serves production too')
  })

  it('{pr}: those of closed pull requests go, of open and unknown ones stay', async () => {
    const made = account(['pr-1', 'pr-2', 'pr-3', 'pr-42'])
    made.github.world.addPull({ number: 1, state: 'CLOSED' })
    made.github.world.addPull({ number: 2, state: 'OPEN' })
    made.github.world.addPull({ number: 42, state: 'MERGED' })
    const acted = await made.run({ ...ENVIRONMENTS, name: 'pr-{pr}', 'model-id': 'm1' })
    expect(idsOf(acted, 'deleted')).toEqual(['pr-1', 'pr-42'])
    expect(idsOf(acted, 'kept')).toEqual(['pr-2', 'pr-3'])
    expect(reasonOf(acted, 'pr-2')).toBe('pull request 2 is open')
  })

  it('older-than and keep-latest go by the age of the environment, not of its deployment', async () => {
    const made = account(['pr-1', 'pr-2', 'pr-3'])
    made.world.environment('m1', 'pr-1').createdAt = ago(HOUR)
    made.world.environment('m1', 'pr-2').createdAt = ago(8 * DAY)
    const inputs = { ...ENVIRONMENTS, name: 'pr-*', 'model-id': 'm1', 'older-than': '1d', 'keep-latest': '1' }
    expect(idsOf(await made.run(inputs), 'deleted')).toEqual(['pr-2'])
  })

  it('protect keeps environments by their name', async () => {
    const made = account()
    const acted = await made.run({ ...ENVIRONMENTS, name: '*', 'model-id': 'm1', protect: 'stag*' })
    expect(environmentsOf(made)).toEqual(['production', 'staging'])
    expect(idsOf(acted, 'kept')).toEqual(['production', 'staging'])
  })

  it('the plan tells of running promotions, and of what is scaled to zero', async () => {
    const made = account()
    made.world.promoteAsCandidate('m1', 'm1-pr-2', 'pr-1', 'RAMPING_UP')
    const acted = await made.run({ ...ENVIRONMENTS, name: 'pr-1', 'model-id': 'm1' })
    const plan = acted.report['plan']
    expect(plan).toContainEqual(
      expect.objectContaining({
        id: 'pr-1',
        reason:
          "its name matches 'name'; deployment m1-pr-1 (pr-1) is scaled to zero; the promotion of deployment m1-pr-2 (pr-2) (RAMPING_UP) is cancelled",
      }),
    )
    expect(idsOf(acted, 'deleted')).toEqual(['pr-1'])
  })

  it('the cap: more than max-deletions, and nothing at all is deleted', async () => {
    const made = account()
    const acted = await made.run({ ...ENVIRONMENTS, name: 'pr-*', 'max-deletions': '3' })
    expect(acted.ok).toBe(false)
    expect(errorsOf(acted)).toEqual([expect.stringContaining("'max-deletions'")])
    expect(environmentsOf(made)).toHaveLength(4)
  })

  it('dry-run: everything is said, nothing is sent but reads', async () => {
    const made = account()
    const acted = await made.run({ ...ENVIRONMENTS, name: 'pr-*', 'dry-run': 'true' })
    expect(idsOf(acted, 'planned')).toEqual(['pr-1', 'pr-1', 'pr-2', 'pr-2'])
    expect(made.asked()).toEqual([])
  })

  it('a model that is not there: nothing is deleted anywhere', async () => {
    const made = account()
    const acted = await made.run({ ...ENVIRONMENTS, name: 'pr-*', 'model-id': 'm1,m9' })
    expect(acted.ok).toBe(false)
    expect(errorsOf(acted)).toEqual([expect.stringContaining('model m9 does not exist')])
    expect(environmentsOf(made)).toHaveLength(4)
  })

  it('a model that vanishes while it is listed: listed again, without it', async () => {
    const made = account()
    made.justBefore(
      (_method, path) => path === '/v1/models/m2/environments',
      () => made.world.removeModel('m2'),
    )
    const acted = await made.run({ ...ENVIRONMENTS, name: 'pr-*' })
    expect(idsOf(acted, 'deleted')).toEqual(['pr-1', 'pr-2'])
    expect(acted.ok).toBe(true)
  })

  it('one of the lists cannot be read: nothing is deleted anywhere', async () => {
    const made = account()
    const when = ({ path }: { path: string }) => path === '/v1/models/m2/environments'
    made.emulator.faults.push({ kind: 'status', status: 500, when, times: 1000 })
    const acted = await made.run({ ...ENVIRONMENTS, name: 'pr-*' })
    expect(acted.ok).toBe(false)
    expect(made.asked()).toEqual([])
  })

  it('it was made anew under the same name since it was listed: left alone', async () => {
    const made = account()
    let lists = 0
    made.justBefore(
      (_method, path) => path === '/v1/models/m1/environments' && ++lists === 2,
      () => {
        made.world.removeEnvironment('m1', 'pr-1')
        made.world.addEnvironment('m1', { name: 'pr-1', createdAt: ago(0) })
      },
    )
    const acted = await made.run({ ...ENVIRONMENTS, name: 'pr-*', 'model-id': 'm1' })
    expect(idsOf(acted, 'kept')).toEqual(['pr-1'])
    expect(idsOf(acted, 'deleted')).toEqual(['pr-2'])
  })
})

describe('a sweep of deployments with their environments', () => {
  const DEPLOYMENTS = { name: 'pr-*', 'model-id': 'm1', 'max-deletions': '100' }

  it('without allow: environment they stay', async () => {
    const acted = await account().run(DEPLOYMENTS)
    expect(idsOf(acted, 'kept')).toEqual(['m1-pr-1', 'm1-pr-2'])
  })

  it('with it, the plan says which environments go, and they go first', async () => {
    const made = account()
    const acted = await made.run({ ...DEPLOYMENTS, allow: 'environment' })
    expect(idsOf(acted, 'deleted')).toEqual(['m1-pr-1', 'm1-pr-2'])
    expect(environmentsOf(made)).toEqual(['production', 'staging'])
    const plan = JSON.stringify(acted.report['plan'])
    expect(plan).toContain('the environment pr-1 is deleted with it')
    expect(plan).toContain('the environment pr-2 is deleted with it')
  })

  it('production stays', async () => {
    const made = account()
    const acted = await made.run({ ...DEPLOYMENTS, name: '*', allow: 'environment,development,last' })
    expect(idsOf(acted, 'kept')).toEqual(['m1-live'])
    expect(made.world.deploymentIds('m1')).toEqual(['m1-live'])
  })
})

describe('a sweep of deployments with their model', () => {
  const plain = () => {
    const made = basetenAccount()
    made.world.addModel({ id: 'm1' })
    for (const days of [3, 2, 1]) {
      made.world.addDeployment('m1', { id: `d${days}`, name: `pr-${days}`, createdAt: ago(days * DAY) })
    }
    return made
  }

  it('without allow: last the newest stays', async () => {
    expect(idsOf(await plain().run({ name: 'pr-*' }), 'kept')).toEqual(['d1'])
  })

  it('with it the model goes as well, and the plan says so at the newest', async () => {
    const made = plain()
    const acted = await made.run({ name: 'pr-*', allow: 'last' })
    expect(idsOf(acted, 'deleted')).toEqual(['d1', 'd2', 'd3'])
    expect(made.world.hasModel('m1')).toBe(false)
    const rows = JSON.parse(JSON.stringify(acted.report['plan']))
    const told = rows.filter(({ reason }: { reason: string }) =>
      reason.includes('is deleted with it, because it is the last deployment'),
    )
    expect(told.map(({ id }: { id: string }) => id)).toEqual(['d1'])
  })

  it('what does not match stays, and so does the model', async () => {
    const made = plain()
    made.world.deployment('m1', 'd2').name = 'main'
    const acted = await made.run({ name: 'pr-*', allow: 'last' })
    expect(idsOf(acted, 'deleted')).toEqual(['d1', 'd3'])
    expect(made.world.deploymentIds('m1')).toEqual(['d2'])
  })

  it('one was renamed since it was listed and stays: so does the model, and the others go', async () => {
    const made = plain()
    let looks = 0
    made.justBefore(
      (_method, path) => path === '/v1/models/m1/deployments' && ++looks === 2,
      () => {
        made.world.deployment('m1', 'd3').name = 'main'
      },
    )
    const acted = await made.run({ name: 'pr-*', allow: 'last' })
    expect(idsOf(acted, 'kept')).toEqual(['d3'])
    expect(idsOf(acted, 'deleted')).toEqual(['d1', 'd2'])
    expect(made.world.deploymentIds('m1')).toEqual(['d3'])
  })
})
