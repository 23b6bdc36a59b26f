import { describe, expect, it } from 'vitest'
import { commitOf } from '../../emulators/github.ts'
import { deactivateEnvironment, markedText } from '../../src/github/environment.ts'
import { type Repository, repository } from './repository.ts'

const RUN = 'https://github.com/octo/hello/actions/runs/7'

/** Marks an environment for pull request 42, or without one. Gives what is said of it, and whether that is a warning. */
async function mark({ connect }: Repository, name: string, pullRequests: readonly number[] = [42]) {
  const scope = { name, pullRequests }
  return markedText(scope, await deactivateEnvironment(connect(), scope, RUN))
}

/** A repository with pull request 42, of the branch `branch-42`. */
function withPull(options: Parameters<typeof repository>[0] = {}): Repository {
  const made = repository(options)
  made.world.addPull({ number: 42, state: 'MERGED', commits: ['aaa', 'bbb'] })
  return made
}

const OWN = { environment: 'preview', ref: 'branch-42', states: ['success'] } as const
const writes = ({ emulator }: Repository) => emulator.requests.filter(({ method }) => method !== 'GET').length

describe('the deployments of a GitHub environment that belong to the pull request', () => {
  it('are marked inactive with a link to the run, and only those of the environment', async () => {
    const repo = withPull()
    const active = repo.world.addDeployment({ ...OWN, states: ['in_progress', 'success'] })
    const other = repo.world.addDeployment({ ...OWN, environment: 'preview-2' })

    expect(await mark(repo, 'preview')).toEqual({
      text: 'Marked 1 deployment of the GitHub environment preview as inactive',
      isWarning: false,
    })

    expect(repo.world.statuses(active.id).at(-1)).toMatchObject({
      state: 'inactive',
      logUrl: RUN,
      description: 'Undeploy: confirmed gone',
    })
    expect(repo.world.stateOf(other.id)).toBe('success')
  })

  it.each<[string, { ref: string; sha?: string }]>([
    ['its branch', { ref: 'branch-42' }],
    ['its branch in full', { ref: 'refs/heads/branch-42' }],
    ['its merge ref, which jobs on pull_request deploy from', { ref: 'refs/pull/42/merge' }],
    ['its head ref', { ref: 'refs/pull/42/head' }],
    ['its last commit', { ref: 'anything', sha: 'bbb' }],
    ['an earlier commit of it', { ref: 'anything', sha: 'aaa' }],
    ['a commit as the ref', { ref: 'aaa' }],
  ])('%s: marked', async (_what, where) => {
    const repo = withPull()
    const { id } = repo.world.addDeployment({ ...OWN, ...where })
    await mark(repo, 'preview')
    expect(repo.world.stateOf(id)).toBe('inactive')
  })

  it.each<[string, { ref: string; sha?: string; production?: boolean }]>([
    ['another pull request', { ref: 'branch-43', sha: commitOf(43) }],
    ['the merge ref of another one', { ref: 'refs/pull/421/merge' }],
    ['main', { ref: 'main' }],
    ['a branch whose name only begins alike', { ref: 'branch-421' }],
    ['another letter case', { ref: 'Branch-42' }],
    ['production, although of its branch', { ref: 'branch-42', production: true }],
  ])('%s: left alone, and a warning says that none was marked', async (_what, where) => {
    const repo = withPull()
    const { id } = repo.world.addDeployment({ ...OWN, ...where })
    expect(await mark(repo, 'preview')).toEqual({
      text: 'Marked 0 deployments of the GitHub environment preview as inactive: none of its 1 deployment is of pull request 42, or it is of production',
      isWarning: true,
    })
    expect(repo.world.stateOf(id)).toBe('success')
    expect(writes(repo)).toBe(0)
  })

  it('of an environment that several pull requests share: only its own are marked, and the others are counted', async () => {
    const repo = withPull()
    const ids = [42, 43, 44].map((n) => repo.world.addDeployment({ ...OWN, ref: `branch-${n}`, sha: commitOf(n) }).id)
    const { text } = await mark(repo, 'preview')
    expect(ids.map((id) => repo.world.stateOf(id))).toEqual(['inactive', 'success', 'success'])
    expect(text).toBe('Marked 1 deployment of the GitHub environment preview as inactive; 2 others not changed')
  })

  it('of several pull requests, where those of several went: theirs are marked', async () => {
    const repo = withPull()
    repo.world.addPull({ number: 43, state: 'CLOSED' })
    const ids = [42, 43, 44].map((n) => repo.world.addDeployment({ ...OWN, ref: `branch-${n}`, sha: commitOf(n) }).id)
    await mark(repo, 'preview', [42, 43])
    expect(ids.map((id) => repo.world.stateOf(id))).toEqual(['inactive', 'inactive', 'success'])
  })

  it.each([
    ['a fork', 'mallory/hello'],
    ['a fork that was deleted', undefined],
  ])(
    "a branch of %s is not ours, whatever it is called; its commits and merge ref are the pull request's",
    async (_what, headRepository) => {
      const repo = repository()
      repo.world.addPull({ number: 42, headRef: 'main', headRepository, commits: ['fff'] })
      const main = repo.world.addDeployment({ ...OWN, ref: 'main' })
      const own = [{ ref: 'refs/pull/42/merge' }, { ref: 'main', sha: 'fff' }].map(
        (where) => repo.world.addDeployment({ ...OWN, ...where }).id,
      )
      await mark(repo, 'preview')
      expect(repo.world.stateOf(main.id)).toBe('success')
      expect(own.map((id) => repo.world.stateOf(id))).toEqual(['inactive', 'inactive'])
    },
  )

  it('its commits are found on every page', async () => {
    const repo = repository()
    repo.world.addPull({ number: 42, commits: Array.from({ length: 230 }, (_, n) => `commit-${n}`) })
    const { id } = repo.world.addDeployment({ ...OWN, ref: 'x', sha: 'commit-120' })
    await mark(repo, 'preview')
    expect(repo.world.stateOf(id)).toBe('inactive')
  })
})

describe('the states of deployments', () => {
  it.each([[['failure']], [['success', 'inactive', 'success']], [[]]])(
    '%j: marked, because the latest is not inactive',
    async (states) => {
      const repo = withPull()
      const { id } = repo.world.addDeployment({ ...OWN, states })
      await mark(repo, 'preview')
      expect(repo.world.stateOf(id)).toBe('inactive')
    },
  )

  it('inactive already: not marked again, which is no reason to warn', async () => {
    const repo = withPull()
    repo.world.addDeployment({ ...OWN, states: ['success', 'inactive'] })
    expect(await mark(repo, 'preview')).toEqual({
      text: 'The 1 deployment of the GitHub environment preview of pull request 42 had been inactive before',
      isWarning: false,
    })
    expect(writes(repo)).toBe(0)
  })

  it('none at all, as where the name is misspelt: a warning', async () => {
    expect(await mark(withPull(), 'previev')).toEqual({
      text: "Marked 0 deployments of the GitHub environment previev as inactive: there are none; is the name in 'github-environment' misspelt?",
      isWarning: true,
    })
  })

  it('are looked at on every page', async () => {
    const repo = withPull()
    const ids = Array.from({ length: 230 }, (_, n) => {
      return repo.world.addDeployment({ ...OWN, states: n % 2 === 0 ? ['success'] : ['inactive'] }).id
    })
    expect((await mark(repo, 'preview')).text).toContain('Marked 115 deployments')
    expect(ids.map((id) => repo.world.stateOf(id))).toEqual(ids.map(() => 'inactive'))
  })

  it.each(['review/pr-42', 'review/feature/a b', 'ünï&x=1#y', '{pr}'])(
    'an environment called %s',
    async (environment) => {
      const repo = withPull()
      const { id } = repo.world.addDeployment({ ...OWN, environment })
      repo.world.addDeployment({ ...OWN, environment: 'review' })
      expect((await mark(repo, environment)).text).toContain('Marked 1 deployment')
      expect(repo.world.stateOf(id)).toBe('inactive')
    },
  )
})

describe('without a pull request', () => {
  it('all active deployments have one ref: they are marked, whatever the inactive ones are of', async () => {
    const repo = repository()
    const ids = [
      repo.world.addDeployment({ environment: 'smoke', ref: 'main', states: ['success'] }).id,
      repo.world.addDeployment({ environment: 'smoke', ref: 'main', sha: 'bbb', states: ['failure'] }).id,
    ]
    repo.world.addDeployment({ environment: 'smoke', ref: 'other', states: ['inactive'] })
    expect((await mark(repo, 'smoke', [])).text).toBe(
      'Marked 2 deployments of the GitHub environment smoke as inactive',
    )
    expect(ids.map((id) => repo.world.stateOf(id))).toEqual(['inactive', 'inactive'])
  })

  it('the active ones have several refs: none is marked, and a warning names the refs and the input', async () => {
    const repo = repository()
    const ids = ['main', 'branch-7'].map(
      (ref) => repo.world.addDeployment({ environment: 'preview', ref, states: ['success'] }).id,
    )
    expect(await mark(repo, 'preview', [])).toEqual({
      text: "Marked 0 deployments of the GitHub environment preview as inactive: the active ones are of several refs (branch-7, main), and no pull request says which are meant. Name it in 'pull-request'",
      isWarning: true,
    })
    expect(ids.map((id) => repo.world.stateOf(id))).toEqual(['success', 'success'])
  })

  it.each<[string, object]>([
    ['marked as such', { environment: 'live', production: true }],
    ['beside others of the same ref', { environment: 'live', production: true }],
  ])('production, %s: never marked', async (what, seed) => {
    const repo = repository()
    const live = { environment: 'live', ref: 'main', states: ['success'], ...seed }
    const { id } = repo.world.addDeployment(live)
    if (what !== 'marked as such') repo.world.addDeployment({ ...live, production: false })
    await mark(repo, 'live', [])
    expect(repo.world.stateOf(id)).toBe('success')
  })

  it('production only: a warning says so', async () => {
    const repo = repository()
    repo.world.addDeployment({ environment: 'live', production: true, states: ['success'] })
    expect(await mark(repo, 'live', [])).toEqual({
      text: 'Marked 0 deployments of the GitHub environment live as inactive: 1 deployment of it is of production',
      isWarning: true,
    })
  })

  it('a GitHub that does not say what is production: an environment called so is', async () => {
    const repo = repository()
    for (const environment of ['production', 'preview']) {
      repo.emulator.faults.push({
        kind: 'status',
        status: 200,
        body: JSON.stringify([{ id: 7, ref: 'main', sha: 'aaa' }]),
        headers: { 'content-type': 'application/json' },
        when: ({ path }) => path.includes(`environment=${environment}`),
      })
    }
    repo.emulator.faults.push({
      kind: 'status',
      status: 200,
      body: '[]',
      headers: { 'content-type': 'application/json' },
      when: ({ path }) => path.includes('/7/statuses'),
      times: 2,
    })
    expect((await mark(repo, 'production', [])).isWarning).toBe(true)
    expect(writes(repo)).toBe(0)
    await expect(mark(repo, 'preview', [])).rejects.toThrow('environment preview')
    expect(writes(repo)).toBe(1)
  })
})

describe('deployments that cannot be marked', () => {
  it('no permission: what to add is named', async () => {
    const repo = withPull({ permissions: { deployments: 'read', 'pull-requests': 'read' } })
    repo.world.addDeployment(OWN)
    await expect(mark(repo, 'preview')).rejects.toThrow(
      /marking the deployments of environment preview inactive: Resource not accessible by integration.*'permissions: deployments: write' \(GitHub asks for deployments=write\)/,
    )
  })

  it('the pull request cannot be read: the permission is named, and nothing is marked', async () => {
    const repo = withPull({ permissions: { deployments: 'write' } })
    const { id } = repo.world.addDeployment(OWN)
    await expect(mark(repo, 'preview')).rejects.toThrow(
      /reading the commits of pull request 42: Resource not accessible.*'permissions: pull-requests: read'/,
    )
    expect(repo.world.stateOf(id)).toBe('success')
  })

  it('an answer of another shape: a failure that says what was asked', async () => {
    const repo = withPull()
    repo.emulator.faults.push({ kind: 'wrong-type', times: Number.POSITIVE_INFINITY })
    await expect(mark(repo, 'preview', [])).rejects.toThrow('environment preview')
    await expect(mark(repo, 'preview')).rejects.toThrow('pull request 42')
  })

  it('a fault of GitHub that passes is waited out, also while marking', async () => {
    const repo = withPull()
    const { id } = repo.world.addDeployment(OWN)
    repo.emulator.faults.push({ kind: 'status', status: 502, when: ({ method }) => method === 'POST' })
    await mark(repo, 'preview')
    expect(repo.world.stateOf(id)).toBe('inactive')
  })
})
