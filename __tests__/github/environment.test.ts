import { describe, expect, it } from 'vitest'
import { deactivateEnvironment } from '../../src/github/environment.ts'
import { repository } from './repository.ts'

const RUN = 'https://github.com/octo/hello/actions/runs/7'

describe('the deployments of a GitHub environment', () => {
  it('are marked inactive with a link to the run, and only those of the environment', async () => {
    const { world, connect } = repository()
    const active = world.addDeployment({ environment: 'pr-42', states: ['in_progress', 'success'] })
    const other = world.addDeployment({ environment: 'pr-421', states: ['success'] })

    expect(await deactivateEnvironment(connect(), 'pr-42', RUN)).toBe(1)

    expect(world.statuses(active.id).at(-1)).toMatchObject({
      state: 'inactive',
      logUrl: RUN,
      description: 'Undeploy: confirmed gone',
    })
    expect(world.stateOf(other.id)).toBe('success')
  })

  it.each([[['failure']], [['success', 'inactive', 'success']], [[]]])(
    'of the states %j: marked, because the latest is not inactive',
    async (states) => {
      const { world, connect } = repository()
      const { id } = world.addDeployment({ environment: 'pr-42', states })
      expect(await deactivateEnvironment(connect(), 'pr-42', RUN)).toBe(1)
      expect(world.stateOf(id)).toBe('inactive')
    },
  )

  it('that are inactive already are not marked again', async () => {
    const { world, emulator, connect } = repository()
    world.addDeployment({ environment: 'pr-42', states: ['success', 'inactive'] })
    expect(await deactivateEnvironment(connect(), 'pr-42', RUN)).toBe(0)
    expect(emulator.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('none: nothing happens', async () => {
    expect(await deactivateEnvironment(repository().connect(), 'pr-42', RUN)).toBe(0)
  })

  it('are found on every page', async () => {
    const { world, connect } = repository()
    const ids = Array.from({ length: 230 }, (_, n) => {
      return world.addDeployment({ environment: 'staging', states: n % 2 === 0 ? ['success'] : ['inactive'] }).id
    })
    expect(await deactivateEnvironment(connect(), 'staging', RUN)).toBe(115)
    expect(ids.map((id) => world.stateOf(id))).toEqual(ids.map(() => 'inactive'))
  })

  it.each(['review/pr-42', 'review/feature/a b', 'ünï&x=1#y', '{pr}'])(
    'an environment called %s',
    async (environment) => {
      const { world, connect } = repository()
      const { id } = world.addDeployment({ environment, states: ['success'] })
      world.addDeployment({ environment: 'review', states: ['success'] })
      expect(await deactivateEnvironment(connect(), environment, RUN)).toBe(1)
      expect(world.stateOf(id)).toBe('inactive')
    },
  )

  it('no permission: what to add is named', async () => {
    const { world, connect } = repository({ permissions: { contents: 'read', deployments: 'read' } })
    world.addDeployment({ environment: 'pr-42', states: ['success'] })
    await expect(deactivateEnvironment(connect(), 'pr-42', RUN)).rejects.toThrow(
      /marking the deployments of environment pr-42 inactive: Resource not accessible by integration.*'permissions: deployments: write' \(GitHub asks for deployments=write\)/,
    )
  })

  it('an answer of another shape: a failure that says what was asked', async () => {
    const { emulator, connect } = repository()
    emulator.faults.push({ kind: 'wrong-type', times: Number.POSITIVE_INFINITY })
    await expect(deactivateEnvironment(connect(), 'pr-42', RUN)).rejects.toThrow('environment pr-42')
  })

  it('a fault of GitHub that passes is waited out, also while marking', async () => {
    const { world, emulator, connect } = repository()
    const { id } = world.addDeployment({ environment: 'pr-42', states: ['success'] })
    emulator.faults.push({ kind: 'status', status: 502, when: ({ method }) => method === 'POST' })
    expect(await deactivateEnvironment(connect(), 'pr-42', RUN)).toBe(1)
    expect(world.stateOf(id)).toBe('inactive')
  })
})
