import fc from 'fast-check'
import {
  type AlibabaEmulator,
  type AlibabaOptions,
  createAlibabaEmulator,
  type DeploymentSeed,
  errorFault,
  errorOf,
} from '../../emulators/alibaba-model-studio.ts'
import { type FakeClock, START } from '../support/clock.ts'
import { createEars } from './alibaba-ears.ts'
import { memberOf, parsedOf, textOf } from './answers.ts'
import type { Account, Model } from './drive.ts'
import { createHearing } from './hearing.ts'
import { mostly, OUTDATED_MS, type Step } from './scenario.ts'
import type { PlannedChange } from './wire.ts'

const ORIGIN = 'https://dashscope-intl.aliyuncs.com'
const KEY = 'sk-emulated'

interface InstanceOf {
  charge: 'post_paid' | 'pre_paid'
  status: 'RUNNING' | 'FAILED' | 'SUSPENDED'
  releaseMs: number
  /** How a release of it ends badly. */
  trouble: 'none' | 'fails' | 'fails at once' | 'not now'
}

interface DeploymentOf {
  status: string
  plan: 'mu' | 'lora' | 'ptu' | 'ptu_v2' | undefined
  prepaid: boolean
  isForeign: boolean
  hoursOld: number
  omit: readonly string[]
  failBackMs: number
  consoleOnly: boolean
  isTarget: boolean
  instances: readonly InstanceOf[]
}

export interface AlibabaModelStudioWorld {
  deployments: readonly DeploymentOf[]
  ghost: boolean
  allow: 'none' | 'prepaid' | 'reservation' | 'prepaid,reservation'
  workspace: '' | 'llm-emulated' | 'llm-other' | 'llm-unknown'
  key: 'good' | 'wrong'
  options: AlibabaOptions
}

const STATUSES = [
  ...['RUNNING', 'STOPPED', 'FAILED', 'UPDATING_FAILED', 'PENDING', 'DEPLOYING', 'UPDATING', 'DELETING', 'OFFLINING'],
  ...['ARREARS_DOWN', 'ARREARS_RECOVERING', 'STOPPING', 'SUSPENDED', 'NEVER_SEEN'],
]

const INSTANCE: fc.Arbitrary<InstanceOf> = fc.record({
  charge: mostly<InstanceOf['charge']>('post_paid', 'pre_paid'),
  status: mostly<InstanceOf['status']>('RUNNING', 'FAILED', 'SUSPENDED'),
  releaseMs: mostly(5_000, 0, 30_000),
  trouble: mostly<InstanceOf['trouble']>('none', 'fails', 'fails at once', 'not now'),
})

const DEPLOYMENT: fc.Arbitrary<DeploymentOf> = fc.record({
  status: fc.oneof(fc.constant('RUNNING'), fc.constantFrom(...STATUSES)),
  plan: mostly<DeploymentOf['plan']>('mu', undefined, 'lora', 'ptu', 'ptu_v2'),
  prepaid: mostly(false, false, true),
  isForeign: mostly(false, false, true),
  hoursOld: fc.nat(3),
  omit: mostly<readonly string[]>([], ['gmt_create'], ['workspace_id'], ['charge_type', 'plan'], ['gmt_modified']),
  failBackMs: mostly(0, 0, 0, 3_000),
  consoleOnly: mostly(false, false, false, true),
  isTarget: mostly(true, false),
  instances: fc.array(INSTANCE, { maxLength: 3 }),
})

const refusals = ['UnsupportedOperation', 'OperationDenied', 'AccessDenied', 'Conflict'].map((code) => errorOf(code))

const OPTIONS: fc.Arbitrary<AlibabaOptions> = fc.record({
  scope: fc.constantFrom('account', 'workspace'),
  deleteMs: mostly(20_000, 0, 1_500, 90_000),
  deletingStatus: fc.constantFrom('DELETING', 'OFFLINING'),
  secondDelete: fc.constantFrom('refuse', 'accept'),
  refuseDelete: mostly<string[]>([], ['RUNNING'], ['PENDING', 'DEPLOYING', 'UPDATING']),
  stateRefusal: fc.constantFrom(...refusals),
  prepaidDelete: fc.constantFrom('accept', 'refuse'),
  deleteStatus: mostly(200, 202),
  emptyDeleteBody: mostly(false, true),
  deletedField: fc.boolean(),
  okWithError: mostly<AlibabaOptions['okWithError']>(
    undefined,
    { code: 'InternalError', message: 'try again', processed: true },
    { code: 'Throttling', message: 'slow down', processed: false },
    { code: 'InvalidParameter', message: 'no', processed: false },
  ),
  staleReads: mostly(0, 1, 3),
  notFoundStatus: mostly(404, 404, 400),
  notFoundCode: fc.constantFrom('NotFound', 'MODEL_CODE_NOT_FOUND'),
  order: fc.constantFrom('newest-first', 'oldest-first', 'seeded'),
  listTotal: mostly<NonNullable<AlibabaOptions['listTotal']>>('exact', 'more', 'absent'),
  zoneOffsetHours: fc.constantFrom(0, 8),
  fractionIn: fc.constantFrom(['list'] as const, ['get', 'delete'] as const, []),
  outputField: mostly<'output' | 'data'>('output', 'data'),
  messageField: mostly<'message' | 'msg'>('message', 'msg'),
  successCode: mostly<string | undefined>(undefined, '200', 'Success'),
  busy: fc.constantFrom('queue', 'conflict'),
  stopMs: mostly(5_000, 0, 40_000),
})

/** Alibaba's account: one collection with ordinary deployments and reservations, of which only the targets may be touched. */
export const ALIBABA: Model<AlibabaModelStudioWorld> = {
  name: 'alibaba-model-studio',
  share: 0.32,
  world: fc.record({
    deployments: fc.array(DEPLOYMENT, { maxLength: 6 }),
    ghost: mostly(false, true),
    allow: fc.constantFrom('none', 'none', 'prepaid', 'reservation', 'prepaid,reservation'),
    workspace: mostly<AlibabaModelStudioWorld['workspace']>('', 'llm-emulated', 'llm-other', 'llm-unknown'),
    key: mostly<'good' | 'wrong'>('good', 'good', 'wrong'),
    options: OPTIONS,
  }),
  changes: [
    ...STATUSES,
    'remove',
    'recreate',
    'recreate',
    'fail back',
    'hold',
    'revoke key',
    'buy',
    'operation',
    'prepay',
  ],
  faults: [
    ...[
      'WorkSpaceNotFound',
      'ModelNotFound',
      'Arrearage',
      'PrepaidBillOverdue',
      'AccessDenied',
      'UnsupportedOperation',
    ],
    ...['CAPACITY_INSTANCE_OPERATION_CONFLICT', 'CAPACITY_OPERATION_NOT_FOUND', 'Throttling', 'ModelUnavailable'],
  ]
    .map((code) => errorFault(errorOf(code)))
    .concat(errorFault(errorOf('NotFound', 'Request path not found.')))
    .concat(errorFault({ status: 200, code: 'Throttling', message: 'Requests throttling triggered.' })),
  build,
}

function build(world: AlibabaModelStudioWorld, clock: FakeClock, step: Step): Account {
  const emulator = createAlibabaEmulator({ ...world.options, workspaces: ['llm-other'], now: clock.now })
  const { world: account } = emulator
  const ids = world.deployments.map(({ isTarget }, index) => `${isTarget ? 'pr' : 'main'}-${index}`)
  for (const [index, deployment] of world.deployments.entries()) account.seed(seedOf(deployment, ids[index] ?? ''))
  account.seed({ deployed_model: 'main-beside' })
  if (world.key === 'wrong') account.keys.clear()
  const meant = ids.filter((id) => id.startsWith('pr-'))
  const targets = [...meant, ...(world.ghost || meant.length === 0 ? ['ghost'] : [])]
  // Only GET lags behind: with lists in between, what is told last would be the better word and not the one decided on.
  if (targets.length > 3) account.settings.staleReads = 0
  const initial = new Map(ids.map((id) => [id, account.get(id)]))
  /** What was prepaid at any time. */
  const paid = new Set<string>()
  const hearing = createHearing(clock)
  const { allow, workspace } = world
  const ears = createEars({
    clock,
    world: account,
    hearing,
    targets,
    allow,
    workspace,
    freshMs: OUTDATED_MS + 2 * step.latencyMs,
    isSweep: step.sweep,
  })
  const of = (id: string) => world.deployments[ids.indexOf(id)]

  return {
    emulators: { [ORIGIN]: emulator },
    inputs: () => ({
      provider: 'alibaba-model-studio',
      'api-key': KEY,
      allow,
      ...(workspace === '' ? {} : { 'workspace-id': workspace }),
      ...(step.sweep ? { name: 'pr-*', 'max-deletions': '100' } : { 'deployment-id': targets.join(',') }),
    }),
    targets,
    secrets: () => [KEY],
    change(change) {
      happen(emulator, change)
      for (const id of ids) if (account.get(id)?.fields.charge_type === 'pre_paid') paid.add(id)
    },
    hear: ears.hear,
    objection: ears.objection,
    hearing,
    lost: (id) => account.get(id) === undefined || account.get(id) !== (ears.first(id) ?? initial.get(id)),
    isHidden(id) {
      // What was made later under the same ID was not there to be found.
      if (account.get(id) !== initial.get(id)) return true
      const asked = workspace || (world.options.scope === 'workspace' ? 'llm-emulated' : '')
      return asked !== '' && account.get(id)?.fields.workspace_id !== asked
    },
    isTaken: (id) => account.events.some(({ what, id: on }) => what === 'accepted' && on === id) || ears.wasGoing(id),
    wasGoing: (id) => ears.wasGoing(id),
    changedBy({ path }, text) {
      // Some refusals come with 200.
      const answer = parsedOf(text)
      const output = memberOf(answer, 'output') ?? memberOf(answer, 'data')
      const isFine = ['', '200', 'Success'].includes(textOf(answer, 'code'))
      // Nor does an error say that nothing was done.
      if (!isFine && world.options.okWithError?.processed !== true) return []
      if (textOf(output, 'operation_status') === 'FAILED') return []
      const [, id = '', rest] = /^\/api\/v1\/deployments\/([^/?]+)(\/.*)?$/.exec(path) ?? []
      return [{ id, isDeletion: rest === undefined, isNamed: true }]
    },
    patienceMs: 9_000,
    mayVanish: () => false,
    isList: (path) => path.startsWith('/api/v1/deployments?'),
    authorize: (request) => request,
    hideTargets() {
      const hidden = new Set(targets.filter((id) => account.has(id)))
      for (const id of hidden) account.remove(id)
      return () => {
        for (const [index, deployment] of world.deployments.entries()) {
          const id = ids[index] ?? ''
          if (hidden.has(id)) account.seed(seedOf(deployment, id))
        }
      }
    },
    heal() {
      account.keys.set(KEY, { key: KEY, workspace: 'llm-emulated' })
      account.workspaces.add('llm-unknown')
      const { settings } = account
      Object.assign(settings, {
        okWithError: undefined,
        refuseDelete: [],
        prepaidDelete: 'accept',
        notFoundStatus: 404,
      })
      for (const id of account.ids()) {
        if (account.get(id)?.behaviour.failBack !== undefined && isOnItsWay(id)) account.holdDeletion(id)
        delete account.get(id)?.behaviour.failBack
        delete account.get(id)?.stale
      }
      hearing.forget()
      ears.forget()
      for (const id of ids) initial.set(id, account.get(id))
    },
    mayStay(id) {
      const now = account.get(id)
      const seed = of(id)
      const isForeign =
        workspace !== '' &&
        (seed?.isForeign ||
          seed?.omit.includes('workspace_id') ||
          (now !== undefined && now.fields.workspace_id !== workspace))
      const isPrepaid =
        (paid.has(id) || (now === undefined ? seed?.prepaid : now.fields.charge_type === 'pre_paid')) &&
        !allow.includes('prepaid')
      // Reservations can fail in too many ways of their own to say here which of them come to an end.
      const isReserved = seed?.plan?.startsWith('ptu')
      return Boolean(isForeign || isPrepaid || isReserved || seed?.consoleOnly || isOnItsWay(id))
    },
  }

  function isOnItsWay(id: string): boolean {
    return ['DELETING', 'OFFLINING'].includes(account.get(id)?.status ?? '')
  }
}

function seedOf({ instances, prepaid, isForeign, hoursOld, failBackMs, plan, ...rest }: DeploymentOf, id: string) {
  const isReservation = plan === 'ptu' || plan === 'ptu_v2'
  const seed: DeploymentSeed = {
    deployed_model: id,
    status: rest.status,
    omit: rest.omit,
    consoleOnly: rest.consoleOnly,
    created: START - hoursOld * 3_600_000 - 40_000,
    ...(plan === undefined ? {} : { plan }),
    ...(plan === 'ptu' ? { ptu_service_tier: 'standard' } : {}),
    charge_type: prepaid ? 'pre_paid' : 'post_paid',
    workspace_id: isForeign ? 'llm-other' : 'llm-emulated',
    ...(failBackMs === 0 ? {} : { failBack: { status: 'RUNNING', afterMs: failBackMs } }),
    instances: isReservation ? instances.map((instance, index) => instanceOf(instance, `${id}-i${index}`)) : [],
  }
  return seed
}

function instanceOf({ charge, status, releaseMs, trouble }: InstanceOf, id: string) {
  const failure = { releaseFailure: { code: 'InternalError', message: 'The operation failed.' } }
  return {
    instance_id: id,
    charge_type: charge,
    status,
    releaseMs: trouble === 'fails at once' ? 0 : releaseMs,
    ...(trouble.startsWith('fails') ? failure : {}),
    ...(trouble === 'not now' ? { can_delete: false } : {}),
  }
}

function happen({ world: account }: AlibabaEmulator, { what, which }: PlannedChange): void {
  if (what === 'revoke key') account.keys.clear()
  // In one order, whatever that of the account is.
  const ids = account
    .ids()
    .filter((id) => id !== 'main-beside')
    .sort()
  const id = ids[which % Math.max(1, ids.length)]
  if (id === undefined) return
  if (what === 'remove') account.remove(id)
  if (what === 'recreate') account.recreate(id, { status: which % 2 === 0 ? 'RUNNING' : 'PENDING' })
  if (what === 'fail back') account.failBack(id, which % 2 === 0 ? 'RUNNING' : 'FAILED')
  if (what === 'hold') account.holdDeletion(id)
  if (what === 'prepay') account.update(id, { charge_type: 'pre_paid' })
  const isReservation = account.get(id)?.fields.plan?.startsWith('ptu')
  if (what === 'buy' && isReservation)
    account.addInstance(id, { instance_id: `bought-${account.instances(id).length}` })
  if (what === 'operation' && isReservation) account.startOperation(id, { ms: 8_000 })
  if (STATUSES.includes(what)) account.setStatus(id, what)
}
