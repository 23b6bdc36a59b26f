import { afterAll, describe, expect, it } from 'vitest'
import { runStep, type StepEnd } from '../../demo/runner.ts'
import { createAlibabaEmulator } from '../../emulators/alibaba-model-studio.ts'
import { createBasetenEmulator, DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import type { Emulator, Fault } from '../../emulators/emulator.ts'
import { createGithubEmulator, type GithubEmulator, type Permissions } from '../../emulators/github.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { type Served, serve } from '../../emulators/serve.ts'
import { askedOf, DAY } from '../sweep/accounts.ts'

const servers: Served[] = []
afterAll(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

/** An account on loopback: `add` puts a deployment in under a name that is its ID too. */
interface Account {
  emulator: Emulator
  add(name: string, ageMs?: number): void
  left(): string[]
  /** Provider and credentials. */
  inputs(url: string): Record<string, string>
}

/** A model with production, which keeps the last deployment of it from mattering. */
function baseten(): Account & { world: ReturnType<typeof createBasetenEmulator>['world'] } {
  const emulator = createBasetenEmulator()
  const { world } = emulator
  world.addModel({ id: 'm1' })
  world.addDeployment('m1', { id: 'live', name: 'live', production: true, createdAt: iso(90 * DAY) })
  return {
    emulator,
    world,
    add: (name, ageMs = DAY) => void world.addDeployment('m1', { id: name, name, createdAt: iso(ageMs) }),
    left: () =>
      world
        .deploymentIds('m1')
        .filter((id) => id !== 'live')
        .sort(),
    inputs: (url) => ({ provider: 'baseten', 'model-id': 'm1', 'api-key': DEFAULT_API_KEY, 'api-url': url }),
  }
}

function sap(): Account & { world: ReturnType<typeof createSapEmulator>['world'] } {
  const emulator = createSapEmulator({ stopMs: 20, deleteMs: 20 })
  const names: string[] = []
  return {
    emulator,
    world: emulator.world,
    add(name, ageMs = DAY) {
      names.push(name)
      emulator.world.add({ id: name, configurationName: name, createdAt: iso(ageMs) })
    },
    left: () => names.filter((name) => emulator.world.has(name)).sort(),
    inputs: (url) => ({ provider: 'sap-ai-core', 'service-key': JSON.stringify(sapServiceKey(url, DEFAULT_CLIENT)) }),
  }
}

function alibaba(): Account & { world: ReturnType<typeof createAlibabaEmulator>['world'] } {
  const emulator = createAlibabaEmulator({ deleteMs: 20 })
  return {
    emulator,
    world: emulator.world,
    add: (name, ageMs = DAY) => emulator.world.seed({ deployed_model: name, created: Date.now() - ageMs }),
    left: () => emulator.world.ids().sort(),
    inputs: (url) => ({ provider: 'alibaba-model-studio', 'api-key': 'sk-emulated', 'api-url': url }),
  }
}

const PROVIDERS: readonly [string, () => Account][] = [
  ['Baseten', baseten],
  ['SAP AI Core', sap],
  ['Alibaba Model Studio', alibaba],
]

interface Ended extends StepEnd {
  results: { id: string; outcome: string; reason: string }[]
  github: GithubEmulator
}

/** Runs the committed bundle as the runner does, in the repository octo/hello with these pull requests. */
async function sweep(
  { emulator, inputs: own }: Account,
  inputs: Record<string, string>,
  pulls: Record<number, 'OPEN' | 'CLOSED' | 'MERGED'> = {},
  permissions: Permissions = { 'pull-requests': 'read' },
  trouble: readonly Fault[] = [],
): Promise<Ended> {
  const github = createGithubEmulator({ permissions })
  github.faults.push(...trouble)
  for (const [number, state] of Object.entries(pulls)) github.world.addPull({ number: Number(number), state })
  const [provider, api] = await Promise.all([serve(emulator), serve(github)])
  servers.push(provider, api)
  const end = await runStep({
    inputs: { ...own(provider.url), 'github-token': 'ghs_emulated', ...inputs },
    env: { GITHUB_API_URL: api.url, GITHUB_REPOSITORY: 'octo/hello' },
  })
  return { ...end, results: JSON.parse(end.outputs['results'] ?? '[]'), github }
}

function ids({ results }: Ended, outcome: string): string[] {
  return results.flatMap((result) => (result.outcome === outcome ? [result.id] : [])).sort()
}

describe.concurrent.each(PROVIDERS)('%s: the bundle sweeps', (_provider, open) => {
  it('a pull request was closed: its three deployments go, those of two others stay', async () => {
    const account = open()
    for (const name of ['PR-42_aaaaaaa', 'PR-42_bbbbbbb', 'PR-42_ccccccc', 'PR-4_aaaaaaa', 'PR-421_aaaaaaa'])
      account.add(name)

    const end = await sweep(account, { name: 'PR-42_*' })

    expect(end.exitCode).toBe(0)
    expect(end.outputs).toMatchObject({ status: 'deleted', 'deleted-count': '3', 'failed-count': '0' })
    expect(JSON.parse(end.outputs['deleted-ids'] ?? '').sort()).toEqual([
      'PR-42_aaaaaaa',
      'PR-42_bbbbbbb',
      'PR-42_ccccccc',
    ])
    expect(account.left()).toEqual(['PR-421_aaaaaaa', 'PR-4_aaaaaaa'])
    expect(end.github.requests).toEqual([])
  })

  it("a pull request was closed, and {pr} is bound to it by 'pull-request': the same; while it is open, nothing is asked to go", async () => {
    const account = open()
    for (const name of ['PR-42_a', 'PR-4_a', 'PR-4_b', 'PR-421_a']) account.add(name)
    const inputs = { name: 'PR-{pr}_*', 'pull-request': '4' }

    const early = await sweep(account, inputs, { 4: 'OPEN', 42: 'CLOSED', 421: 'MERGED' })
    expect({ exitCode: early.exitCode, status: early.outputs['status'] }).toEqual({
      exitCode: 0,
      status: 'nothing-to-delete',
    })
    expect(askedOf(account.emulator)).toEqual([])

    const end = await sweep(account, inputs, { 4: 'CLOSED', 42: 'CLOSED', 421: 'MERGED' })
    expect(ids(end, 'deleted')).toEqual(['PR-4_a', 'PR-4_b'])
    expect(account.left()).toEqual(['PR-421_a', 'PR-42_a'])
    expect([...new Set(askedOf(account.emulator))].sort()).toEqual(['PR-4_a', 'PR-4_b'])
  })

  it('every night: what belongs to closed and merged pull requests goes; open and unknown ones stay', async () => {
    const account = open()
    for (const name of ['PR-1_a', 'PR-2_a', 'PR-2_b', 'PR-3_a', 'PR-99_a', 'main']) account.add(name)

    const end = await sweep(account, { name: 'PR-{pr}_*' }, { 1: 'OPEN', 2: 'CLOSED', 3: 'MERGED' })

    expect(end.exitCode).toBe(0)
    expect(ids(end, 'deleted')).toEqual(['PR-2_a', 'PR-2_b', 'PR-3_a'])
    expect(ids(end, 'kept')).toEqual(['PR-1_a', 'PR-99_a'])
    expect(end.results.find(({ id }) => id === 'PR-1_a')?.reason).toBe('pull request 1 is open')
    expect(account.left()).toEqual(['PR-1_a', 'PR-99_a', 'main'])
    expect(end.github.requests).toHaveLength(1)
    expect(end.log.replace('::add-mask::ghs_emulated', '')).not.toContain('ghs_emulated')
  })

  it('more than max-deletions: nothing goes, the plan is shown, the step fails with both numbers', async () => {
    const account = open()
    for (const name of ['PR-1_a', 'PR-1_b', 'PR-1_c']) account.add(name)

    const end = await sweep(account, { name: 'PR-*', 'max-deletions': '2' })

    expect(end.exitCode).toBe(1)
    expect(end.outputs).toMatchObject({ status: 'failed', 'deleted-count': '0', 'deleted-ids': '[]' })
    expect(end.log).toContain("::error::3 targets selected, but 'max-deletions' is 2: nothing was deleted")
    expect(account.left()).toHaveLength(3)
    expect(askedOf(account.emulator)).toEqual([])
  })

  it('nothing matches: a success with every output', async () => {
    const account = open()
    account.add('main')
    const { exitCode, outputs } = await sweep(account, { name: 'PR-*' })

    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({
      status: 'nothing-to-delete',
      tombstone: '',
      tombstones: '[]',
      results: '[]',
      'deleted-ids': '[]',
      'deleted-count': '0',
      'failed-count': '0',
      'kept-count': '0',
    })
  })
})

describe.concurrent('always protected, whatever the patterns say', () => {
  it('Baseten: production, development, environments, candidates and the last of a model', async () => {
    const account = baseten()
    const { world } = account
    for (const name of ['staging', 'canary', 'dev', 'plain']) account.add(name)
    world.promote('m1', 'staging', 'staging')
    world.promoteAsCandidate('m1', 'canary', 'canary')
    world.model('m1').developmentDeploymentId = 'dev'
    world.addModel({ id: 'm2' })
    world.addDeployment('m2', { id: 'only', name: 'only', createdAt: iso(DAY) })

    const end = await sweep(account, { name: '*', 'model-id': '' })

    expect(ids(end, 'deleted')).toEqual(['plain'])
    expect(ids(end, 'kept')).toEqual(['canary', 'dev', 'live', 'only', 'staging'])
    expect(askedOf(account.emulator)).toEqual(['plain'])
  })

  it('SAP AI Core: the shared orchestration deployment, which an age-only sweep would take', async () => {
    const account = sap()
    account.add('defaultOrchestrationConfig', 100 * DAY)
    account.add('old-one', 100 * DAY)
    account.add('new-one', DAY)

    const end = await sweep(account, { name: '*', 'older-than': '30d' })

    expect(ids(end, 'deleted')).toEqual(['old-one'])
    expect(account.left()).toEqual(['defaultOrchestrationConfig', 'new-one'])
  })

  it('Alibaba Model Studio: what is prepaid, and reservations', async () => {
    const account = alibaba()
    account.add('plain')
    account.world.seed(
      { deployed_model: 'prepaid', charge_type: 'pre_paid' },
      { deployed_model: 'ptu', plan: 'ptu_v2' },
    )

    const end = await sweep(account, { name: '*' })

    expect(ids(end, 'deleted')).toEqual(['plain'])
    expect(account.left()).toEqual(['prepaid', 'ptu'])
  })

  it('what protect names, and a pattern that met nothing is warned of', async () => {
    const account = baseten()
    for (const name of ['PR-1_a', 'demo-1']) account.add(name)

    const end = await sweep(account, { name: '*', protect: 'demo-*\nmian' })

    expect(account.left()).toEqual(['demo-1'])
    expect(end.log).toContain("::warning::'mian' in 'protect' matches none of the 3 names found")
  })
})

describe.concurrent('an expression that came out empty', () => {
  it.each([
    ['name', "'deployment-id' and 'name' are both empty"],
    ['older-than', "'older-than' is empty"],
    ['status', "'status' is empty"],
    ['keep-latest', "'keep-latest' is empty"],
    ['protect', "'protect' is empty"],
    ['allow', "'allow' is empty"],
    ['max-deletions', "'max-deletions' is empty"],
    ['dry-run', "'dry-run' is empty"],
    ['github-token', "'github-token' is empty"],
  ])("'%s': the step fails, naming it, and no request is sent", async (name, problem) => {
    const account = baseten()
    account.add('PR-1_a')
    const end = await sweep(account, { name: 'PR-{pr}_*', [name]: '' }, { 1: 'CLOSED' })

    expect(end.exitCode).toBe(1)
    expect(end.outputs['status']).toBe('failed')
    expect(end.log).toContain(`::error::${problem}`)
    expect(account.emulator.requests.length + end.github.requests.length).toBe(0)
  })
})

describe.concurrent('what must be known first cannot be read: nothing is deleted', () => {
  it('the permission to read pull requests is missing: it is named', async () => {
    const account = baseten()
    account.add('PR-1_a')
    const end = await sweep(account, { name: 'PR-{pr}_*' }, { 1: 'CLOSED' }, { contents: 'read' })

    expect(end.exitCode).toBe(1)
    expect(end.log).toContain("Give the job 'permissions: pull-requests: read'")
    expect(askedOf(account.emulator)).toEqual([])
  })

  it('GitHub never answers: the deadline of the step ends it', async () => {
    const account = baseten()
    account.add('PR-1_a')
    const end = await sweep(account, { name: 'PR-{pr}_*', timeout: '2s' }, { 1: 'CLOSED' }, undefined, [
      { kind: 'hang' },
    ])

    expect(end.exitCode).toBe(1)
    expect(end.log).toContain('::error::Nothing was deleted, because not everything could be read first: GitHub')
    expect(askedOf(account.emulator)).toEqual([])
  })

  it('the last page of a list is denied', async () => {
    const account = alibaba()
    for (let index = 0; index < 120; index++) account.add(`PR-${index}_a`)
    const isLast = ({ path }: { path: string }) => path.includes('page_no=2')
    account.emulator.faults.push({ kind: 'status', status: 403, body: '{}', when: isLast, times: 9 })

    const end = await sweep(account, { name: 'PR-*', 'max-deletions': '500' })

    expect(end.exitCode).toBe(1)
    expect(end.log).toContain('::error::Nothing was deleted, because not everything could be read first')
    expect(account.left()).toHaveLength(120)
    expect(askedOf(account.emulator)).toEqual([])
  })
})

function iso(ageMs: number): string {
  return `${new Date(Date.now() - ageMs).toISOString().slice(0, 19)}Z`
}

describe.concurrent("ages by the provider's clock", () => {
  it('the runner is three hours ahead: what only it takes for old stays, and a notice says so', async () => {
    const emulator = createSapEmulator({ stopMs: 20, deleteMs: 20, date: () => Date.now() - 3 * 3_600_000 })
    for (const [id, age] of [
      ['two-hours', 2 * 3_600_000],
      ['two-days', 2 * DAY],
    ] as const) {
      emulator.world.add({ id, status: 'STOPPED', configurationName: id, createdAt: iso(age) })
    }
    const account: Account = { ...sap(), emulator }
    const end = await sweep(account, { name: 'two-*', 'older-than': '1h' })
    expect(ids(end, 'deleted')).toEqual(['two-days'])
    expect(askedOf(emulator)).toEqual(['two-days'])
    expect(end.log).toMatch(/^::notice::The provider's clock is (?:2h 59m|3h 00m) behind the runner's/m)
  })
})
