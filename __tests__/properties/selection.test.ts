import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../../emulators/emulator.ts'
import { HOUR, idsOf } from '../sweep/accounts.ts'
import { expected, guarded, inputsOf, lastOnes, type Said } from './oracle.ts'
import { EXTENT } from './scenario.ts'
import { ALIBABA, BASETEN, type Kind, SAP, type World } from './worlds.ts'

const KINDS = [BASETEN, SAP, ALIBABA].map((kind) => [kind.provider, kind] as const)
const FOR_EVER = { times: Number.POSITIVE_INFINITY }
const RUNS = { numRuns: Math.ceil(EXTENT.worlds / 42), seed: EXTENT.seed }

const INCLUDES = ['*', 'PR-{pr}_*', 'PR-{pr}*', '*-{pr}', '*{pr}*', 'PR-1*', 'pr-?-*', 'main', 'PR-{pr}']
const EXCLUDES = ['!PR-2*', '!main', '!*_abc', '!*1*']
const PROTECTS = ['main', 'PR-3*', '*-2', 'nothing-like-this']
const AGES: Said['olderThan'][] = [
  ['0s', 0],
  ['1h', HOUR],
  ['90m', 1.5 * HOUR],
  ['1d12h', 36 * HOUR],
]

/** Everything a user may say to a provider. */
function said({ statuses, guards, provider }: Kind): fc.Arbitrary<Said> {
  const models = provider === BASETEN.provider ? rarely(fc.subarray(['m1', 'm2', 'm3'])) : fc.constant([])
  return fc.record({
    name: fc
      .tuple(fc.subarray(INCLUDES, { minLength: 1, maxLength: 4 }), rarely(fc.subarray(EXCLUDES, { maxLength: 1 })))
      .map((parts) => parts.flat()),
    olderThan: fc.constantFrom<Said['olderThan']>(['0s', 0], ...AGES),
    status: rarely(fc.subarray([...statuses], { minLength: 1 })),
    keepLatest: fc.constantFrom(0, 0, 1, 2, 3),
    protect: rarely(fc.subarray(PROTECTS, { maxLength: 2 })),
    allow: fc.subarray([...guards]),
    models,
  })
}

/** Nothing, three times in four: else so much narrows that nothing is left. */
function rarely(some: fc.Arbitrary<string[]>): fc.Arbitrary<string[]> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: some })
}

const scene = (kind: Kind) =>
  fc.record({ world: kind.world, words: said(kind) }).filter(({ world, words }) => !isDoubted(world, words))

/** A guard that would hold more with another letter case or separator stops the step, as does one that is a part of a name. */
function isDoubted({ items }: { items: readonly { name?: string | undefined }[] }, words: Said): boolean {
  const guards = [...words.protect, ...words.name.flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []))]
  const names = items.flatMap(({ name }) => name ?? [])
  const alike = (text: string) => text.toLowerCase().replace(/[-_./\s]/g, '-')
  const holds = (pattern: string, name: string) =>
    new RegExp(
      `^${pattern
        .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
      's',
    ).test(name)
  return guards.some((line) => {
    const isUnmatched = !names.some((name) => holds(line, name))
    const others = names.filter((name) => !holds(line, name))
    return others.some((name) => holds(alike(line), alike(name)) || (isUnmatched && name.includes(line)))
  })
}

describe.each(KINDS)('%s', (_provider, kind) => {
  it('deletes exactly what the inputs say in words, and asks nothing of anything else', async () => {
    await fc.assert(
      fc.asyncProperty(scene(kind), async ({ world, words }) => {
        const account = kind.open(world)
        const acted = await account.run(inputsOf(words))

        const selection = expected(kind, world, words)
        expect(idsOf(acted, 'deleted')).toEqual(selection)
        expect(outside(account.asked(), selection)).toEqual([])
        expect(acted.ok).toBe(true)
      }),
      RUNS,
    )
  })

  it('asks nothing of what is not selected or guarded, whatever goes wrong on the way', async () => {
    const faults = fc.array(fault(), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(scene(kind), faults, async ({ world, words: exact }, trouble) => {
        // What is just as old as asked for would become old enough while faults are waited out.
        const words: Said = { ...exact, olderThan: exact.olderThan[1] === HOUR ? ['90m', 1.5 * HOUR] : exact.olderThan }
        const account = kind.open(world)
        account.emulator.faults.push(...trouble)
        await account.run(inputsOf(words))

        expect(outside(account.asked(), expected(kind, world, words))).toEqual([])
        expect(inside(account.asked(), guarded(kind, world, words.allow))).toEqual([])
      }),
      RUNS,
    )
  })

  it('never asks anything of what is guarded, however much is selected', async () => {
    await fc.assert(
      fc.asyncProperty(kind.world, async (world) => {
        const account = kind.open(world)
        const acted = await account.run({ name: '*', 'max-deletions': '1000' })

        expect(inside(account.asked(), guarded(kind, world, []))).toEqual([])
        expect(outside(guarded(kind, world, []), idsOf(acted, 'kept'))).toEqual([])
      }),
      RUNS,
    )
  })

  it('selects no more when something is said besides that narrows', async () => {
    const narrowed = scene(kind).chain(({ world, words }) =>
      narrower(kind, words)
        .filter((narrow) => !isDoubted(world, narrow))
        .map((narrow) => ({ world, words, narrow })),
    )
    await fc.assert(
      fc.asyncProperty(narrowed, async ({ world, words, narrow }) => {
        const [wide, tight] = [await planned(kind, world, words), await planned(kind, world, narrow)]

        expect(tight.length).toBeLessThanOrEqual(wide.length)
        // Only the one that stays as the last of its model can go once another one stays.
        expect(outside(outside(tight, wide), lastOnes(kind, world))).toEqual([])
      }),
      RUNS,
    )
  })

  it('plans in a dry run what the real run then deletes', async () => {
    await fc.assert(
      fc.asyncProperty(scene(kind), async ({ world, words }) => {
        const real = await kind.open(world).run(inputsOf(words))
        expect(idsOf(real, 'deleted')).toEqual(await planned(kind, world, words))
      }),
      RUNS,
    )
  })

  it('decides the same, for the same reasons, in whatever order things are listed', async () => {
    await fc.assert(
      fc.asyncProperty(scene(kind), async ({ world, words }) => {
        const plans = []
        for (const order of [0, 1, 2]) {
          const { report } = await kind.open(world, order).run({ ...inputsOf(words), 'dry-run': 'true' })
          const rows = report['plan'] as { id: string; class: string; reason: string }[]
          plans.push(rows.map((row) => `${row.id} ${row.class} ${row.reason}`).sort())
        }
        expect(plans[1]).toEqual(plans[0])
        expect(plans[2]).toEqual(plans[0])
        expect(plans[0]).toHaveLength(world.items.filter((item) => isIn(item, words)).length)
      }),
      RUNS,
    )
  })

  it('deletes nothing where any part of a list, or GitHub, cannot be read', async () => {
    const part = fc.nat({ max: 20 })
    const kinds = fc.constantFrom<Fault>(
      { kind: 'status', status: 500, ...FOR_EVER },
      { kind: 'status', status: 403, body: '{}', ...FOR_EVER },
      { kind: 'html', ...FOR_EVER },
      { kind: 'wrong-type', ...FOR_EVER },
      { kind: 'truncated', ...FOR_EVER },
      { kind: 'reset-before', ...FOR_EVER },
    )
    await fc.assert(
      fc.asyncProperty(scene(kind), part, kinds, async ({ world, words }, index, broken) => {
        const healthy = kind.open(world)
        await healthy.run({ ...inputsOf(words), 'dry-run': 'true' })
        const reads = [...new Set(healthy.emulator.requests.map(({ path }) => path))].filter(isList)
        const victim = reads[index % (reads.length + 1)]
        const account = kind.open(world)
        const asksGitHub = healthy.github.requests.length > 0
        if (victim === undefined) account.github.faults.push({ ...broken })
        else account.emulator.faults.push({ ...broken, when: ({ path }) => path === victim })

        const acted = await account.run(inputsOf(words))

        if (victim === undefined && !asksGitHub) return
        expect(acted.ok).toBe(false)
        expect(account.asked()).toEqual([])
        expect(acted.outputs).toMatchObject({ status: 'failed', 'deleted-count': '0', results: '[]' })
      }),
      RUNS,
    )
  })
})

/** The same words with one more that narrows. */
function narrower(kind: Kind, words: Said): fc.Arbitrary<Said> {
  const ages = AGES.filter(([, ms]) => ms >= words.olderThan[1])
  const statuses = words.status.length === 0 ? [...kind.statuses] : [...words.status]
  const models = words.models.length === 0 ? ['m1', 'm2', 'm3'] : [...words.models]
  return fc.oneof(
    fc.constantFrom(...EXCLUDES).map((exclude) => ({ ...words, name: [...words.name, exclude] })),
    fc.constantFrom(...ages).map((olderThan) => ({ ...words, olderThan })),
    fc.subarray(statuses, { minLength: 1 }).map((status) => ({ ...words, status })),
    fc.integer({ min: words.keepLatest, max: 6 }).map((keepLatest) => ({ ...words, keepLatest })),
    fc.constantFrom(...PROTECTS).map((protect) => ({ ...words, protect: [...new Set([...words.protect, protect])] })),
    fc.constant({ ...words, allow: [] }),
    ...(kind === BASETEN ? [fc.subarray(models, { minLength: 1 }).map((some) => ({ ...words, models: some }))] : []),
  )
}

/** A passing fault at any request. */
function fault(): fc.Arbitrary<Fault> {
  const kinds: Fault[] = [
    { kind: 'reset-before' },
    { kind: 'lost-answer' },
    { kind: 'truncated' },
    { kind: 'wrong-type' },
    { kind: 'html' },
    { kind: 'hang-after' },
    { kind: 'status', status: 500 },
    { kind: 'status', status: 500, processed: true },
    { kind: 'status', status: 429 },
    { kind: 'status', status: 409, body: '{}' },
    { kind: 'status', status: 404, body: '{}' },
  ]
  return fc
    .record({
      kind: fc.constantFrom(...kinds),
      method: fc.constantFrom('GET', 'DELETE', 'PATCH', 'POST'),
      times: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ kind, method, times }) => ({
      ...kind,
      times,
      when: (request) => request.method === method && !request.path.startsWith('/oauth'),
    }))
}

async function planned(kind: Kind, world: World, words: Said): Promise<string[]> {
  return idsOf(await kind.open(world).run({ ...inputsOf(words), 'dry-run': 'true' }), 'planned')
}

function isIn({ model }: { model: string }, { models }: Said): boolean {
  return models.length === 0 || models.includes(model)
}

/** A request for everything, and not for one deployment. */
function isList(path: string): boolean {
  // Nothing depends on the quota.
  return /^\/v1\/models$|\/(deployments|environments)(\?.*)?$/.test(path) && !path.includes('/resourceQuota/')
}

function outside(ids: readonly string[], others: readonly string[]): string[] {
  return ids.filter((id) => !others.includes(id))
}

function inside(ids: readonly string[], others: readonly string[]): string[] {
  return ids.filter((id) => others.includes(id))
}
