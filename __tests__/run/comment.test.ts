import { describe, expect, it } from 'vitest'
import type { Fault } from '../../emulators/emulator.ts'
import { NASTY } from '../report/scenes.ts'
import { ago, basetenAccount, DAY, sapAccount } from '../sweep/accounts.ts'
import { comments, gitHubWrites, job, RUN_URL, warnings } from './job.ts'

const ID = 'd748fdae9f88a9b0'
const EXACT = { 'deployment-id': ID, comment: 'true' }
const SWEEP = { name: 'pr-{pr}-*', comment: 'true' }

/** An account with one deployment, and the pull request 42. */
function one(permissions?: Record<string, 'read' | 'write'>) {
  const account = sapAccount({}, permissions === undefined ? {} : { permissions })
  account.world.add({ id: ID, status: 'RUNNING', configurationName: 'pr-42-chat', createdAt: ago(DAY) })
  account.github.world.addPull({ number: 42, state: 'MERGED' })
  return account
}

/** Deployments of pull requests: 41 and 42 are merged, 57 is open. */
function many() {
  const account = sapAccount()
  for (const [number, state] of [
    [41, 'MERGED'],
    [42, 'CLOSED'],
    [57, 'OPEN'],
  ] as const) {
    account.github.world.addPull({ number, state })
    for (const [n, part] of ['chat', 'embed'].entries()) {
      const id = `d0000000000000${number}${n}`.slice(-16)
      account.world.add({ id, status: 'STOPPED', configurationName: `pr-${number}-${part}`, createdAt: ago(DAY) })
    }
  }
  return account
}

describe('comment: true on a pull request', () => {
  it.each(['pull_request', 'pull_request_target'] as const)(
    '%s: tells what was deleted, with a link to the run',
    async (event) => {
      const account = one()
      const { ok } = await account.run(EXACT, job(event))
      expect(ok).toBe(true)
      const [body = '', ...others] = comments(account)
      expect(others).toEqual([])
      expect(body).toContain('✅ Undeploy: 1 deleted')
      expect(body).toContain(`<code>${ID}</code>`)
      expect(body).toContain(`[The run](${RUN_URL})`)
    },
  )

  it('a second run updates it: never a second comment', async () => {
    const account = one()
    await account.run(EXACT, job('pull_request'))
    await account.run(EXACT, job('pull_request'))
    expect(comments(account)).toHaveLength(1)
    expect(comments(account)[0]).toContain('1 already-gone')
    expect(gitHubWrites(account)).toEqual(['POST', 'PATCH'])
  })

  it('two steps of a job share it, a section each', async () => {
    const account = one()
    await account.run(EXACT, job('pull_request'))
    await account.run(
      { ...EXACT, 'deployment-id': 'd000000000000001' },
      job('pull_request', 42, { GITHUB_ACTION: 'second' }),
    )
    expect(comments(account)).toHaveLength(1)
    expect(comments(account)[0]).toMatch(/1 deleted[\s\S]*1 already-gone/)
  })

  it('tells what failed, and why nothing was begun', async () => {
    const account = one()
    account.emulator.faults.push({
      kind: 'status',
      status: 401,
      times: 100,
      when: ({ path }) => path === '/oauth/token',
    })
    await account.run(EXACT, job('pull_request'))
    expect(comments(account)[0]).toContain('❌ Undeploy: 1 failed')
    await account.run({ ...SWEEP, name: 'pr-*' }, job('pull_request'))
    expect(comments(account)[0]).toContain('❌ Undeploy: nothing was deleted')
  })

  it('a dry run is told too, as one', async () => {
    const account = one()
    await account.run({ ...EXACT, 'dry-run': 'true' }, job('pull_request'))
    expect(comments(account)[0]).toMatch(
      /📝 Undeploy: dry run: 1 would be deleted\*\* \(sap-ai-core, dry run: nothing was changed\)/,
    )
  })

  it('comment: false, the default: GitHub is not asked at all', async () => {
    const account = one()
    await account.run({ 'deployment-id': ID }, job('pull_request'))
    expect(account.github.requests).toEqual([])
  })

  it('wrong inputs: GitHub is not asked at all', async () => {
    const account = one()
    await account.run({ ...EXACT, 'dry-run': '' }, job('pull_request'))
    expect(account.github.requests).toEqual([])
  })

  it('hostile names mention nobody and break nothing', async () => {
    const account = basetenAccount()
    account.github.world.addPull({ number: 42 })
    const model = account.world.addModel({ id: 'm1' })
    account.world.addDeployment(model.id, { id: 'prod', production: true })
    const ids = NASTY.map((name, n) => account.world.addDeployment(model.id, { id: `bad${n}`, name }).id)
    const { ok } = await account.run(
      { 'model-id': 'm1', 'deployment-id': ids.join(','), comment: 'true' },
      job('pull_request'),
    )
    expect(ok).toBe(true)
    const [body = ''] = comments(account)
    expect(body).not.toMatch(/@\w|<script|<img|!\[|https?:\/\/evil/)
    expect(body.match(/<!--/g)).toHaveLength(3)
  })

  it('hundreds of targets stay below what GitHub takes', async () => {
    const account = sapAccount()
    account.github.world.addPull({ number: 42 })
    for (let n = 0; n < 400; n++) {
      const id = `d${n.toString(16).padStart(15, '0')}`
      account.world.add({ id, status: 'STOPPED', configurationName: `x-${n}`, createdAt: ago(DAY) })
    }
    const { ok, log } = await account.run(
      { name: 'x-*', 'max-deletions': '1000', comment: 'true' },
      job('pull_request'),
    )
    expect({ ok, warnings: log.filter((line) => line.startsWith('warning')) }).toEqual({ ok: true, warnings: [] })
    expect(comments(account)[0]?.length).toBeLessThan(65_536)
    expect(comments(account)[0]).toContain('shows all 400 targets')
  })
})

describe('comment: true on a {pr} sweep', () => {
  it('each pull request whose deployments went is told of those, and no other', async () => {
    const account = many()
    await account.run(SWEEP, job('schedule'))
    for (const number of [41, 42]) {
      const [body = '', ...others] = comments(account, number)
      expect(others).toEqual([])
      expect(body).toContain('✅ Undeploy: 2 deleted')
      expect(body).toContain(`pr-${number}-chat`)
      expect(body).not.toContain(`pr-${number === 41 ? 42 : 41}-chat`)
    }
    expect(comments(account, 57)).toEqual([])
  })

  it('nothing is said in a dry run', async () => {
    const account = many()
    await account.run({ ...SWEEP, 'dry-run': 'true' }, job('schedule'))
    expect(gitHubWrites(account)).toEqual([])
  })

  it('nothing is said where the cap stopped it, or nothing went', async () => {
    const account = many()
    await account.run({ ...SWEEP, 'max-deletions': '1' }, job('schedule'))
    await account.run({ ...SWEEP, 'older-than': '30d' }, job('schedule'))
    expect(gitHubWrites(account)).toEqual([])
  })

  it('in a run for a pull request, that one is told everything', async () => {
    const account = many()
    await account.run(SWEEP, job('pull_request', 42))
    expect(comments(account, 42)[0]).toContain('4 deleted, 2 kept')
    expect(comments(account, 41)[0]).toContain('2 deleted')
  })
})

describe('a comment that cannot be written never fails the step', () => {
  it('no permission: a warning that names it, and the step succeeds', async () => {
    const account = one({ contents: 'read' })
    const acted = await account.run(EXACT, job('pull_request'))
    expect(acted.ok).toBe(true)
    expect(acted.outputs['status']).toBe('deleted')
    expect(warnings(acted)).toEqual([expect.stringContaining("'permissions: pull-requests: write'")])
  })

  it('no pull request: said in the log, and nothing is asked', async () => {
    const account = one()
    const { ok, log } = await account.run(EXACT, job('schedule'))
    expect(ok).toBe(true)
    expect(log).toContain("info: 'comment': there is no pull request to write to")
    expect(gitHubWrites(account)).toEqual([])
  })

  it('GitHub does not answer: given up after half a minute', async () => {
    const account = one()
    const clock = account.clock
    const acted = await account.run(EXACT, job('pull_request'))
    expect(acted.ok).toBe(true)
    const before = clock.elapsed()
    account.github.faults.push({ kind: 'status', status: 403, times: 100, headers: { 'retry-after': '3600' } })
    const again = await account.run(EXACT, job('pull_request'))
    expect(again.ok).toBe(true)
    expect(warnings(again).join()).toContain('commenting on pull request 42')
    // Before that, what is already gone is looked for over half a minute.
    expect(clock.elapsed() - before).toBeLessThanOrEqual(62_000)
  })

  it.each<[string, Fault]>([
    ['answers HTML', { kind: 'html', times: 999 }],
    ['breaks every connection', { kind: 'reset-before', times: 999 }],
    ['answers something else', { kind: 'wrong-type', times: 999 }],
  ])('GitHub %s: a warning, and no permission is blamed', async (_what, fault) => {
    const account = one()
    account.github.faults.push(fault)
    const acted = await account.run(EXACT, job('pull_request'))
    expect({ ok: acted.ok, status: acted.outputs['status'] }).toEqual({ ok: true, status: 'deleted' })
    expect(warnings(acted)).toEqual([expect.stringContaining('commenting on pull request 42')])
    expect(warnings(acted).join()).not.toContain('permissions')
  })

  it('on very many pull requests: a few warnings, the rest in one', async () => {
    const account = sapAccount({}, { permissions: { contents: 'read', 'pull-requests': 'read' } })
    for (let n = 1; n <= 9; n++) {
      account.github.world.addPull({ number: n, state: 'CLOSED' })
      account.world.add({
        id: `d00000000000000${n}`,
        status: 'STOPPED',
        configurationName: `pr-${n}-x`,
        createdAt: ago(DAY),
      })
    }
    const acted = await account.run(SWEEP, job('schedule'))
    expect(acted.outputs['deleted-count']).toBe('9')
    expect(warnings(acted)).toHaveLength(4)
    for (let n = 1; n <= 9; n++) expect(warnings(acted).join('\n')).toContain(`pull request ${n}:`)
  })

  it('no secret gets into it', async () => {
    const account = one()
    account.world.add({
      id: 'd000000000000009',
      status: 'STOPPED',
      configurationName: 'x ghs_emulated x',
      createdAt: ago(DAY),
    })
    await account.run({ ...EXACT, 'deployment-id': 'd000000000000009' }, job('pull_request'))
    expect(comments(account)[0]).toContain('<b>x &#42;&#42;&#42; x</b>')
    expect(comments(account)[0]).not.toContain('ghs_emulated')
  })
})
