import { describe, expect, it } from 'vitest'
import { matchCriteria } from '../../src/sweep/criteria.ts'
import { job } from '../run/job.ts'
import { ago, basetenAccount, DAY, errorsOf, idsOf, reasonOf, sapAccount } from './accounts.ts'
import { criteria } from './listed.ts'

const SWEEP = { name: 'PR-{pr}_*', 'model-id': 'm1' }

/** A model with production, and deployments of the pull requests 4 (closed), 42 (closed) and 43 (open). */
function account() {
  const made = basetenAccount()
  made.world.addModel({ id: 'm1' })
  made.world.addDeployment('m1', { id: 'live', name: 'main', production: true, createdAt: ago(30 * DAY) })
  for (const number of [4, 42, 43]) {
    made.github.world.addPull({ number, state: number === 43 ? 'OPEN' : 'CLOSED' })
    for (const part of ['a', 'b']) {
      made.world.addDeployment('m1', {
        id: `pr${number}${part}`,
        name: `PR-${number}_${part}`,
        createdAt: ago(DAY),
      })
    }
  }
  return made
}

describe("'pull-request' binds {pr} to one pull request", () => {
  it('closed: its deployments go, and those of no other', async () => {
    const made = account()
    const acted = await made.run({ ...SWEEP, 'pull-request': '4' })
    expect(idsOf(acted, 'deleted')).toEqual(['pr4a', 'pr4b'])
    expect(made.asked().sort()).toEqual(['pr4a', 'pr4b'])
    expect(idsOf(acted, 'kept')).toEqual([])
  })

  it('open: nothing goes, and the reason says so', async () => {
    const made = account()
    const acted = await made.run({ ...SWEEP, 'pull-request': '43' })
    expect({ ok: acted.ok, status: acted.outputs['status'] }).toEqual({ ok: true, status: 'nothing-to-delete' })
    expect(reasonOf(acted, 'pr43a')).toBe('pull request 43 is open')
    expect(made.asked()).toEqual([])
    expect(acted.log).toContain("notice: Nothing is deleted: 'pull-request' is 43, and pull request 43 is open")
  })

  it.each([
    ['nobody has', 99],
    ['an issue has', 7],
  ])('a number that %s: nothing goes, and a warning says so', async (_what, number) => {
    const made = account()
    made.github.world.addIssue({ number: 7, state: 'CLOSED' })
    made.world.addDeployment('m1', { id: 'other', name: `PR-${number}_a`, createdAt: ago(DAY) })
    const acted = await made.run({ ...SWEEP, 'pull-request': String(number) })
    expect(made.asked()).toEqual([])
    expect(acted.log.filter((line) => line.startsWith('warning'))).toEqual([
      `warning: Nothing is deleted: 'pull-request' is ${number}, and no pull request ${number} was found in this repository`,
    ])
  })

  it('a pattern without {pr} beside it: what it selects goes with that pull request, too', async () => {
    const made = account()
    made.world.addDeployment('m1', { id: 'smoke', name: 'smoke-1', createdAt: ago(DAY) })
    const open = await made.run({ ...SWEEP, name: 'PR-{pr}_*\nsmoke-*', 'pull-request': '43' })
    expect(idsOf(open, 'kept')).toEqual(['pr43a', 'pr43b', 'smoke'])
    expect(made.asked()).toEqual([])
    const closed = await made.run({ ...SWEEP, name: 'PR-{pr}_*\nsmoke-*', 'pull-request': '4' })
    expect(idsOf(closed, 'deleted')).toEqual(['pr4a', 'pr4b', 'smoke'])
  })

  it('exact IDs: refused while it is open, deleted once it is closed', async () => {
    const made = account()
    const inputs = { 'model-id': 'm1', 'deployment-id': 'pr43a', 'pull-request': '43' }
    const open = await made.run(inputs)
    expect({ ok: open.ok, reason: reasonOf(open, 'pr43a') }).toEqual({ ok: false, reason: 'pull request 43 is open' })
    expect(idsOf(open, 'refused')).toEqual(['pr43a'])
    expect(made.asked()).toEqual([])
    made.github.world.setState(43, 'MERGED')
    expect(idsOf(await made.run(inputs), 'deleted')).toEqual(['pr43a'])
  })

  it('exact IDs, and GitHub cannot be asked: nothing is deleted', async () => {
    const made = account()
    made.github.faults.push({ kind: 'status', status: 502, times: 100 })
    const acted = await made.run({ 'model-id': 'm1', 'deployment-id': 'pr4a', 'pull-request': '4' })
    expect(errorsOf(acted)[0]).toMatch(/^Nothing was deleted, because not everything could be read first: GitHub /)
    expect(made.asked()).toEqual([])
  })

  it.each(['', '0', '042', '#42', '-1', '4.2', '42,43', '1e3', 'Infinity', '2147483648', 'Closed', 'open', 'null'])(
    '%j is an error before any request',
    async (value) => {
      const made = account()
      const acted = await made.run({ ...SWEEP, 'pull-request': value })
      expect(acted.ok).toBe(false)
      expect(errorsOf(acted)).toEqual([expect.stringContaining("'pull-request' is ")])
      expect(made.requests() + made.github.requests.length).toBe(0)
    },
  )

  it('needs a token, also for exact IDs', async () => {
    const made = account()
    const acted = await made.run({
      'model-id': 'm1',
      'deployment-id': 'pr4a',
      'pull-request': '4',
      'github-token': '',
    })
    expect(errorsOf(acted)).toEqual(["'github-token' is empty, but 'pull-request' needs it"])
  })
})

describe('a name under a bound {pr}', () => {
  const fate = (name: string, patterns: string[], pullRequest: 'closed' | number) =>
    matchCriteria({ name }, criteria({ name: patterns, pullRequest }))

  it.each([
    ['PR-4_a', 'if-closed'],
    ['PR-42_a', 'none'],
    ['PR-004_a', 'if-closed'],
    ['main', 'none'],
  ])('%s under PR-{pr}_* and 4: %s', (name, kind) => {
    expect(fate(name, ['PR-{pr}_*'], 4).kind).toBe(kind)
  })

  it('of another number: the reason names both', () => {
    expect(fate('PR-42_a', ['PR-{pr}_*'], 4)).toEqual({
      kind: 'none',
      why: "its name has 42 for {pr}, and 'pull-request' is 4",
    })
  })

  it('that can also be read as another pull request is not taken', () => {
    expect(fate('pr-4-pr-42', ['*{pr}*'], 4)).toEqual({
      kind: 'ambiguous',
      why: "its name can also be read as pull request 42, and 'pull-request' is 4",
    })
    expect(fate('pr-4-pr-42', ['*{pr}*'], 7).kind).toBe('none')
  })

  it('that can be read as very many numbers is not taken, whether or not ours is among those followed', () => {
    const name = Array.from({ length: 12 }, (_, n) => `x${n}`).join('')
    for (const number of [0, 5, 11, 99]) expect(fate(name, ['*{pr}*'], number).kind).toBe('ambiguous')
  })
})

describe('a pull request that is opened again after the plan keeps its deployments', () => {
  it('Baseten: while the look before the deletion comes late', async () => {
    const made = account()
    made.justBefore(
      (method, path) => method === 'GET' && path.includes('/deployments') && made.github.requests.length > 0,
      () => void made.emulator.faults.push({ kind: 'status', status: 503, headers: { 'retry-after': '10' }, times: 9 }),
    )
    made.clock.at(5000, () => {
      made.emulator.faults.splice(0)
      made.github.world.setState(4, 'OPEN')
    })
    const acted = await made.run({ ...SWEEP, 'pull-request': '4' })
    expect(made.asked()).toEqual([])
    expect(idsOf(acted, 'kept')).toEqual(['pr4a', 'pr4b'])
    expect(reasonOf(acted, 'pr4a')).toBe('pull request 4 is open again')
  })

  it('Baseten: the plan is seconds old at most, so nothing is asked twice', async () => {
    const made = account()
    const acted = await made.run({ ...SWEEP, 'pull-request': '4' })
    expect(idsOf(acted, 'deleted')).toEqual(['pr4a', 'pr4b'])
    expect(made.github.requests).toHaveLength(1)
  })

  it.each<[string, Record<string, string>]>([
    ['{pr} of any closed one', {}],
    ['one that is named', { 'pull-request': '42' }],
  ])('SAP: while the stop is waited for, %s: it is not deleted, and the reason says so', async (_what, more) => {
    const made = sapAccount({ stopMs: 20_000 })
    made.github.world.addPull({ number: 42, state: 'CLOSED' })
    made.world.add({ id: 'd1-0', status: 'RUNNING', configurationName: 'pr-42-chat', createdAt: ago(DAY) })
    made.clock.at(10_000, () => made.github.world.setState(42, 'OPEN'))
    const acted = await made.run({ name: 'pr-{pr}-*', ...more })
    expect(made.world.has('d1-0')).toBe(true)
    expect(made.emulator.requests.filter(({ method }) => method === 'DELETE')).toEqual([])
    expect(reasonOf(acted, 'd1-0')).toContain('pull request 42 is open again')
  })

  it('SAP: exact IDs, while the stop is waited for: refused, and not deleted', async () => {
    const made = sapAccount({ stopMs: 20_000 })
    made.github.world.addPull({ number: 42, state: 'CLOSED' })
    made.world.add({ id: 'd1-0', status: 'RUNNING', createdAt: ago(DAY) })
    made.clock.at(10_000, () => made.github.world.setState(42, 'OPEN'))
    const acted = await made.run({ 'deployment-id': 'd1-0', 'pull-request': '42' })
    expect(idsOf(acted, 'refused')).toEqual(['d1-0'])
    expect(reasonOf(acted, 'd1-0')).toContain('pull request 42 is open again')
    expect(made.emulator.requests.filter(({ method }) => method === 'DELETE')).toEqual([])
  })

  it('SAP: the stop takes minutes, and GitHub is asked again once, before the deletion', async () => {
    const made = sapAccount({ stopMs: 300_000 })
    made.github.world.addPull({ number: 42, state: 'CLOSED' })
    made.world.add({ id: 'd1-0', status: 'RUNNING', configurationName: 'pr-42-chat', createdAt: ago(DAY) })
    const acted = await made.run({ name: 'pr-{pr}-*' })
    expect(idsOf(acted, 'deleted')).toEqual(['d1-0'])
    // With the plan, beside the look after the stop, and when the look showed it stopped.
    expect(made.github.requests.length).toBeLessThanOrEqual(4)
    const asked = made.github.requests.at(-1)?.at ?? 0
    const deleted = made.emulator.requests.find(({ method }) => method === 'DELETE')?.at ?? 0
    expect(deleted - asked).toBeLessThanOrEqual(5000)
  })

  it('many targets of many pull requests: one question for all that wait', async () => {
    const made = sapAccount({ stopMs: 20_000 })
    for (let n = 1; n <= 30; n++) {
      made.github.world.addPull({ number: n, state: 'CLOSED' })
      made.world.add({ id: `d${n}-0`, status: 'RUNNING', configurationName: `pr-${n}-chat`, createdAt: ago(DAY) })
    }
    made.clock.at(10_000, () => made.github.world.setState(7, 'OPEN'))
    const acted = await made.run({ name: 'pr-{pr}-*', 'max-deletions': '30' })
    expect(idsOf(acted, 'deleted')).toHaveLength(29)
    expect(made.world.has('d7-0')).toBe(true)
    expect(made.github.requests.length).toBeLessThanOrEqual(8)
  })

  it('GitHub cannot be asked again: nothing more is done', async () => {
    const made = sapAccount({ stopMs: 20_000 })
    made.github.world.addPull({ number: 42, state: 'CLOSED' })
    made.world.add({ id: 'd1-0', status: 'RUNNING', configurationName: 'pr-42-chat', createdAt: ago(DAY) })
    made.clock.at(10_000, () => void made.github.faults.push({ kind: 'status', status: 502, times: 10_000 }))
    const acted = await made.run({ name: 'pr-{pr}-*' })
    expect(acted.ok).toBe(false)
    expect(reasonOf(acted, 'd1-0')).toContain('GitHub could not be asked')
    expect(made.emulator.requests.filter(({ method }) => method === 'DELETE')).toEqual([])
  })

  it('GitHub fails for a moment: it is asked once more, and the deletion goes on', async () => {
    const made = sapAccount({ stopMs: 20_000 })
    made.github.world.addPull({ number: 42, state: 'CLOSED' })
    made.world.add({ id: 'd1-0', status: 'RUNNING', configurationName: 'pr-42-chat', createdAt: ago(DAY) })
    made.clock.at(10_000, () => void made.github.faults.push({ kind: 'status', status: 502, times: 6 }))
    expect(idsOf(await made.run({ name: 'pr-{pr}-*' }), 'deleted')).toEqual(['d1-0'])
  })

  it('a dry run asks once', async () => {
    const made = account()
    await made.run({ ...SWEEP, 'dry-run': 'true' })
    expect(made.github.requests).toHaveLength(1)
  })
})

describe("'pull-request' says who is told, whatever the event", () => {
  const ID = 'd748fdae9f88a9b0'
  function one() {
    const made = sapAccount()
    made.world.add({ id: ID, status: 'STOPPED', configurationName: 'pr-42-chat', createdAt: ago(DAY) })
    for (const number of [42, 43]) made.github.world.addPull({ number, state: 'CLOSED' })
    return made
  }

  it.each(['schedule', 'pull_request'] as const)('%s', async (event) => {
    const made = one()
    const { id } = made.github.world.addDeployment({ environment: 'pr-42', ref: 'branch-42', states: ['success'] })
    const inputs = { 'deployment-id': ID, 'pull-request': '42', comment: 'true', 'github-environment': 'pr-{pr}' }
    const { ok } = await made.run(inputs, job(event, 43))
    expect(ok).toBe(true)
    expect(made.github.world.comments(42)).toHaveLength(1)
    expect(made.github.world.comments(43)).toHaveLength(0)
    expect(made.github.world.stateOf(id)).toBe('inactive')
  })
})
