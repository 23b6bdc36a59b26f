import { describe, expect, it } from 'vitest'
import type { InstanceSeed } from '../../../emulators/alibaba-model-studio.ts'
import { type ReleaseRequest, releaseKey } from '../../../src/providers/alibaba-model-studio/release-key.ts'
import { fakeClock } from '../../support/clock.ts'
import { accepted, NEVER, onRelease, reserved } from './reserved.ts'
import { ID } from './studio.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const releaseFailure = { code: 'InternalError', message: 'no' }
const NIGHT_MS = 86_400_000

describe('the key of a release, on the wire', () => {
  it('one UUID as both x-acs-req-uuid and X-DashScope-RequestId', async () => {
    const account = reserved()
    await account.run()
    const [headers] = account.deletes().map((request) => request.headers)
    expect(headers?.['x-acs-req-uuid']).toMatch(UUID)
    expect(headers?.['x-dashscope-requestid']).toBe(headers?.['x-acs-req-uuid'])
  })

  it('only with releases: neither reads nor the DELETE of the reservation carry one', async () => {
    const account = reserved()
    await account.run()
    const carrying = account.emulator.requests.filter(({ headers }) => 'x-acs-req-uuid' in headers)
    expect(carrying).toEqual(account.emulator.requests.filter(onRelease))
  })

  it('no body and no query, which would make it another request under the same key', async () => {
    const account = reserved()
    await account.run()
    expect(account.deletes().map(({ body, path }) => body + (path.split('?')[1] ?? ''))).toEqual(['', ''])
  })

  it('another one for each instance', async () => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    await account.run()
    expect(new Set(account.releases().map(({ key }) => key)).size).toBe(2)
  })

  it('the same in a second run after one that broke off: the operation under way is joined, not begun anew', async () => {
    const account = reserved([{ instance_id: 'i1' }], { releaseMs: 3_600_000 })
    const stubborn = (body: { output: { records?: Record<string, unknown>[] } }) => {
      for (const record of body.output.records ?? []) Object.assign(record, { status: 'RUNNING', can_delete: true })
    }
    const first = await account.runEdited((_, body) => stubborn(body), { timeout: '10s' })
    const second = await account.runEdited((_, body) => stubborn(body), { timeout: '10s' })

    expect([first.outputs['status'], second.outputs['status']]).toEqual(['timed-out', 'timed-out'])
    expect(account.releases()).toHaveLength(2)
    expect(new Set(account.releases().map(({ key }) => key)).size).toBe(1)
    expect(accepted(account)).toEqual(['i1'])
  })

  it('the same again after a lost answer', async () => {
    const account = reserved()
    account.emulator.faults.push({ kind: 'reset-before', when: onRelease, times: 2 })
    await account.run()
    expect(account.releases()).toHaveLength(3)
    expect(new Set(account.releases().map(({ key }) => key)).size).toBe(1)
  })

  it('a new one for capacity that was bought again under the ID of what was released before', async () => {
    const account = reserved([{ instance_id: 'i1' }], { stopMs: NEVER })
    await account.run({ timeout: '30s' })
    account.world.addInstance(ID, { instance_id: 'i1', created: account.clock.now() })
    account.world.setStatus(ID, 'RUNNING')
    account.world.settings.stopMs = 1_000

    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(accepted(account)).toEqual(['i1', 'i1'])
  })

  it('bought again in the middle of a run: released anew at once', async () => {
    const account = reserved()
    account.clock.at(7_000, () => {
      account.world.addInstance(ID, { instance_id: 'i1', created: account.clock.now() })
      account.world.setStatus(ID, 'RUNNING')
    })

    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(accepted(account)).toEqual(['i1', 'i1'])
    expect(account.clock.elapsed()).toBeLessThan(60_000)
  })

  it('a run after one whose releases FAILED: meets those failures again, and goes on with new keys', async () => {
    const seed: InstanceSeed = { instance_id: 'i1', releaseFailure }
    const account = reserved([seed])
    expect((await account.run()).outputs['status']).toBe('failed')
    delete seed.releaseFailure

    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(accepted(account)).toHaveLength(4)
  })

  it('night after night FAILED, and then no more: each night has tries of its own', async () => {
    const clock = fakeClock()
    const seed: InstanceSeed = { instance_id: 'i1', releaseFailure }
    const account = reserved([seed], { clock })
    for (let night = 0; night < 10; night++) {
      expect((await account.run()).outputs['status']).toBe('failed')
      await clock.sleep(NIGHT_MS)
    }
    delete seed.releaseFailure
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(account.releases().length).toBeLessThan(60)
  })
})

describe('the key itself', () => {
  const request: ReleaseRequest = {
    deployment: 'd',
    createdAt: 1_700_000_000_000,
    instance: 'i',
    boughtAt: 1_700_000_001_000,
    attempt: 0,
    run: undefined,
  }

  it('is a UUID, always the same for the same request', () => {
    expect(releaseKey(request)).toMatch(UUID)
    expect(releaseKey({ ...request })).toBe(releaseKey(request))
  })

  it.each<[string, Partial<ReleaseRequest>]>([
    ['deployment', { deployment: 'e' }],
    ['creation time of the deployment', { createdAt: 1_700_000_000_001 }],
    ['unknown creation time', { createdAt: undefined }],
    ['instance', { instance: 'j' }],
    ['creation time of the instance', { boughtAt: undefined }],
    ['attempt', { attempt: 1 }],
    ['day', { run: 20_000 }],
    ['split of the texts', { deployment: 'd","i', instance: '' }],
  ])('is another one for another %s', (_what, other) => {
    expect(releaseKey({ ...request, ...other })).not.toBe(releaseKey(request))
  })
})
