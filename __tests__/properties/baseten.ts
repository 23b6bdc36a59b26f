import fc from 'fast-check'
import type { Runnable } from '../../emulators/baseten/objects.ts'
import {
  type BasetenEmulator,
  type BasetenSettings,
  createBasetenEmulator,
  DEFAULT_API_KEY,
  STATUSES,
} from '../../emulators/baseten.ts'
import { type FakeClock, START } from '../support/clock.ts'
import { memberOf, parsedOf, textOf } from './answers.ts'
import { type BasetenResource, createEars } from './baseten-ears.ts'
import { createTruth } from './baseten-truth.ts'
import type { Account, Model } from './drive.ts'
import { createHearing } from './hearing.ts'
import { mostly, OUTDATED_MS, type Step } from './scenario.ts'
import type { PlannedChange } from './wire.ts'

const ORIGIN = 'https://api.baseten.co'

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
  resource: BasetenResource
  allow: string
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
  environmentDelete: mostly<BasetenSettings['environmentDelete']>('supported', '204', '404', '405'),
  environmentFreeMs: mostly(0, 1_500, 20_000),
  chainRefusals: fc.record({ environment: fc.boolean(), last: fc.boolean() }),
  chainEnvironmentList: fc.constantFrom('chain', 'as-declared'),
  foreignStatus: mostly<403 | 404>(404, 403),
  restrictedReads: mostly(false, true),
  listOrder: fc.constantFrom('inserted', 'reversed', 'by-id'),
})

/** Baseten's account: one model or chain, below which the targets are, and one beside it that nobody may touch. */
export const BASETEN: Model<BasetenWorld> = {
  name: 'baseten',
  share: 0.42,
  world: fc.record({
    deployments: fc.array(DEPLOYMENT, { maxLength: 5 }),
    ghost: mostly(false, true),
    resource: mostly<BasetenResource>('deployment', 'model', 'environment', 'chain', 'chain-deployment'),
    allow: fc.constantFrom('none', 'none', 'development', 'environment', 'last', 'development,environment,last'),
    key: mostly<BasetenWorld['key']>('good', 'restricted', 'wrong', 'of another team'),
    settings: SETTINGS,
  }),
  changes: [
    'status',
    'remove',
    'recreate',
    'remove owner',
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

/** What all is under. */
const OWNERS = {
  model: { id: 'm1', path: '/v1/models/m1', input: 'model-id' },
  chain: { id: 'c1', path: '/v1/chains/c1', input: 'chain-id' },
}

function build(world: BasetenWorld, clock: FakeClock, step: Step, isLagged: boolean): Account {
  const emulator = createBasetenEmulator({
    ...world.settings,
    ...(isLagged ? { rateLimits: false } : {}),
    now: clock.now,
  })
  const { world: account, settings } = emulator
  const { resource, allow } = world
  const owner = resource.startsWith('chain') ? OWNERS.chain : OWNERS.model
  populate(emulator, world)
  const targets = targetsOf(world, owner.id)
  const hearing = createHearing(clock)
  const isNamed = (shown: unknown) => textOf(shown, 'name').startsWith('pr-') || resource !== 'deployment'
  const ears = createEars({
    ...{ hearing, resource, targets, allow, owner: owner.id, path: owner.path },
    alsoMeant: (shown) => step.sweep && isNamed(shown),
    freshMs: OUTDATED_MS + 2 * step.latencyMs,
    now: clock.now,
  })
  const key = world.key === 'wrong' ? 'another-baseten-key' : DEFAULT_API_KEY
  const truth = createTruth(emulator, world)
  let initial = new Set(targets.filter(truth.exists))

  return {
    emulators: { [ORIGIN]: emulator },
    inputs: () => ({
      provider: 'baseten',
      'api-key': key,
      resource,
      allow,
      ...selectionOf(world, targets, owner, step),
    }),
    targets,
    secrets: () => [key],
    change: (change) => happen(emulator, change, world),
    hear: ears.hear,
    objection: ears.objection,
    hearing,
    lost: (id) =>
      !truth.exists(id) ||
      ears.hasChanged(id, truth.bornAt(id)) ||
      account.events.some((event) => event.what === 'deleted' && event.id === id),
    isHidden: (id) =>
      world.key === 'of another team' ||
      (world.deployments[Number(id.slice(1))]?.hiddenMs ?? 0) > 0 ||
      // What was made later was not there to be found.
      (resource === 'environment' && !initial.has(id)),
    isTaken: (id) => !truth.exists(id),
    // Baseten has no state in which a deployment is being deleted.
    wasGoing: () => false,
    changedBy({ path }, text) {
      if (memberOf(parsedOf(text), 'success') === false) return []
      const [, kind, id] = path.slice(owner.path.length).split('/')
      if (!path.startsWith(owner.path)) return []
      const isOwner = resource === 'model' || resource === 'chain'
      // With the whole, and with an environment, what is in it is deleted as well.
      const isWhole = kind === undefined || (kind === 'environments' && resource !== 'environment')
      if (isWhole)
        return kind === undefined
          ? ears.meant().map((target) => ({ id: target, isDeletion: true, isNamed: isOwner }))
          : []
      return [{ id: decodeURIComponent(id ?? ''), isDeletion: !path.endsWith('/deactivate'), isNamed: true }]
    },
    patienceMs: 25_000,
    mayVanish: () => false,
    isList: (path) => /\/(?:deployments|environments|models|chains)$/.test(path),
    authorize: (request) => request,
    hideTargets() {
      if (resource !== 'deployment') return () => undefined
      const hidden = targets.filter((id) => account.hasDeployment('m1', id)).map((id) => account.deployment('m1', id))
      const before = hidden.map(({ visibleFrom }) => visibleFrom)
      for (const deployment of hidden) deployment.visibleFrom = Number.POSITIVE_INFINITY
      return () => {
        for (const [index, deployment] of hidden.entries()) deployment.visibleFrom = before[index] ?? 0
      }
    },
    heal() {
      account.keys.set('another-baseten-key', { key: 'another-baseten-key' })
      account.keys.set(DEFAULT_API_KEY, { key: DEFAULT_API_KEY })
      settings.deleteVisibleMs = Math.min(6_000, settings.deleteVisibleMs)
      const answers = {
        tombstoneDeletedFalse: false,
        tombstoneOtherId: false,
        deactivate: 'ok',
        deactivateInactive: 'ok',
      }
      Object.assign(settings, answers)
      for (const id of account.deploymentIds('m1')) delete account.deployment('m1', id).visibleFrom
      ears.forget()
      initial = new Set(targets.filter(truth.exists))
    },
    mayStay: (id) => truth.mayStay(id, targets),
  }
}

function targetsOf({ resource, deployments, ghost }: BasetenWorld, owner: string): string[] {
  if (resource === 'model' || resource === 'chain') return [owner]
  if (resource === 'environment') return ['staging', 'next']
  const meant = deployments.flatMap(({ isTarget }, index) => (isTarget ? [`d${index}`] : []))
  return [...meant, ...(ghost || meant.length === 0 ? ['ghost'] : [])]
}

function selectionOf(
  { resource }: BasetenWorld,
  targets: readonly string[],
  owner: (typeof OWNERS)['model'],
  { sweep }: Step,
) {
  const isOwner = resource === 'model' || resource === 'chain'
  const below = { [owner.input]: owner.id }
  if (sweep) {
    const name = isOwner ? 'meant' : resource === 'deployment' ? 'pr-*' : '*'
    return { name, 'max-deletions': '100', ...(isOwner ? {} : below) }
  }
  if (isOwner) return below
  return { ...below, [resource === 'environment' ? 'environment' : 'deployment-id']: targets.join(',') }
}

function populate(emulator: BasetenEmulator, { deployments, key, resource }: BasetenWorld): void {
  const { world: account } = emulator
  account.addModel({ id: 'm1', name: 'meant' })
  account.addModel({ id: 'm2', name: 'other' })
  account.addDeployment('m2', { id: 'o0', name: 'pr-0' })
  account.addDeployment('m2', { id: 'o1', name: 'pr-1', production: true })
  account.addChain({ id: 'c1', name: 'meant' })
  account.addChain({ id: 'c2', name: 'other' })
  account.addChainDeployment('c2', { id: 'o2' })
  for (const [index, { status, hoursOld, role, isTarget, hiddenMs }] of deployments.entries()) {
    const id = `d${index}`
    const createdAt = new Date(START - hoursOld * 3_600_000).toISOString()
    const environment = role === 'staging' || role === 'production' ? role : null
    if (resource.startsWith('chain')) {
      const added = account.addChainDeployment('c1', { id, status, createdAt, environment })
      comeToRest(emulator, added)
      if (role === 'candidate') account.addChainEnvironment('c1', { name: 'next', candidate: id })
      continue
    }
    const name = `${isTarget ? 'pr' : 'main'}-${index}`
    const hidden = hiddenMs === 0 ? {} : { visibleFrom: START + hiddenMs }
    account.addDeployment('m1', {
      id,
      name,
      status,
      createdAt,
      environment,
      development: role === 'development',
      ...hidden,
    })
    comeToRest(emulator, account.deployment('m1', id))
    if (role === 'candidate') account.addEnvironment('m1', { name: 'next', candidate: id })
  }
  if (key === 'restricted') account.keys.set(DEFAULT_API_KEY, { key: DEFAULT_API_KEY, restricted: ['staging'] })
  if (key === 'of another team') account.keys.set(DEFAULT_API_KEY, { key: DEFAULT_API_KEY, teams: ['none'] })
}

/** What is being deactivated becomes inactive some time. */
function comeToRest({ world: account, settings }: BasetenEmulator, deployment: Runnable): void {
  if (deployment.status !== 'DEACTIVATING') return
  deployment.becomes = { status: 'INACTIVE', at: account.now() + settings.deactivateMs }
}

function happen(emulator: BasetenEmulator, { what, which }: PlannedChange, { resource }: BasetenWorld): void {
  const { world: account } = emulator
  if (what === 'revoke key') account.revokeKey(DEFAULT_API_KEY)
  if (resource.startsWith('chain')) happenToChain(emulator, { what, which })
  else happenToModel(emulator, { what, which })
}

type Change = Pick<PlannedChange, 'what' | 'which'>

function happenToModel(emulator: BasetenEmulator, { what, which }: Change): void {
  const { world: account } = emulator
  const ids = account.deploymentIds('m1')
  const id = ids[which % Math.max(1, ids.length)]
  if (!account.hasModel('m1')) return
  if (what === 'remove owner') account.removeModel('m1')
  if (what === 'push') account.push('m1', { name: 'main-new' })
  if (id === undefined) return
  if (what === 'status') {
    account.setStatus('m1', id, STATUSES[(which * 5) % STATUSES.length] ?? 'ACTIVE')
    comeToRest(emulator, account.deployment('m1', id))
  }
  if (what === 'remove') account.removeDeployment('m1', id)
  if (what === 'recreate') recreate(emulator, id)
  if (what === 'promote') account.promote('m1', id, 'production')
  if (what === 'stage') account.promote('m1', id, 'staging')
  if (what === 'candidate') account.promoteAsCandidate('m1', id, 'next')
  if (what === 'demote') account.demote('m1', id)
  if (what === 'copy') account.promoteCopy('m1', id, 'production')
}

/** Somebody removes it and makes one that has the same ID. */
function recreate(emulator: BasetenEmulator, id: string): void {
  const { world: account } = emulator
  const { name, status, createdAt } = account.deployment('m1', id)
  account.removeDeployment('m1', id)
  const at = new Date(Date.parse(createdAt) + 3_600_000).toISOString()
  account.addDeployment('m1', { id, name, status, createdAt: at })
  comeToRest(emulator, account.deployment('m1', id))
}

function happenToChain({ world: account }: BasetenEmulator, { what, which }: Change): void {
  if (!account.hasChain('c1')) return
  const id = `d${which}`
  if (what === 'remove owner') account.removeChain('c1')
  else if (!account.hasChainDeployment('c1', id)) return
  else if (what === 'remove') account.removeChainDeployment('c1', id)
  else if (what === 'promote') account.promoteChain('c1', id, 'production')
  else if (what === 'stage') account.promoteChain('c1', id, 'staging')
  else if (what === 'candidate') account.promoteChain('c1', id, 'next', 'candidate')
}
