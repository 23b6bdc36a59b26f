import { describe, expect, it } from 'vitest'
import type { FaultKind, RecordedRequest } from '../../../emulators/emulator.ts'
import { ID, OLD, tenant } from './setup.ts'

const status = (code: number, processed = false): FaultKind => ({ kind: 'status', status: code, processed })

const PROCESSED: [string, FaultKind][] = [
  ['is lost (connection reset after it was carried out)', { kind: 'lost-answer' }],
  ['never comes although it was carried out', { kind: 'hang-after' }],
  ['is cut in the middle', { kind: 'truncated' }],
  ['is far too long', { kind: 'huge' }],
  ['trickles for ever', { kind: 'slow' }],
  ['is 500 although it was carried out', status(500, true)],
  ['is 502 although it was carried out', status(502, true)],
  ['is 504 although it was carried out', status(504, true)],
  ['is 507 although it was carried out', status(507, true)],
  ["is a proxy's 524 although it was carried out", status(524, true)],
]

const NOT_PROCESSED: [string, FaultKind][] = [
  ['is a reset connection', { kind: 'reset-before' }],
  ['never comes', { kind: 'hang' }],
  ["is a gateway's HTML page", { kind: 'html' }],
  ['is 408', status(408)],
  ['is 429', status(429)],
  ['is 500', status(500)],
  ['is 502', status(502)],
  ['is 503', status(503)],
  ['is 504', status(504)],
  ["is a proxy's 520", status(520)],
]

const to =
  (method: string) =>
  (request: RecordedRequest): boolean =>
    request.method === method && request.path.startsWith('/v2')

/** A tenant with one RUNNING deployment. */
function running() {
  const world = tenant()
  world.sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })
  return world
}

describe.each(['PATCH', 'DELETE'])('SAP AI Core, the answer to %s', (method) => {
  const other = method === 'PATCH' ? 'DELETE' : 'PATCH'

  it.each(PROCESSED)('%s: looked at, and not sent a second time', async (name, fault) => {
    const { sap, run, writes, blindWrites } = running()
    sap.faults.push({ ...fault, when: to(method) })

    // A DELETE without an answer for a minute: it is gone by then, and no look has shown it being deleted.
    const isSilent = method === 'DELETE' && /never comes|trickles/.test(name)
    expect((await run()).outputs['status']).toBe(isSilent ? 'already-gone' : 'deleted')
    expect(writes().filter((each) => each === method)).toHaveLength(1)
    expect(writes().filter((each) => each === other)).toHaveLength(1)
    expect(blindWrites()).toEqual([])
  })

  it.each(NOT_PROCESSED)('%s: looked at, then sent once more', async (_name, fault) => {
    const { sap, run, writes, blindWrites } = running()
    sap.faults.push({ ...fault, when: to(method) })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes().filter((each) => each === method)).toHaveLength(2)
    expect(blindWrites()).toEqual([])
  })

  it('is lost, and the look after it fails as well: the look is repeated, not the write', async () => {
    const { sap, run, writes, blindWrites } = running()
    const wasSent = () => writes().includes(method)
    sap.faults.push({ kind: 'lost-answer', when: to(method) })
    sap.faults.push({ ...status(503), times: 3, when: (request) => wasSent() && to('GET')(request) })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes().filter((each) => each === method)).toHaveLength(1)
    expect(blindWrites()).toEqual([])
  })

  it('is of another shape: accepted is accepted, the look decides', async () => {
    const { sap, run, writes } = running()
    sap.faults.push({ kind: 'wrong-type', when: to(method) })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['PATCH', 'DELETE'])
  })

  it('is 429 with Retry-After: nothing at all is sent before', async () => {
    const { sap, run, api } = running()
    sap.faults.push({ kind: 'status', status: 429, headers: { 'retry-after': '20' }, when: to(method) })

    expect((await run()).outputs['status']).toBe('deleted')
    const at = api().findIndex(({ status: answered }) => answered === 429)
    expect((api()[at + 1]?.at ?? 0) - (api()[at]?.at ?? 0)).toBeGreaterThanOrEqual(20_000)
  })

  it('is 503 for ever: timed out, with the last state, and not called gone', async () => {
    const { sap, run, writes } = running()
    sap.faults.push({ ...status(503), times: 9999, when: to(method) })

    const { ok, results } = await run()

    expect(ok).toBe(false)
    expect(['failed', 'timed-out']).toContain(results[0]?.['outcome'])
    expect(results[0]?.['reason']).toContain(method === 'PATCH' ? 'RUNNING' : 'STOPPED')
    expect(writes().length).toBeLessThan(20)
    expect(sap.world.has(ID)).toBe(true)
  })

  it.each([200, 204])('is %s instead of 202: taken as success', async (code) => {
    const { sap, run, writes } = running()
    sap.faults.push({ ...status(code, true), when: to(method) })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['PATCH', 'DELETE'])
  })
})

describe('SAP AI Core, a DELETE whose answer was lost', () => {
  it.each([
    [0, 'already-gone'],
    [5000, 'deleted'],
  ])('and that finds nothing (any more) when it is looked at (deletion takes %s ms): %s', async (deleteMs, status) => {
    const { sap, run, writes } = tenant({ deleteMs })
    sap.world.add({ id: ID, status: 'STOPPED', createdAt: OLD })
    sap.faults.push({ kind: 'lost-answer', when: to('DELETE') })

    expect((await run()).outputs['status']).toBe(status)
    expect(writes()).toEqual(['DELETE'])
  })

  it('and that was not carried out: the second one is, after a look', async () => {
    const { sap, run, writes, blindWrites } = tenant()
    sap.world.add({ id: ID, status: 'STOPPED', createdAt: OLD })
    sap.faults.push({ kind: 'reset-before', when: to('DELETE') })

    const { outputs } = await run()

    expect(outputs['status']).toBe('deleted')
    expect(JSON.parse(outputs['tombstone'] ?? '')).toMatchObject({ id: ID })
    expect(writes()).toEqual(['DELETE', 'DELETE'])
    expect(blindWrites()).toEqual([])
  })
})

describe('SAP AI Core, the answer to a GET', () => {
  const all = [...NOT_PROCESSED, ...PROCESSED.filter(([, { kind }]) => kind !== 'status')]

  it.each(all)('%s: looked again, and nothing is decided on it', async (_name, fault) => {
    const { sap, run, writes, story } = running()
    sap.faults.push({ ...fault, times: 2, when: to('GET') })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['PATCH', 'DELETE'])
    expect(story().filter((line) => line.startsWith('refused'))).toEqual([])
  })

  it.each([
    ['a list instead of an object', '[]'],
    ['an object without status', `{"id":"${ID}"}`],
    ['a status that is no text', `{"id":"${ID}","status":7}`],
    ['null', 'null'],
    ['plain text', 'RUNNING'],
  ])('is %s: looked again', async (_name, body) => {
    const { sap, run, writes } = running()
    sap.faults.push({ kind: 'status', status: 200, body, when: to('GET') })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['PATCH', 'DELETE'])
  })

  it.each([
    ['503', status(503)],
    ["a gateway's HTML page", { kind: 'html' as const }],
    ['a list', { kind: 'wrong-type' as const }],
    ['a reset connection', { kind: 'reset-before' as const }],
  ])('is %s for ever: timed out, never gone, and nothing was sent', async (_name, fault) => {
    const { sap, run, writes } = running()
    sap.faults.push({ ...fault, times: 9999, when: to('GET') })

    const { ok, outputs } = await run()

    expect(ok).toBe(false)
    expect(outputs['status']).toBe('timed-out')
    expect(writes()).toEqual([])
  })

  it('breaks for ever once deletion was accepted: timed out, with what was reached', async () => {
    const { sap, run, clock } = tenant({ deleteMs: 60_000 })
    sap.world.add({ id: ID, status: 'STOPPED', createdAt: OLD })
    clock.at(3000, () => sap.faults.push({ ...status(503), times: 9999 }))

    const { results } = await run()

    expect(results[0]).toMatchObject({ outcome: 'timed-out', reason: expect.stringContaining('deletion was accepted') })
  })

  it.each([404, 410, 403])("is an HTML page with %s: a gateway's word, never gone", async (code) => {
    const { sap, run } = running()
    const headers = { 'content-type': 'text/html' }
    sap.faults.push({ kind: 'status', status: code, body: '<html>no</html>', headers, times: 9999, when: to('GET') })

    const { outputs } = await run()

    expect(outputs['status']).toBe('timed-out')
    expect(outputs['deleted-ids']).toBe('[]')
  })
})
