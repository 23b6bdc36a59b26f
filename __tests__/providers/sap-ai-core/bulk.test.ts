import { describe, expect, it } from 'vitest'
import type { Fault } from '../../../emulators/emulator.ts'
import { OLD, tenant } from './setup.ts'

const many = (count: number) => Array.from({ length: count }, (_, at) => `d-bulk-${String(at).padStart(3, '0')}`)

/** A request about many that is refused as a whole. */
const REFUSED: Fault = {
  kind: 'status',
  status: 400,
  body: '{"error":{"code":"01010099","message":"no"}}',
  when: ({ method, path }) => method === 'PATCH' && path === '/v2/lm/deployments',
}

/** A tenant with so many RUNNING deployments, and the run that deletes them all. */
function running(count: number, options: Parameters<typeof tenant>[0] = {}) {
  const { sap, run, api } = tenant(options)
  const ids = many(count)
  for (const id of ids) sap.world.add({ id, status: 'RUNNING', createdAt: OLD })
  const writes = () => api().filter(({ method }) => method !== 'GET')
  return { sap, ids, writes, api, run: () => run({ 'deployment-id': ids.join('\n') }) }
}

describe('SAP AI Core, many deployments at once', () => {
  it('with bulkUpdates: one PATCH stops and one deletes up to a hundred, in place of two requests each', async () => {
    const { sap, run, writes } = running(100, { bulk: true })
    const { outputs } = await run()
    expect(outputs['deleted-count']).toBe('100')
    expect(writes().map(({ method, path }) => `${method} ${path}`)).toEqual(Array(2).fill('PATCH /v2/lm/deployments'))
    expect(sap.world.events.filter(({ what }) => what === 'refused')).toEqual([])
  })

  it('without: two writes each, after asking once whether there is more', async () => {
    const { run, writes, api } = running(20, { bulk: false })
    const { outputs } = await run()
    expect(outputs['deleted-count']).toBe('20')
    expect(writes()).toHaveLength(40)
    expect(api().filter(({ path }) => path.endsWith('/lm/meta'))).toHaveLength(1)
  })

  it('a few are not worth asking', async () => {
    const { run, api } = running(5, { bulk: true })
    expect((await run()).outputs['deleted-count']).toBe('5')
    expect(api().some(({ path }) => path.endsWith('/lm/meta'))).toBe(false)
  })

  it('promised but refused as a whole: each alone', async () => {
    const { sap, run, writes } = running(12, { bulk: true })
    sap.faults.push(REFUSED)
    expect((await run()).outputs['deleted-count']).toBe('12')
    expect(writes()).toHaveLength(25)
  })

  it('carried out, and refused all the same by what stands in between: looked at before each goes alone', async () => {
    const { sap, run, api } = running(12, { bulk: true })
    sap.faults.push({ ...REFUSED, processed: true })
    expect((await run()).outputs['deleted-count']).toBe('12')
    const sent = api().map(({ method, path }) => `${method} ${path}`)
    const refused = sent.indexOf('PATCH /v2/lm/deployments')
    expect(sent[refused + 1]).toMatch(/^GET /)
    expect(sent.filter((each) => each.startsWith('PATCH'))).toHaveLength(1)
    expect(sap.world.events.filter(({ what }) => what === 'refused')).toEqual([])
  })

  it('an item that fails is looked at again and done alone; the others are not held up', async () => {
    const { sap, ids, run } = running(12, { bulk: true })
    const [first = ''] = ids
    // It stops by itself between the look and the PATCH, so that its item is refused.
    const emulated = sap.handle
    let done = false
    Object.assign(sap, {
      handle: (request: Request) => {
        if (!done && request.method === 'PATCH') {
          done = true
          sap.world.change(first, { status: 'STOPPED', targetStatus: 'STOPPED' })
        }
        return emulated(request)
      },
    })
    const { outputs, results } = await run()
    expect(outputs['deleted-count']).toBe('12')
    expect(results.every(({ outcome }) => outcome === 'deleted')).toBe(true)
    expect(sap.world.has(first)).toBe(false)
  })

  it('one that is gone meanwhile is already gone, and the others are deleted', async () => {
    const { sap, ids, run } = running(12, { bulk: true })
    const [first = ''] = ids
    const emulated = sap.handle
    Object.assign(sap, {
      handle: (request: Request) => {
        if (request.method === 'PATCH') sap.world.remove(first)
        return emulated(request)
      },
    })
    const { ok, outputs, results } = await run()
    expect([ok, outputs['deleted-count']]).toEqual([true, '11'])
    expect(results.find(({ id }) => id === first)).toMatchObject({
      ...{ outcome: 'already-gone', reason: 'disappeared before this run deleted it' },
    })
  })

  it('the answer of a bulk PATCH is lost: looked at before anything is repeated', async () => {
    const { sap, run, writes } = running(12, { bulk: true })
    sap.faults.push({ kind: 'lost-answer', when: ({ method }) => method === 'PATCH' })
    expect((await run()).outputs['deleted-count']).toBe('12')
    expect(writes()).toHaveLength(2)
  })
})
