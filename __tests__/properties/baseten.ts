import fc from 'fast-check'
import { environmentsOf } from '../../emulators/baseten/objects.ts'
import {
  type BasetenEmulator,
  type BasetenSettings,
  createBasetenEmulator,
  DEFAULT_API_KEY,
  STATUSES,
} from '../../emulators/baseten.ts'
import { type FakeClock, START } from '../support/clock.ts'
import { listOf, memberOf, textOf } from './answers.ts'
import type { Account, Model } from './drive.ts'
import { createHearing } from './hearing.ts'
import { mostly, type Step } from './scenario.ts'
import type { PlannedChange, Sent } from './wire.ts'

const ORIGIN = 'https://api.baseten.co'
const MODEL = 'm1'

interface Deployment {
  status: string
  hoursOld: number
  role: 'none' | 'production' | 'development' | 'staging' | 'candidate'
  isTarget: boolean
  /** Not served for so long after the start, although it exists. */
  hiddenMs: number
}

export interface BasetenWorld {
  deployments: readonly Deployment[]
  /** A target that was never there. */
  ghost: boolean
  resource: 'deployment' | 'model'
  allow: 'none' | 'development'
  key: 'good' | 'restricted' | 'wrong' | 'of another team'
  settings: Partial<BasetenSettings>
}

const DEPLOYMENT: fc.Arbitrary<Deployment> = fc.record({
  status: fc.constantFrom(...STATUSES, 'ACTIVE', 'ACTIVATING'),
  hoursOld: fc.nat(3),
  role: mostly<Deployment['role']>('none', 'production', 'development', 'staging', 'candidate'),
  isTarget: mostly(true, false),
  hiddenMs: mostly(0, 0, 0, 600, 10_000),
})

const DEACTIVATE = ['empty', 'unsuccessful', 400, 404, 409] as const

const SETTINGS: fc.Arbitrary<Partial<BasetenSettings>> = fc.record({
  authStatus: mostly<401 | 403>(403, 401),
  deactivateMs: mostly(1_000, 0, 45_000),
  deleteVisibleMs: mostly(0, 800, 6_000, 1e9),
  deleteWhileVisible: mostly<'tombstone' | '404'>('tombstone', '404'),
  refusalStatus: fc.constantFrom(400, 409, 412, 422),
  rateLimits: mostly<BasetenSettings['rateLimits']>(false, true, { perSecond: 2, deactivatePerMinute: 1 }),
  deleteRequiresInactive: mostly(false, true),
  tombstoneDeletedFalse: mostly(false, false, true),
  tombstoneOtherId: mostly(false, false, true),
  developmentDeletable: mostly(false, true),
  deactivate: mostly<BasetenSettings['deactivate']>('ok', ...DEACTIVATE),
  deactivateInactive: mostly<BasetenSettings['deactivateInactive']>('ok', ...DEACTIVATE),
  foreignStatus: mostly<403 | 404>(404, 403),
  restrictedReads: mostly(false, true),
  listOrder: fc.constantFrom('inserted', 'reversed', 'by-id'),
})

/** Baseten's account: one model whose deployments are meant, one beside it that nobody may touch. */
export const BASETEN: Model<BasetenWorld> = {
  name: 'baseten',
  share: 0.42,
  world: fc.record({
    deployments: fc.array(DEPLOYMENT, { maxLength: 5 }),
    ghost: mostly(false, true),
    resource: mostly<'deployment' | 'model'>('deployment', 'model'),
    allow: mostly<'none' | 'development'>('none', 'development'),
    key: mostly<BasetenWorld['key']>('good', 'restricted', 'wrong', 'of another team'),
    settings: SETTINGS,
  }),
  changes: [
    'status',
    'remove',
    'remove model',
    'promote',
    'stage',
    'candidate',
    'demote',
    'copy',
    'push',
    'revoke key',
  ],
  faults: [],
  build,
}

/** An action is decided on a look at most this old. Milliseconds. */
const FRESH_MS = 3_000

type Guards = ReadonlyMap<string, 'guarded' | 'development'>

function build(world: BasetenWorld, clock: FakeClock, step: Step): Account {
  const emulator = createBasetenEmulator({ ...world.settings, now: clock.now })
  const account = emulator.world
  populate(emulator, world)
  const isModel = world.resource === 'model'
  const deployments = world.deployments.flatMap(({ isTarget }, index) => (isTarget ? [`d${index}`] : []))
  const targets = isModel ? [MODEL] : [...deployments, ...(world.ghost || deployments.length === 0 ? ['ghost'] : [])]
  const selection = step.sweep
    ? { name: isModel ? 'meant' : 'pr-*', 'max-deletions': '100', ...(isModel ? {} : { 'model-id': MODEL }) }
    : { 'model-id': MODEL, ...(isModel ? {} : { 'deployment-id': targets.join(',') }) }

  // What the action was told last by each of the three reads that decide.
  const guards: Record<'model' | 'deployments' | 'environments', Guards> = {
    model: new Map(),
    deployments: new Map(),
    environments: new Map(),
  }
  const hearing = createHearing(clock)
  const answers = new Map<string, number[]>()
  let listed: readonly string[] = []

  const { tell } = hearing
  // A sweep may come upon copies of what it was to find.
  const meant = new Set(targets)

  function hear({ method, path }: Sent, status: number, body: unknown, isMadeUp: boolean) {
    return () => take(method, path, status, body, isMadeUp)
  }

  function take(method: string, path: string, status: number, body: unknown, isMadeUp: boolean): void {
    const [, model, kind, id, deactivate] =
      /^\/v1\/models(?:\/([^/]+)(?:\/(deployments|environments)(?:\/([^/]+)(\/deactivate)?)?)?)?$/.exec(path) ?? []
    if (method !== 'GET') {
      const key = `${method} ${id ?? model}${deactivate ?? ''}`
      answers.set(key, [...(answers.get(key) ?? []), status])
      return
    }
    if (isMadeUp || (status !== 200 && status !== 404)) return
    // Three reads make one look, which is as fresh as the last of them.
    hearing.aside()
    if (model === undefined) {
      for (const each of listOf(body, 'models')) if (textOf(each, 'id') === MODEL && isModel) tell(MODEL, 'present')
    } else if (model !== MODEL) return
    else if (kind === undefined) {
      if (isModel) tell(MODEL, status === 404 ? 'absent' : 'present')
      if (status === 404) for (const target of meant) tell(target, 'absent')
      guards.model = new Map([
        [textOf(body, 'development_deployment_id'), 'development'],
        [textOf(body, 'production_deployment_id'), 'guarded'],
      ])
    } else if (kind === 'environments') {
      const current = listOf(body, 'environments').flatMap((each) =>
        ['current_deployment', 'candidate_deployment'].map((name) => textOf(memberOf(each, name), 'id')),
      )
      guards.environments = new Map(current.map((each) => [each, 'guarded']))
    } else if (id === undefined) {
      const found = listOf(body, 'deployments')
      listed = found.map((each) => textOf(each, 'id'))
      guards.deployments = new Map(found.flatMap(guardIn))
      if (step.sweep && !isModel)
        for (const each of found) if (textOf(each, 'name').startsWith('pr-')) meant.add(textOf(each, 'id'))
      if (!isModel) for (const target of meant) tell(target, listed.includes(target) ? 'present' : 'absent')
    } else tell(id, status === 404 ? 'absent' : 'present')
  }

  function objection({ method, path, body }: Sent): string | undefined {
    const own = isModel ? '/v1/models/m1' : undefined
    const [, id, deactivate] = /^\/v1\/models\/m1\/deployments\/([^/]+)(\/deactivate)?$/.exec(path) ?? []
    const target = path === own ? MODEL : (id ?? '')
    if (!meant.has(target) || isModel !== (path === own)) return 'that is no target'
    const before = answers.get(`DELETE ${target}`) ?? []
    if (deactivate !== undefined) {
      if (method !== 'POST' || body !== '{}') return 'deactivate is POST {}'
      return before.some((status) => [400, 409, 412, 422].includes(status)) ? undefined : 'no deletion was refused'
    }
    if (method !== 'DELETE' || body !== '') return 'delete is DELETE without a body'
    if (hearing.last(target) !== 'present') return 'it was not told that it is there'
    const outdatedMs = hearing.outdatedMs(target)
    hearing.mark(target)
    if (outdatedMs > FRESH_MS + 2 * step.latencyMs) return `the last word was ${outdatedMs} ms ago`
    if (isModel) return undefined
    for (const [read, guard] of Object.entries(guards)) {
      const found = guard.get(target)
      if (found === 'guarded' || (found === 'development' && world.allow === 'none'))
        return `${read} show it as ${found}`
    }
    return listed.length === 1 ? 'it is the last one' : undefined
  }

  const exists = (id: string) => (isModel ? account.hasModel(MODEL) : account.hasDeployment(MODEL, id))

  return {
    emulators: { [ORIGIN]: emulator },
    inputs: () => ({
      provider: 'baseten',
      'api-key': world.key === 'wrong' ? 'another-baseten-key' : DEFAULT_API_KEY,
      resource: world.resource,
      allow: world.allow,
      ...selection,
    }),
    targets,
    secrets: () => [world.key === 'wrong' ? 'another-baseten-key' : DEFAULT_API_KEY],
    change: (change) => happen(emulator, change),
    hear,
    objection,
    hearing,
    lost: (id) => !exists(id),
    isHidden: (id) => world.key === 'of another team' || (!isModel && hiddenAtStart(world, id)),
    isTaken: (id) => !exists(id),
    heal() {
      account.keys.set('another-baseten-key', { key: 'another-baseten-key' })
      account.keys.set(DEFAULT_API_KEY, { key: DEFAULT_API_KEY })
      Object.assign(emulator.settings, {
        tombstoneDeletedFalse: false,
        tombstoneOtherId: false,
        deactivate: 'ok',
        deactivateInactive: 'ok',
        deleteVisibleMs: Math.min(6_000, emulator.settings.deleteVisibleMs),
      })
      for (const id of account.deploymentIds(MODEL)) delete account.deployment(MODEL, id).visibleFrom
      hearing.forget()
      answers.clear()
    },
    mayStay(id) {
      // Gone, but shown for a while, or for ever.
      if (!exists(id)) return emulator.settings.deleteVisibleMs > 0
      if (isModel) return false
      const owner = account.model(MODEL)
      const isHeld = (each: string) => environmentsOf(owner, account.deployment(MODEL, each)).length > 0
      const isDevelopment = (each: string) => owner.developmentDeploymentId === each
      // One must stay: the development deployment may be meant to go, and be refused in the end.
      const mayGo = (each: string) =>
        targets.includes(each) && !isHeld(each) && (!isDevelopment(each) || world.allow !== 'none')
      return isHeld(id) || isDevelopment(id) || account.deploymentIds(MODEL).every((each) => each === id || mayGo(each))
    },
  }
}

function populate(emulator: BasetenEmulator, { deployments, key }: BasetenWorld): void {
  const { world: account } = emulator
  account.addModel({ id: MODEL, name: 'meant' })
  account.addModel({ id: 'm2', name: 'other' })
  account.addDeployment('m2', { id: 'o0', name: 'pr-0' })
  account.addDeployment('m2', { id: 'o1', name: 'pr-1', production: true })
  for (const [index, { status, hoursOld, role, isTarget, hiddenMs }] of deployments.entries()) {
    account.addDeployment(MODEL, {
      id: `d${index}`,
      name: `${isTarget ? 'pr' : 'main'}-${index}`,
      status,
      createdAt: new Date(START - hoursOld * 3_600_000).toISOString(),
      environment: role === 'staging' ? 'staging' : null,
      production: role === 'production',
      development: role === 'development',
      ...(hiddenMs === 0 ? {} : { visibleFrom: START + hiddenMs }),
    })
    comeToRest(emulator, `d${index}`)
    if (role === 'candidate') account.addEnvironment(MODEL, { name: 'next', candidate: `d${index}` })
  }
  if (key === 'restricted') account.keys.set(DEFAULT_API_KEY, { key: DEFAULT_API_KEY, restricted: ['staging'] })
  if (key === 'of another team') account.keys.set(DEFAULT_API_KEY, { key: DEFAULT_API_KEY, teams: ['none'] })
}

/** What is being deactivated becomes inactive some time. */
function comeToRest({ world: account, settings }: BasetenEmulator, id: string): void {
  const deployment = account.deployment(MODEL, id)
  if (deployment.status !== 'DEACTIVATING') return
  deployment.becomes = { status: 'INACTIVE', at: account.now() + settings.deactivateMs }
}

function happen(emulator: BasetenEmulator, { what, which }: PlannedChange): void {
  const { world: account } = emulator
  const ids = account.deploymentIds(MODEL)
  const id = ids[which % Math.max(1, ids.length)]
  if (what === 'revoke key') account.revokeKey(DEFAULT_API_KEY)
  if (!account.hasModel(MODEL)) return
  if (what === 'remove model') account.removeModel(MODEL)
  if (what === 'push') account.push(MODEL, { name: 'main-new' })
  if (id === undefined) return
  if (what === 'status') {
    account.setStatus(MODEL, id, STATUSES[(which * 5) % STATUSES.length] ?? 'ACTIVE')
    comeToRest(emulator, id)
  }
  if (what === 'remove') account.removeDeployment(MODEL, id)
  if (what === 'promote') account.promote(MODEL, id, 'production')
  if (what === 'stage') account.promote(MODEL, id, 'staging')
  if (what === 'candidate') account.promoteAsCandidate(MODEL, id, 'next')
  if (what === 'demote') account.demote(MODEL, id)
  if (what === 'copy') account.promoteCopy(MODEL, id, 'production')
}

function hiddenAtStart({ deployments }: BasetenWorld, id: string): boolean {
  return (deployments[Number(id.slice(1))]?.hiddenMs ?? 0) > 0
}

function guardIn(deployment: unknown): [string, 'guarded' | 'development'][] {
  const id = textOf(deployment, 'id')
  if (memberOf(deployment, 'is_production') === true || memberOf(deployment, 'environment') != null)
    return [[id, 'guarded']]
  return memberOf(deployment, 'is_development') === true ? [[id, 'development']] : []
}
