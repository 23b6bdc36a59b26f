import fc from 'fast-check'
import { START } from '../support/clock.ts'
import { type Account, ago, alibabaAccount, basetenAccount, HOUR, sapAccount } from '../sweep/accounts.ts'

/** A deployment, whatever the provider. */
export interface Item {
  id: string
  name: string
  /** Null: a creation time that cannot be read. */
  ageMs: number | null
  status: string
  /** Why it must stay, and which `allow` lifts that, if any. */
  guard?: { lifted: string | undefined }
  /** Baseten: the model it is of. */
  model: string
}

export interface World {
  items: readonly Item[]
  /** By number; what is missing is no pull request. */
  pulls: Readonly<Record<number, 'OPEN' | 'CLOSED' | 'MERGED' | 'ISSUE'>>
}

/** A provider: what its worlds can have, and how one is made. */
export interface Kind {
  provider: string
  statuses: readonly string[]
  /** What `allow` can be. */
  guards: readonly string[]
  world: fc.Arbitrary<World>
  open(world: World, order?: number): Account
}

const NUMBER = fc.integer({ min: 1, max: 6 })
const NAME = fc.oneof(
  fc.constantFrom('main', 'release-1', 'demo'),
  NUMBER.map((n) => `PR-${n}`),
  fc.tuple(NUMBER, fc.constantFrom('abc', 'x', '2')).map(([n, sha]) => `PR-${n}_${sha}`),
  fc.tuple(NUMBER, NUMBER).map(([n, m]) => `pr-${n}-${m}`),
  fc.integer({ min: 10, max: 13 }).map((n) => `PR-${n}_abc`),
)
// Mostly old, sometimes at the same time, and now and then as old as `older-than` asks for, unknown or in the future.
const AGE = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(5 * HOUR, 30 * HOUR, 100 * HOUR, 100 * HOUR) },
  { weight: 2, arbitrary: fc.constantFrom(null, -2 * HOUR, 0, HOUR, HOUR + 1000) },
)
const STATES = ['CLOSED', 'CLOSED', 'MERGED', 'MERGED', 'OPEN', 'ISSUE'] as const
const PULLS = fc
  .array(fc.option(fc.constantFrom(...STATES), { freq: 6 }), { minLength: 14, maxLength: 14 })
  .map((states) => Object.fromEntries(states.flatMap((state, number) => (state === null ? [] : [[number, state]]))))

/** One time in four. */
function sometimes<T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: some })
}

type Role = 'production' | 'staging' | 'candidate' | 'development'

const MODELS = ['m1', 'm2', 'm3'] as const

/** Some models; of each, some deployments may serve or be about to. */
const basetenWorld: fc.Arbitrary<World & { roles: Readonly<Record<string, Role>> }> = fc
  .record({
    raw: fc.array(
      fc.record({
        name: NAME,
        ageMs: AGE,
        status: fc.constantFrom('ACTIVE', 'INACTIVE', 'FAILED'),
        model: fc.constantFrom(...MODELS),
        role: sometimes(fc.constantFrom<Role>('production', 'staging', 'candidate', 'development')),
      }),
      { minLength: 3, maxLength: 12 },
    ),
    pulls: PULLS,
  })
  .map(({ raw, pulls }) => {
    const roles: Record<string, Role> = {}
    const taken = new Set<string>()
    const items = raw.map(({ role, ...rest }, index): Item => {
      const id = `d${(index * 7) % 13}`
      // Each role of a model is played by one deployment only.
      if (role === null || taken.has(`${rest.model} ${role}`)) return { id, ...rest }
      taken.add(`${rest.model} ${role}`)
      roles[id] = role
      return { id, ...rest, guard: { lifted: role === 'development' ? 'development' : undefined } }
    })
    return { items, pulls, roles }
  })

const ORDERS = ['inserted', 'reversed', 'by-id'] as const

export const BASETEN: Kind = {
  provider: 'Baseten',
  statuses: ['ACTIVE', 'INACTIVE', 'FAILED'],
  guards: ['development'],
  world: basetenWorld,
  open(world, order = 0) {
    const account = basetenAccount({ developmentDeletable: true, listOrder: ORDERS[order % 3] ?? 'inserted' })
    const roles = 'roles' in world ? (world.roles as Readonly<Record<string, Role>>) : {}
    for (const id of MODELS) account.world.addModel({ id })
    for (const { id, name, ageMs, status, model } of world.items) {
      const role = roles[id]
      const serves = role === 'production' || role === 'staging' ? { environment: role } : {}
      const createdAt = ageMs === null ? 'a while ago' : ago(ageMs)
      const development = role === 'development'
      account.world.addDeployment(model, { id, name, status, createdAt, development, ...serves })
      if (role === 'candidate') account.world.promoteAsCandidate(model, id, 'canary')
    }
    addPulls(account, world)
    return account
  },
}

export const SAP: Kind = {
  provider: 'SAP AI Core',
  statuses: ['RUNNING', 'STOPPED', 'DEAD', 'UNKNOWN'],
  guards: ['orchestration'],
  world: plainWorld(['RUNNING', 'STOPPED', 'DEAD', 'UNKNOWN'], ['orchestration']),
  open(world, order = 0) {
    const by = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1) * (order === 1 ? 1 : -1)
    const account = sapAccount(order === 0 ? {} : { order: by })
    for (const { id, name, ageMs, status, guard } of world.items) {
      const scenarioId = guard === undefined ? 'llm-serving' : 'orchestration'
      const createdAt = ageMs === null ? null : ago(ageMs)
      account.world.add({ id: `${id}-x`, configurationName: name, status, scenarioId, createdAt })
    }
    addPulls(account, world)
    return account
  },
}

const ALIBABA_ORDERS = ['seeded', 'newest-first', 'oldest-first'] as const

export const ALIBABA: Kind = {
  provider: 'Alibaba Model Studio',
  statuses: ['RUNNING', 'STOPPED', 'FAILED'],
  guards: ['prepaid'],
  world: plainWorld(['RUNNING', 'STOPPED', 'FAILED'], ['prepaid', undefined]),
  open(world, order = 0) {
    const account = alibabaAccount({ order: ALIBABA_ORDERS[order % 3] ?? 'seeded' })
    for (const { name, ageMs, status, guard } of world.items) {
      account.world.seed({
        deployed_model: name,
        status,
        created: START - (ageMs ?? 0),
        ...(ageMs === null ? { omit: ['gmt_create'] } : {}),
        ...(guard === undefined ? {} : guard.lifted === undefined ? { plan: 'ptu' } : { charge_type: 'pre_paid' }),
      })
    }
    addPulls(account, world)
    return account
  },
}

/** Worlds of providers without models; `lifts` are what lifts their guards, undefined for one that nothing lifts. */
function plainWorld(statuses: readonly string[], lifts: readonly (string | undefined)[]): fc.Arbitrary<World> {
  const item = fc.record({
    name: NAME,
    ageMs: AGE,
    status: fc.constantFrom(...statuses),
    guard: sometimes(fc.constantFrom(...lifts).map((lifted) => ({ lifted }))),
  })
  return fc.record({
    // Names differ, because on Alibaba they are the IDs.
    items: fc.uniqueArray(item, { minLength: 3, maxLength: 12, selector: ({ name }) => name }).map((raw) =>
      raw.map(({ guard, ...rest }, index) => ({
        id: `d${(index * 7) % 13}`,
        model: '',
        ...rest,
        ...(guard === null ? {} : { guard }),
      })),
    ),
    pulls: PULLS,
  })
}

/** The ID under which the provider knows an item. */
export function idOf({ provider }: Kind, { id, name }: Item): string {
  if (provider === ALIBABA.provider) return name
  return provider === SAP.provider ? `${id}-x` : id
}

function addPulls({ github }: Account, { pulls }: World): void {
  for (const [number, state] of Object.entries(pulls)) {
    if (state === 'ISSUE') github.world.addIssue({ number: Number(number), state: 'CLOSED' })
    else github.world.addPull({ number: Number(number), state })
  }
}
