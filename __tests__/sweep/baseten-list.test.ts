import { describe, expect, it } from 'vitest'
import { withoutMetering } from '../support/metering.ts'
import { ago, basetenAccount, DAY, errorsOf, idsOf } from './accounts.ts'

/** Two models, each with production and two deployments of pull request 1. */
function account(options: Parameters<typeof basetenAccount>[0] = {}) {
  const made = basetenAccount(options)
  for (const id of ['m1', 'm2']) {
    made.world.addModel({ id, name: `llama-${id}` })
    made.world.addDeployment(id, { id: `${id}-live`, name: 'PR-1_live', production: true, createdAt: ago(3 * DAY) })
    made.world.addDeployment(id, { id: `${id}-a`, name: 'PR-1_a', createdAt: ago(2 * DAY) })
    made.world.addDeployment(id, { id: `${id}-b`, name: 'PR-1_b', createdAt: ago(DAY) })
  }
  return made
}

const reads = ({ emulator }: ReturnType<typeof account>) => withoutMetering(emulator.requests).map(({ path }) => path)

describe('a sweep of Baseten lists', () => {
  it('one model: the one in model-id, and no other is touched', async () => {
    const made = account()
    const acted = await made.run({ name: 'PR-*', 'model-id': 'm1' })

    expect(idsOf(acted, 'deleted')).toEqual(['m1-a', 'm1-b'])
    expect(made.world.deploymentIds('m2')).toHaveLength(3)
    expect(reads(made).filter((path) => path.includes('m2') || path === '/v1/models')).toEqual([])
  })

  it('several models: those in model-id', async () => {
    const made = account()
    made.world.addModel({ id: 'm3' })
    made.world.addDeployment('m3', { id: 'm3-a', name: 'PR-1_a' })
    const acted = await made.run({ name: 'PR-1_a', 'model-id': 'm1\nm2' })

    expect(idsOf(acted, 'deleted')).toEqual(['m1-a', 'm2-a'])
  })

  it('no model-id: every model that the key can see', async () => {
    const made = account()
    const acted = await made.run({ name: 'PR-*' })

    expect(idsOf(acted, 'deleted')).toEqual(['m1-a', 'm1-b', 'm2-a', 'm2-b'])
    expect(idsOf(acted, 'kept')).toEqual(['m1-live', 'm2-live'])
  })

  it('no model-id and a key of one team: only the models of that team', async () => {
    const made = account({ apiKeys: [{ key: 'team-key', teams: ['team-a'] }] })
    made.world.addTeam({ id: 'team-a' })
    made.world.addModel({ id: 'm3', teamId: 'team-a' })
    for (const id of ['m3-a', 'm3-b']) made.world.addDeployment('m3', { id, name: 'PR-1_x', createdAt: ago(DAY) })

    const acted = await made.run({ name: 'PR-*', 'api-key': 'team-key' })

    expect(idsOf(acted, 'deleted', 'kept')).toEqual(['m3-a', 'm3-b'])
  })

  it('a model that is not there: the step fails and says which, and nothing is deleted in the others', async () => {
    const made = account()
    const acted = await made.run({ name: 'PR-*', 'model-id': 'm1, m9' })

    expect(acted.ok).toBe(false)
    expect(errorsOf(acted)).toEqual([expect.stringContaining('model m9 does not exist')])
    expect(made.asked()).toEqual([])
  })

  it('no model at all: nothing to delete', async () => {
    const { outputs, ok } = await basetenAccount().run({ name: '*' })
    expect({ ok, status: outputs['status'] }).toEqual({ ok: true, status: 'nothing-to-delete' })
  })

  it('a model without deployments: nothing to delete', async () => {
    const made = basetenAccount()
    made.world.addModel({ id: 'm1' })
    const { outputs, ok } = await made.run({ name: '*', 'model-id': 'm1' })
    expect({ ok, status: outputs['status'] }).toEqual({ ok: true, status: 'nothing-to-delete' })
  })

  it('a model that vanishes while the list is read: the list is read again, without it', async () => {
    const made = account()
    made.justBefore(
      (_method, path) => path.startsWith('/v1/models/m2/'),
      () => made.world.removeModel('m2'),
    )
    const acted = await made.run({ name: 'PR-*' })

    expect(acted.ok).toBe(true)
    expect(idsOf(acted, 'deleted')).toEqual(['m1-a', 'm1-b'])
  })

  it('hundreds of deployments of one model: all of them, in three requests', async () => {
    const made = basetenAccount()
    made.world.addModel({ id: 'm1' })
    for (let index = 0; index < 500; index++) {
      made.world.addDeployment('m1', { id: `d${index}`, name: `PR-${index}_a`, createdAt: ago(DAY) })
    }
    const acted = await made.run({ name: 'nothing', 'model-id': 'm1' })

    expect(acted.report['plan']).toHaveLength(500)
    expect(made.requests()).toBe(3)
  })
})

describe('a sweep of models', () => {
  it('takes whole models by their name, with production and all that is under them', async () => {
    const made = account()
    made.world.addModel({ id: 'm3', name: 'pr-7' })
    made.world.addDeployment('m3', { id: 'm3-live', name: 'main', production: true })

    const acted = await made.run({ resource: 'model', name: 'pr-*' })

    expect(idsOf(acted, 'deleted')).toEqual(['m3'])
    expect(made.world.hasModel('m3')).toBe(false)
    expect(made.world.hasModel('m1')).toBe(true)
  })

  it('the names of deployments are not those of models', async () => {
    const made = account()
    const acted = await made.run({ resource: 'model', name: 'PR-*' })

    expect(acted.outputs['status']).toBe('nothing-to-delete')
    expect(made.asked()).toEqual([])
  })

  it('older-than is about the model and not about its deployments', async () => {
    const made = basetenAccount()
    made.world.addModel({ id: 'old', name: 'pr-1', createdAt: ago(10 * DAY) })
    made.world.addDeployment('old', { createdAt: ago(0) })
    made.world.addModel({ id: 'new', name: 'pr-2', createdAt: ago(DAY) })
    made.world.addDeployment('new', { createdAt: ago(20 * DAY) })

    const acted = await made.run({ resource: 'model', name: 'pr-*', 'older-than': '7d' })

    expect(idsOf(acted, 'deleted')).toEqual(['old'])
  })

  it('protect keeps models by their name', async () => {
    const made = account()
    const acted = await made.run({ resource: 'model', name: '*', protect: 'llama-m1' })

    expect(idsOf(acted, 'deleted')).toEqual(['m2'])
    expect(idsOf(acted, 'kept')).toEqual(['m1'])
  })
})
