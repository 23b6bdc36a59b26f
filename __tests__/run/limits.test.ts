import { describe, expect, it } from 'vitest'
import { transportTo } from '../support/transport.ts'
import { ago, alibabaAccount, basetenAccount, DAY, sapAccount } from '../sweep/accounts.ts'

type Inputs = Record<string, string>

const EMPTY = { alibaba: alibabaAccount, baseten: basetenAccount, sap: sapAccount }
const EXACT: Record<keyof typeof EMPTY, Inputs> = {
  alibaba: { 'deployment-id': 'qwen-pr42' },
  baseten: { 'model-id': 'm1', 'deployment-id': 'd1' },
  sap: { 'deployment-id': 'd748fdae9f88a9b0' },
}
const SWEEP: Inputs = { name: 'pr-*' }

const CASES = (['alibaba', 'baseten', 'sap'] as const).flatMap((provider) => [
  [provider, 'exact', EXACT[provider]] as const,
  [provider, 'a sweep', SWEEP] as const,
])

describe.each(CASES)('%s, %s, and a host that takes requests and never answers', (provider, _form, inputs) => {
  it.each([1, 7])('timeout %i s: the step ends then, not when the request would', async (seconds) => {
    const account = EMPTY[provider]()
    account.emulator.faults.push({ kind: 'hang', times: Number.POSITIVE_INFINITY })
    const acted = await account.run({ ...inputs, timeout: `${seconds}s` })
    expect(acted.ok).toBe(false)
    expect(acted.ms).toBeGreaterThanOrEqual(1000 * seconds)
    expect(acted.ms).toBeLessThan(1000 * seconds + 500)
  })

  it('cancelled before it begins: it ends within the two seconds of grace', async () => {
    const account = EMPTY[provider]()
    account.emulator.faults.push({ kind: 'hang', times: Number.POSITIVE_INFINITY })
    const acted = await account.run(inputs, { cancelled: AbortSignal.abort() })
    expect(acted.outputs['deleted-count']).toBe('0')
    expect(acted.ms).toBeLessThanOrEqual(2500)
  })

  it('cancelled later: it ends two seconds after, and asks nothing more', async () => {
    const account = EMPTY[provider]()
    account.emulator.faults.push({ kind: 'hang', times: Number.POSITIVE_INFINITY })
    const cancel = new AbortController()
    account.clock.at(3000, () => cancel.abort())
    const acted = await account.run(inputs, { cancelled: cancel.signal })
    expect(acted.ms).toBeLessThanOrEqual(5500)
    const last = Math.max(...account.emulator.requests.map(({ at }) => at))
    expect(last - (account.clock.now() - acted.ms)).toBeLessThanOrEqual(3000)
  })
})

describe('answers that take four seconds each', () => {
  it.each([3, 12, 40])('%i targets are deleted all the same', async (count) => {
    const account = sapAccount({ deleteMs: 0 })
    const ids = Array.from({ length: count }, (_, index) => `dep-${index}`)
    for (const id of ids) account.world.add({ id, status: 'STOPPED', configurationName: id, createdAt: ago(DAY) })
    const send = transportTo({ 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com': account.emulator })
    const acted = await account.run(
      { 'deployment-id': ids.join(','), timeout: '30m' },
      {
        transport: async (request) => {
          if (request.method === 'GET') await account.clock.sleep(4000)
          return send(request)
        },
      },
    )
    expect(acted.outputs['deleted-count']).toBe(String(count))
  })
})

describe('one of the answers of a look that takes four seconds, every time', () => {
  it('does not keep the target from being deleted', async () => {
    const account = basetenAccount()
    account.world.addModel({ id: 'm1' })
    account.world.addDeployment('m1', { id: 'live', production: true, createdAt: ago(DAY) })
    account.world.addDeployment('m1', { id: 'd1', name: 'pr-1', createdAt: ago(DAY) })
    const { handle } = account.emulator
    account.emulator.handle = async (request) => {
      const response = await handle(request)
      if (request.method === 'GET' && request.url.endsWith('/environments')) await account.clock.sleep(4000)
      return response
    }
    const acted = await account.run({ 'model-id': 'm1', 'deployment-id': 'd1', timeout: '5m' })
    expect(acted.outputs['deleted-count']).toBe('1')
  })
})
