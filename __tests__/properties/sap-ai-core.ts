import fc from 'fast-check'
import type { FaultKind } from '../../emulators/emulator.ts'
import { selfSigned } from '../../emulators/sap-ai-core/certificate.ts'
import {
  createSapEmulator,
  DEFAULT_CLIENT,
  type SapEmulator,
  type SapOptions,
  type SapSeed,
  sapServiceKey,
} from '../../emulators/sap-ai-core.ts'
import { type FakeClock, START } from '../support/clock.ts'
import { listOf, memberOf, parsedOf, textOf } from './answers.ts'
import { createBirths } from './births.ts'
import type { Account, Model } from './drive.ts'
import { createHearing } from './hearing.ts'
import { mostly, OUTDATED_MS, type Step } from './scenario.ts'
import type { PlannedChange, Sent } from './wire.ts'

const ORIGIN = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'

interface Deployment {
  status: string
  targetStatus: string | null | undefined
  minutesOld: number | null
  /** Whether the answer leaves out the name, the scenario, or both. */
  nameless: 'no' | 'name' | 'scenario' | 'both'
  orchestration: boolean
  isTarget: boolean
  behaviour: NonNullable<SapSeed['behaviour']>
}

export interface SapAiCoreWorld {
  deployments: readonly Deployment[]
  /** So many more targets that are RUNNING, for requests that act on many. */
  crowd: number
  ghost: boolean
  allow: 'none' | 'orchestration'
  auth: 'key' | 'wrapped key' | 'certificate' | 'token' | 'wrong key'
  group: 'default' | 'pr-1' | 'unknown'
  options: SapOptions
}

const STATUSES = ['UNKNOWN', 'PENDING', 'RUNNING', 'STOPPING', 'STOPPED', 'DEAD', 'COMPLETED', 'ARCHIVED'] as const

const DEPLOYMENT: fc.Arbitrary<Deployment> = fc
  .record({
    status: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...STATUSES.slice(0, 6)) }, fc.constantFrom(...STATUSES)),
    targetStatus: mostly<Deployment['targetStatus']>('RUNNING', 'STOPPED', 'DELETED', null, undefined),
    minutesOld: mostly<number | null>(90, 1, 0, null),
    nameless: mostly<Deployment['nameless']>('no', 'name', 'scenario', 'both'),
    orchestration: mostly(false, false, true),
    isTarget: mostly(true, false),
    behaviour: fc.record({
      stopEnds: mostly<'STOPPED' | 'DEAD' | 'UNKNOWN' | 'GONE' | 'STUCK'>(
        'STOPPED',
        'DEAD',
        'UNKNOWN',
        'GONE',
        'STUCK',
      ),
      deleteEnds: mostly<'GONE' | 'STUCK'>('GONE', 'GONE', 'GONE', 'STUCK'),
      stopMs: mostly(10_000, 0, 150_000),
      deleteMs: mostly(5_000, 0, 60_000),
      hiddenMs: mostly(0, 0, 0, 600, 10_000),
    }),
  })
  // Only what was made a moment ago may not be found yet, although lists show it.
  .map((deployment) => {
    const isNew = deployment.minutesOld !== null && deployment.minutesOld <= 1
    return isNew ? deployment : { ...deployment, behaviour: { ...deployment.behaviour, hiddenMs: 0 } }
  })

const OPTIONS: fc.Arbitrary<SapOptions> = fc.record({
  unknownGroup: fc.constantFrom(403, 404),
  bulk: fc.boolean(),
  bulkOff: fc.constantFrom(403, 404),
  stoppingMs: mostly(0, 800, 4_000),
  refusal: fc.constantFrom(400, 409, 412),
  repeatedDelete: fc.constantFrom('refuse', 'accept', 'missing'),
  deleteCompleted: fc.boolean(),
  demandDeleteBody: mostly<false | 400 | 415>(false, 400, 415),
  notFoundCode: mostly('01010016', '01010099'),
  requestIdKey: fc.constantFrom('requestId', 'requestID'),
  countIsTotal: fc.boolean(),
  tokenLifetimeS: mostly(7199, 61, 30, 2),
})

/** Made once: it takes longer than a whole run. */
const X509 = selfSigned('undeploy')

const sapError = (status: number, body: string, type = 'application/json'): FaultKind => ({
  kind: 'status',
  status,
  body,
  headers: { 'content-type': type },
})

/** SAP AI Core's account: resource groups with deployments, of which only the targets may be touched. */
export const SAP_AI_CORE: Model<SapAiCoreWorld> = {
  name: 'sap-ai-core',
  share: 0.26,
  world: fc.record({
    deployments: fc.array(DEPLOYMENT, { maxLength: 6 }),
    crowd: mostly(0, 0, 0, 0, 0, 0, 11),
    ghost: mostly(false, true),
    allow: mostly<'none' | 'orchestration'>('none', 'orchestration'),
    auth: fc.constantFrom('key', 'wrapped key', 'certificate', 'token', 'key', 'wrong key'),
    group: mostly<SapAiCoreWorld['group']>('default', 'default', 'pr-1', 'unknown'),
    options: OPTIONS,
  }),
  changes: [
    ...STATUSES,
    'delete',
    'remove',
    'recreate',
    'revoke tokens',
    'revoke key',
    'lose group',
    'regain group',
    'rename',
  ],
  faults: [
    sapError(401, '{"error":"invalid_client","error_description":"Bad credentials"}'),
    sapError(403, '{"error":{"code":"01010076","message":"Current status RUNNING cannot be changed"}}'),
    sapError(200, '{"access_token":"","expires_in":7199}'),
    sapError(200, '{"count":0,"resources":null}'),
    sapError(202, '{"deployments":[]}'),
  ],
  build,
}

interface Shown {
  at: number
  status: string
  target: string
}

function build(world: SapAiCoreWorld, clock: FakeClock, step: Step): Account {
  const emulator = createSapEmulator({ ...world.options, resourceGroups: ['default', 'pr-1'], now: clock.now })
  const { world: account, tokens } = emulator
  populate(emulator, world)
  const meant = world.deployments.flatMap(({ isTarget }, index) => (isTarget ? [`dep-${index}`] : []))
  const crowd = Array.from({ length: world.crowd }, (_, index) => `crowd-${index}`)
  const targets = [...meant, ...crowd, ...(world.ghost || meant.length === 0 ? ['ghost'] : [])]
  if (world.group === 'pr-1') targets.push('dep-0-of-pr')
  const selection = step.sweep ? { name: 'pr-*', 'max-deletions': '100' } : { 'deployment-id': targets.join(',') }
  const hearing = createHearing(clock)
  const shown = new Map<string, Shown[]>()
  const births = createBirths()
  const answers = new Map<string, number[]>()
  const bearers = new Set<string>()
  const going = new Set<string>()
  let token = world.auth === 'token' ? tokens.issue() : undefined

  function see(deployment: unknown): void {
    const id = textOf(deployment, 'id')
    const view = { at: clock.now(), status: textOf(deployment, 'status'), target: textOf(deployment, 'targetStatus') }
    shown.set(id, [...(shown.get(id) ?? []), view])
    if (textOf(deployment, 'targetStatus') === 'DELETED') going.add(id)
    hearing.tell(id, births.isOther(id, textOf(deployment, 'createdAt')) ? 'replaced' : 'present')
  }

  function hear({ method, path }: Sent, status: number, body: unknown, isMadeUp: boolean) {
    return () => {
      if (path === '/oauth/token' || path === '/v2/lm/meta') {
        if (status === 200 && textOf(body, 'access_token') !== '') bearers.add(textOf(body, 'access_token'))
        return
      }
      const [, id] = /^\/v2\/lm\/deployments\/([^?]+)$/.exec(path) ?? []
      if (method !== 'GET') {
        const key = `${method} ${id}`
        answers.set(key, [...(answers.get(key) ?? []), status])
      } else if (!isMadeUp && id !== undefined) {
        if (status === 200) see(body)
        if (status === 404) hearing.tell(id, 'absent')
      } else if (!isMadeUp && status === 200 && /^\/v2\/lm\/deployments\?\$top=\d+&\$skip=0$/.test(path)) {
        const all = listOf(body, 'resources')
        for (const each of all) see(each)
        const ids = new Set(all.map((each) => textOf(each, 'id')))
        for (const target of targets) if (!ids.has(target)) hearing.tell(target, 'absent')
      }
    }
  }

  function objection({ method, path, body }: Sent): string | undefined {
    if (path === '/v2/lm/deployments' && method === 'PATCH') return togetherObjection(body)
    const [, id = ''] = /^\/v2\/lm\/deployments\/([^?]+)$/.exec(path) ?? []
    if (method === 'DELETE') {
      const bareRefused = answers.get(`DELETE ${id}`)?.some((status) => status === 400 || status === 415)
      if (body !== '' && !(body === '{"targetStatus":"DELETED"}' && bareRefused)) return `the body ${body}`
      return actionObjection(id, 'DELETED')
    }
    if (method !== 'PATCH' || body !== '{"targetStatus":"STOPPED"}') return `${method} ${body}`
    return actionObjection(id, 'STOPPED')
  }

  function togetherObjection(body: string): string | undefined {
    const items = listOf(JSON.parse(body), 'deployments')
    const ids = items.map((item) => textOf(item, 'id'))
    if (new Set(ids).size !== ids.length || ids.length > 100) return 'an ID twice, or more than 100'
    const wrong = items.map((item) => actionObjection(textOf(item, 'id'), textOf(item, 'targetStatus')))
    return wrong.find((text) => text !== undefined)
  }

  /** The matrix of permitted actions, on what was shown last. */
  function actionObjection(id: string, action: string): string | undefined {
    if (!targets.includes(id)) return `${id} is no target`
    const views = shown.get(id) ?? []
    const last = views.at(-1)
    if (last === undefined) return `${id} was never seen`
    const said = `${id} was shown as ${last.status} with target ${last.target}`
    const freshMs = OUTDATED_MS + 2 * step.latencyMs
    const outdatedMs = hearing.outdatedMs(id)
    hearing.mark(id)
    if (outdatedMs > freshMs) return `${said} ${outdatedMs} ms before`
    if (births.write(id)) return `${said}, and is another one`
    // A look at others may bring a newer word in the moments between a target's own look and its turn.
    const fresh = targets.length === 1 ? [] : views.filter(({ at }) => at >= clock.now() - freshMs)
    return [...fresh, last].some((view) => isPermitted(view, action)) ? undefined : said
  }

  function isPermitted({ status, target }: Shown, action: string): boolean {
    if (target === 'DELETED') return false
    const from = action === 'STOPPED' ? ['RUNNING', 'PENDING'] : ['UNKNOWN', 'STOPPED', 'DEAD', 'COMPLETED']
    return from.includes(status)
  }

  return {
    emulators: { [ORIGIN]: emulator },
    inputs: () => ({
      provider: 'sap-ai-core',
      'resource-group': world.group,
      allow: world.allow,
      ...(token === undefined ? { 'service-key': serviceKey(world.auth) } : { token, 'api-url': ORIGIN }),
      ...selection,
    }),
    targets,
    secrets: () => [...bearers, ...(token === undefined ? SECRETS[world.auth] : [token])],
    change: (change) => happen(emulator, change),
    hear,
    objection,
    hearing,
    lost: (id) => !account.has(id) || births.hasChanged(id, account.get(id)?.createdAt ?? ''),
    isHidden: (id) =>
      world.group !== 'default' || (world.deployments[Number(id.slice(4))]?.behaviour.hiddenMs ?? 0) > 0,
    isTaken: (id) =>
      going.has(id) ||
      account.events.some((event) => event.action === 'delete' && event.what === 'accepted' && event.id === id),
    wasGoing: (id) => going.has(id),
    changedBy({ method, path, body }, text) {
      const [, id] = /^\/v2\/lm\/deployments\/([^?]+)$/.exec(path) ?? []
      if (id !== undefined) return [{ id, isDeletion: method === 'DELETE', isNamed: true }]
      const failed = new Set(
        listOf(parsedOf(text), 'deployments').flatMap((item) => (memberOf(item, 'error') ? [textOf(item, 'id')] : [])),
      )
      const items = listOf(parsedOf(body), 'deployments').filter((item) => !failed.has(textOf(item, 'id')))
      // Without its answer, nobody knows which of many were taken.
      return text === ''
        ? []
        : items.map((item) => ({
            id: textOf(item, 'id'),
            isDeletion: textOf(item, 'targetStatus') === 'DELETED',
            isNamed: true,
          }))
    },
    patienceMs: 25_000,
    mayVanish: (id) => world.deployments[Number(id.slice(4))]?.behaviour.stopEnds === 'GONE',
    isList: (path) => path.includes('?$top='),
    authorize(request) {
      const headers = new Headers(request.headers)
      headers.set('authorization', `Bearer ${tokens.issue()}`)
      return new Request(request, { headers })
    },
    hideTargets() {
      const hidden = targets.flatMap((id) => account.get(id) ?? [])
      for (const { id } of hidden) account.remove(id)
      return () => populate(emulator, world, new Set(hidden.map(({ id }) => id)))
    },
    heal() {
      emulator.settings.tokenLifetimeS = 7199
      tokens.clients.splice(0, tokens.clients.length, DEFAULT_CLIENT, WRONG, CERTIFIED)
      for (const group of ['default', 'pr-1', 'unknown']) account.resourceGroups.add(group)
      if (token !== undefined) token = tokens.issue()
      hearing.forget()
      shown.clear()
      births.forget()
      bearers.clear()
      answers.clear()
    },
    mayStay(id) {
      const now = account.get(id)
      const seed = world.deployments[Number(id.slice(4))]
      const isShared = seed?.orchestration || seed?.nameless === 'both'
      if (now?.scenarioId === 'orchestration' && (world.allow === 'none' || step.sweep)) return true
      if ((isShared && world.allow === 'none') || (step.sweep && (seed?.nameless === 'both' || seed?.orchestration)))
        return true
      const { stopEnds, deleteEnds, hiddenMs = 0 } = seed?.behaviour ?? {}
      // What no document describes is asked for once, in the plain way.
      const { deleteCompleted, demandDeleteBody } = world.options
      if (hiddenMs > 0 && demandDeleteBody !== false) return true
      if (now === undefined) return false
      if ((now.targetStatus === 'DELETED' ? deleteEnds : stopEnds) === 'STUCK') return true
      if (now.status === 'COMPLETED') return !deleteCompleted || demandDeleteBody !== false
      return now.status === 'ARCHIVED'
    },
  }
}

const WRONG = { clientid: DEFAULT_CLIENT.clientid, clientsecret: 'another-secret$1=' }
const CERTIFIED = { clientid: 'sb-certified!b1|aicore!b540', certificate: true }

const SECRETS: Readonly<Record<SapAiCoreWorld['auth'], readonly string[]>> = {
  key: [DEFAULT_CLIENT.clientsecret],
  'wrapped key': [DEFAULT_CLIENT.clientsecret],
  'wrong key': [WRONG.clientsecret],
  certificate: X509.key.split('\n').filter((line) => line.length > 30 && !line.startsWith('-')),
  token: [],
}

function serviceKey(auth: SapAiCoreWorld['auth']): string {
  if (auth === 'certificate') {
    return JSON.stringify(sapServiceKey(ORIGIN, CERTIFIED, { certificate: X509.cert, key: X509.key }))
  }
  const key = sapServiceKey(ORIGIN, auth === 'wrong key' ? WRONG : DEFAULT_CLIENT)
  return auth === 'wrapped key' ? JSON.stringify({ credentials: key }, null, 2) : JSON.stringify(key)
}

function populate(
  { world: account, tokens }: SapEmulator,
  { deployments, crowd }: SapAiCoreWorld,
  only?: ReadonlySet<string>,
): void {
  const isMeant = (id: string) => only === undefined || only.has(id)
  tokens.clients.push(CERTIFIED)
  for (const [index, { minutesOld, nameless, orchestration, isTarget, ...rest }] of deployments.entries()) {
    const name = orchestration ? 'defaultOrchestrationConfig' : `${isTarget ? 'pr' : 'main'}-${index}`
    const scenarioId = orchestration ? 'orchestration' : 'llm-serving'
    if (!isMeant(`dep-${index}`)) continue
    const configuration = account.addConfiguration({ name, scenarioId })
    account.add({
      id: `dep-${index}`,
      ...rest,
      configurationId: nameless === 'both' ? 'c-unknown' : configuration.id,
      createdAt: minutesOld === null ? null : new Date(START - minutesOld * 60_000).toISOString(),
      configurationName: nameless === 'name' || nameless === 'both' ? null : name,
      scenarioId: nameless === 'scenario' || nameless === 'both' ? null : scenarioId,
    })
  }
  for (let index = 0; index < crowd; index++) {
    if (isMeant(`crowd-${index}`)) account.add({ id: `crowd-${index}`, configurationName: `pr-${index}` })
  }
  if (isMeant('beside')) account.add({ id: 'beside', configurationName: 'main-beside' })
  if (isMeant('dep-0-of-pr')) account.add({ id: 'dep-0-of-pr', configurationName: 'pr-0', resourceGroup: 'pr-1' })
}

/** Somebody removes it and makes one that has the same ID. One whose age nobody is told cannot be told from the other. */
function recreate(account: SapEmulator['world'], id: string): void {
  const known = account.get(id)
  if (known === undefined) return
  const { configurationId, configurationName = null, scenarioId = null, createdAt } = known
  account.remove(id)
  const at = createdAt == null ? null : new Date(Date.parse(createdAt) + 3_600_000).toISOString()
  account.add({ id, status: 'RUNNING', configurationId, configurationName, scenarioId, createdAt: at })
}

function happen({ world: account, tokens }: SapEmulator, { what, which }: PlannedChange): void {
  if (what === 'revoke tokens') tokens.revokeAll()
  if (what === 'revoke key') tokens.clients.splice(0)
  if (what === 'lose group') account.resourceGroups.delete('default')
  if (what === 'regain group') account.resourceGroups.add('default')
  const id = [`dep-${which}`, 'dep-0', 'crowd-0', 'beside'].find((each) => account.has(each))
  if (id === undefined) return
  if (what === 'remove') account.remove(id)
  if (what === 'recreate') recreate(account, id)
  if (what === 'rename')
    account.change(id, { configurationName: 'defaultOrchestrationConfig', scenarioId: 'orchestration' })
  if (what === 'delete') {
    account.change(id, { targetStatus: 'DELETED' })
    account.after(5_000, () => account.remove(id))
  }
  if (!STATUSES.some((status) => status === what)) return
  account.change(id, { status: what, targetStatus: what.startsWith('STOP') ? 'STOPPED' : 'RUNNING' })
  if (what !== 'STOPPING') return
  account.after(8_000, () => {
    if (account.get(id)?.status === 'STOPPING') account.change(id, { status: 'STOPPED', targetStatus: 'STOPPED' })
  })
}
