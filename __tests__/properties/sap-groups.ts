import fc from 'fast-check'
import { createGithubEmulator } from '../../emulators/github.ts'
import {
  createSapEmulator,
  DEFAULT_CLIENT,
  type SapEmulator,
  type SapOptions,
  sapServiceKey,
} from '../../emulators/sap-ai-core.ts'
import { type Acted, act } from '../support/act.ts'
import { type FakeClock, fakeClock, START } from '../support/clock.ts'
import { listOf, parsedOf, textOf } from './answers.ts'
import { createGroupWatch } from './group-watch.ts'
import { changesOf, faultsOf, mostly, STEPS, type Step } from './scenario.ts'
import { createWire, type PlannedChange, type PlannedFault } from './wire.ts'

const ORIGIN = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'

/** Pull request 42 is closed, 43 open, and nobody knows 44. */
export const GROUP_IDS = ['pr-42', 'pr-43', 'pr-44', 'team-a', 'default'] as const
type GroupId = (typeof GROUP_IDS)[number]

interface Group {
  deployments: readonly { status: string; isOrchestration: boolean }[]
  executions: readonly string[]
  isLabelled: boolean
}

/** What the step is asked for. */
export type Ask = 'groups by id' | 'groups by name' | 'groups by label' | 'deployments by group' | 'deployments by id'

export interface GroupWorld {
  groups: Readonly<Record<GroupId, Group>>
  ask: Ask
  allow: 'none' | 'executions' | 'executions,orchestration'
  options: SapOptions
}

export interface GroupScenario {
  world: GroupWorld
  step: Step
  faults: readonly PlannedFault[]
  changes: readonly PlannedChange[]
}

const GROUP: fc.Arbitrary<Group> = fc.record({
  deployments: fc.array(
    fc.record({
      status: fc.constantFrom('RUNNING', 'STOPPED', 'PENDING', 'DEAD', 'UNKNOWN'),
      isOrchestration: mostly(false, false, false, true),
    }),
    { maxLength: 6 },
  ),
  executions: fc.array(fc.constantFrom('COMPLETED', 'STOPPED', 'RUNNING', 'PENDING', 'STOPPING'), { maxLength: 2 }),
  isLabelled: fc.boolean(),
})

export const GROUP_SCENARIOS: fc.Arbitrary<GroupScenario> = fc.record({
  world: fc.record({
    groups: fc.record({ 'pr-42': GROUP, 'pr-43': GROUP, 'pr-44': GROUP, 'team-a': GROUP, default: GROUP }),
    ask: fc.constantFrom<Ask>(
      'groups by id',
      'groups by name',
      'groups by label',
      'deployments by group',
      'deployments by id',
    ),
    allow: fc.constantFrom('none', 'executions', 'executions,orchestration'),
    options: fc.record({
      groupDeleteMs: mostly(5_000, 0, 90_000),
      groupRefusedWhileUsed: fc.boolean(),
      stopMs: mostly(10_000, 0, 60_000),
      deleteMs: mostly(5_000, 0, 30_000),
      bulk: fc.boolean(),
    }),
  }),
  step: STEPS,
  faults: faultsOf([]),
  changes: changesOf(['deploy', 'execute', 'recreate', 'remove group', 'remove deployment']),
})

const INPUTS: Readonly<Record<Ask, Readonly<Record<string, string>>>> = {
  'groups by id': { resource: 'resource-group', 'resource-group': 'pr-42\nteam-a' },
  'groups by name': { resource: 'resource-group', name: 'pr-{pr}', 'max-deletions': '99' },
  'groups by label': { resource: 'resource-group', label: 'ext.ai.sap.com/pr=yes', 'max-deletions': '99' },
  'deployments by group': { 'resource-group': 'pr-{pr}', name: '*', 'max-deletions': '99' },
  'deployments by id': { 'resource-group': 'pr-42\nteam-a', 'deployment-id': 'pr-42-d0\nteam-a-d1' },
}

/** The groups that anything may be written to. */
export function selectedGroups({ ask, groups }: GroupWorld): ReadonlySet<string> {
  switch (ask) {
    case 'groups by id':
    case 'deployments by id':
      return new Set(['pr-42', 'team-a'])
    case 'groups by name':
    case 'deployments by group':
      return new Set(['pr-42'])
    case 'groups by label':
      return new Set(GROUP_IDS.filter((id) => id !== 'default' && groups[id].isLabelled))
  }
}

/** Plays a scenario, and then the same step again without faults. Gives what must not be. */
export async function playGroups(scenario: GroupScenario): Promise<string[]> {
  const { world } = scenario
  const clock = fakeClock()
  const sap = createSapEmulator({ ...world.options, resourceGroups: [], now: clock.now })
  populate(sap, world)
  const first = await run(sap, clock, scenario)
  if (first.length > 0) return first
  const step = { ...scenario.step, dryRun: false, wait: true, cancelAtMs: 0, timeoutS: 900, latencyMs: 0 }
  const again = await run(sap, clock, { world, step, faults: [], changes: [] })
  return [...again, ...unfinished(sap, world, scenario.changes)].map((text) => `the second run: ${text}`)
}

async function run(sap: SapEmulator, clock: FakeClock, { world, step, faults, changes }: GroupScenario) {
  const github = createGithubEmulator({ now: clock.now })
  github.world.addPull({ number: 42, state: 'CLOSED' })
  github.world.addPull({ number: 43, state: 'OPEN' })
  const watch = createGroupWatch(clock, {
    isOfGroups: world.ask.startsWith('groups'),
    selected: selectedGroups(world),
    allow: world.allow,
    latencyMs: step.latencyMs,
  })
  const before = new Map(sap.world.resourceGroups.all().map((group) => [group.resourceGroupId, group]))
  const touched = new Set<string>()
  const wire = createWire({
    ...{ emulators: { [ORIGIN]: sap }, clock, latencyMs: step.latencyMs, faults, changes },
    happen: (change) => happen(sap, change),
    onWrite: watch.write,
    onAnswer: (request, status, text, isMadeUp) => () => {
      if (!isMadeUp) watch.answer(request, status, parsedOf(text))
    },
    onCarriedOut({ path, body }) {
      const [, id] = /\/([^/?]+)$/.exec(path) ?? []
      for (const each of listOf(parsedOf(body), 'deployments')) touched.add(textOf(each, 'id'))
      touched.add(decodeURIComponent(id ?? ''))
    },
  })
  const cancel = new AbortController()
  if (step.cancelAtMs > 0) clock.at(clock.elapsed() + step.cancelAtMs, () => cancel.abort())
  const acted = await act({
    inputs: {
      provider: 'sap-ai-core',
      'service-key': JSON.stringify(sapServiceKey(ORIGIN, DEFAULT_CLIENT)),
      'github-token': 'ghs_emulated',
      allow: world.allow,
      ...INPUTS[world.ask],
      ...{ wait: String(step.wait), 'dry-run': String(step.dryRun), timeout: `${step.timeoutS}s` },
    },
    env: { GITHUB_REPOSITORY: 'octo/hello' },
    transport: wire.transport,
    clock,
    github,
    cancelled: cancel.signal,
  })
  const wrong = [...watch.objections]
  if (step.dryRun && wire.sent.some(({ method, path }) => method !== 'GET' && !path.startsWith('/oauth'))) {
    wrong.push('a dry run wrote')
  }
  return [...wrong, ...judge(sap, acted, before, touched)]
}

function judge(
  { world }: SapEmulator,
  acted: Acted,
  before: ReadonlyMap<string, unknown>,
  touched: ReadonlySet<string>,
): string[] {
  return acted.results.flatMap(({ id: text, resource, outcome, reason, resourceGroup }) => {
    const id = String(text)
    const isThere =
      resource === 'resource-group'
        ? before.get(id) !== undefined && world.resourceGroups.get(id) === before.get(id)
        : world.has(id)
    const is = `${resource} ${id} is ${outcome} (${reason})`
    if (outcome === 'deleted' && isThere) return [`${is}, but it is there`]
    if (outcome === 'kept' && touched.has(id)) return [`${is}, but this run has changed it`]
    if ((outcome === 'deleted' || outcome === 'kept') && resourceGroup === null) return [`${is}, in no group`]
    return []
  })
}

/** In a healthy tenant, what was asked for is gone after the second run, but for what is guarded. */
function unfinished({ world: tenant }: SapEmulator, world: GroupWorld, changes: readonly PlannedChange[]): string[] {
  if (!world.ask.startsWith('groups') || changes.length > 0) return []
  return [...selectedGroups(world)].flatMap((id) => {
    const { deployments = [], executions = [] } = world.groups[id as GroupId]
    const isRunning = executions.some((status) => status !== 'COMPLETED' && status !== 'STOPPED')
    const isGuarded =
      (isRunning && world.allow === 'none') ||
      executions.includes('STOPPING') ||
      (deployments.some(({ isOrchestration }) => isOrchestration) && !world.allow.includes('orchestration'))
    return tenant.resourceGroups.has(id) && !isGuarded ? [`${id} is still there`] : []
  })
}

function populate({ world }: SapEmulator, { groups }: GroupWorld): void {
  const createdAt = new Date(START - 3 * 86_400_000).toISOString()
  for (const id of GROUP_IDS) {
    const { deployments, executions, isLabelled } = groups[id]
    const labels = isLabelled ? [{ key: 'ext.ai.sap.com/pr', value: 'yes' }] : []
    world.resourceGroups.add({ resourceGroupId: id, createdAt, labels })
    for (const [index, { status, isOrchestration }] of deployments.entries()) {
      const shared = isOrchestration ? { scenarioId: 'orchestration' } : {}
      world.add({
        ...{ id: `${id}-d${index}`, status, createdAt, resourceGroup: id, configurationName: 'llm' },
        ...shared,
      })
    }
    for (const [index, status] of executions.entries()) {
      world.addExecution({ id: `${id}-e${index}`, status, resourceGroup: id })
    }
  }
}

function happen({ world }: SapEmulator, { what, which }: PlannedChange): void {
  const id = GROUP_IDS[which % 4] ?? 'pr-42'
  if (!world.resourceGroups.has(id)) return
  // SAP gives no ID twice.
  const fresh = `${id}-new${world.events.length}`
  if (what === 'deploy') world.add({ id: fresh, resourceGroup: id, configurationName: 'new' })
  if (what === 'execute') world.addExecution({ id: `${id}-enew`, resourceGroup: id })
  if (what === 'recreate') world.resourceGroups.add({ resourceGroupId: id })
  if (what === 'remove deployment') world.remove(`${id}-d0`)
  if (what === 'remove group') {
    for (const index of [0, 1, 2]) world.remove(`${id}-d${index}`)
    world.resourceGroups.delete(id)
  }
}
