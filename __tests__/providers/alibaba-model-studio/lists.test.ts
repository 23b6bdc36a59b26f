import { describe, expect, it } from 'vitest'
import { type AlibabaOptions, createAlibabaEmulator } from '../../../emulators/alibaba-model-studio.ts'
import { act } from '../../support/act.ts'
import { fakeClock, START } from '../../support/clock.ts'
import { SINGAPORE } from './studio.ts'

/** An account with `targets` to go, by ID, and `others` that stay. */
function crowd(
  targets: number,
  others: number,
  { latencyMs = 0, ...options }: AlibabaOptions & { latencyMs?: number },
) {
  const clock = fakeClock()
  const emulator = createAlibabaEmulator({ now: clock.now, ...options })
  const ids = Array.from({ length: targets }, (_, index) => `pr-${index}`)
  const all = [...ids, ...Array.from({ length: others }, (_, index) => `main-${index}`)]
  emulator.world.seed(...all.map((deployed_model) => ({ deployed_model, created: START - 3_600_000 })))
  const inputs = { provider: 'alibaba-model-studio', 'api-key': 'sk-emulated', 'deployment-id': ids.join(',') }
  const handle = async (request: Request) => {
    if (latencyMs > 0) await clock.sleep(latencyMs)
    return emulator.handle(request)
  }
  const run = () => act({ inputs, clock, emulators: { [SINGAPORE]: { ...emulator, handle } } })
  const count = (pattern: RegExp) =>
    emulator.requests.filter(({ method, path }) => pattern.test(`${method} ${path}`)).length
  return {
    emulator,
    clock,
    run,
    gets: () => count(/^GET [^?]*\/pr-\d+$/),
    lists: () => count(/^GET [^?]*\/deployments\?/),
  }
}

const others = (count: number) => Array.from({ length: count }, (_, index) => `main-${index}`).sort()

describe('Alibaba Model Studio, many targets', () => {
  it('on one page: the list looks at all of them, and GET agrees about each at its end', async () => {
    const { emulator, run, gets } = crowd(60, 30, { deleteMs: 20_000 })
    const { outputs } = await run()
    expect([outputs['deleted-count'], gets()]).toEqual(['60', 60])
    expect(emulator.world.ids().sort()).toEqual(others(30))
  })

  it('on several pages: no more than one GET for each, at its end', async () => {
    const { emulator, run, gets, lists } = crowd(500, 300, { deleteMs: 20_000 })
    const { outputs } = await run()
    expect(outputs['deleted-count']).toBe('500')
    expect(gets()).toBeLessThanOrEqual(500)
    expect(lists()).toBeLessThan(250)
    expect(emulator.world.ids().sort()).toEqual(others(300))
  })

  it('lists that change while a thousand are deleted: GET is asked once for each, and not before the lists are steady', async () => {
    const { run, gets } = crowd(1000, 0, { deleteMs: 2500, latencyMs: 50 })
    const { outputs } = await run()
    expect(outputs['deleted-count']).toBe('1000')
    expect(gets()).toBeLessThan(1100)
  })

  it.each<[string, AlibabaOptions]>([
    ['that no list has shown on its way out', { deleteMs: 0 }],
    ['whose list does not say how many there are', { deleteMs: 20_000, listTotal: 'absent' }],
    ['whose list says there are more than it shows', { deleteMs: 20_000, listTotal: 'more' }],
  ])('%s: only GET proves that each is gone', async (_what, options) => {
    const { emulator, run } = crowd(120, 10, options)
    const { outputs } = await run()
    expect(outputs['deleted-count']).toBe('120')
    const asked = emulator.requests.filter(({ method, status }) => method === 'GET' && status === 404)
    expect(new Set(asked.map(({ path }) => path)).size).toBe(120)
  })

  it('another one that hangs on its way out keeps nobody waiting', async () => {
    const { emulator, run } = crowd(40, 5, { deleteMs: 100 })
    emulator.world.seed({ deployed_model: 'theirs', status: 'DELETING', created: START - 3_600_000 })
    const { outputs, ms } = await run()
    expect([outputs['deleted-count'], ms < 10_000]).toEqual(['40', true])
  })
})
