import { describe, expect, it } from 'vitest'
import { errorBody, ID, OLD, ORIGIN, tenant } from './setup.ts'

describe('SAP AI Core, the state changes between look and act', () => {
  it.each([400, 409, 412] as const)(
    'UNKNOWN turns PENDING: DELETE refused with %s, then stopped, then deleted',
    async (refusal) => {
      const { sap, run, justBefore, writes, story } = tenant({ refusal, demandDeleteBody: false })
      sap.world.add({ id: ID, status: 'UNKNOWN', createdAt: OLD })
      justBefore('DELETE', () => sap.world.change(ID, { status: 'PENDING' }))

      expect((await run()).outputs['status']).toBe('deleted')
      expect(writes()).toEqual(['DELETE', 'PATCH', 'DELETE'])
      expect(story()).toContain('refused delete PENDING')
    },
  )

  it('a fresh one on its way from UNKNOWN over PENDING to RUNNING is caught and deleted', async () => {
    const { sap, run, justBefore } = tenant({ pendingMs: 400 })
    sap.world.create({ id: ID })
    justBefore('DELETE', () => sap.world.change(ID, { status: 'PENDING' }))

    expect((await run()).outputs['status']).toBe('deleted')
    expect(sap.world.has(ID)).toBe(false)
  })

  it('PENDING turns RUNNING: the one PATCH stops it all the same', async () => {
    const { sap, run, justBefore, writes } = tenant()
    sap.world.add({ id: ID, status: 'PENDING', createdAt: OLD })
    justBefore('PATCH', () => sap.world.change(ID, { status: 'RUNNING' }))

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['PATCH', 'DELETE'])
  })

  it('RUNNING dies: PATCH refused, then deleted without a second PATCH', async () => {
    const { sap, run, justBefore, writes } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })
    justBefore('PATCH', () => sap.world.change(ID, { status: 'DEAD' }))

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['PATCH', 'DELETE'])
  })

  it('somebody else stops it: PATCH refused, their stop is waited for, then deleted', async () => {
    const { sap, run, justBefore, writes } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })
    justBefore('PATCH', () => {
      sap.world.change(ID, { status: 'STOPPING', targetStatus: 'STOPPED' })
      sap.world.after(4000, () => sap.world.change(ID, { status: 'STOPPED' }))
    })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['PATCH', 'DELETE'])
  })

  it.each(['PATCH', 'DELETE'])(
    'it vanishes right before our %s: already gone, and the reason is honest',
    async (method) => {
      const { sap, run, justBefore } = tenant()
      sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })
      justBefore(method, () => sap.world.remove(ID))

      const { ok, results } = await run()

      expect(ok).toBe(true)
      const reason = expect.stringContaining('disappeared before this run deleted it')
      expect(results[0]).toMatchObject({ outcome: 'already-gone', reason })
    },
  )

  it('somebody else deletes it right before our DELETE: the refusal leads to waiting, not to a second DELETE', async () => {
    const { sap, run, justBefore, writes } = tenant()
    sap.world.add({ id: ID, status: 'STOPPED', createdAt: OLD })
    justBefore('DELETE', () => {
      sap.world.change(ID, { targetStatus: 'DELETED' })
      sap.world.after(6000, () => sap.world.remove(ID))
    })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['DELETE'])
  })

  it('it vanishes while it is STOPPING: already gone, no DELETE is sent', async () => {
    const { sap, run, writes } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, behaviour: { stopEnds: 'GONE' } })

    const { results } = await run()

    expect(results[0]).toMatchObject({
      outcome: 'already-gone',
      reason: expect.stringContaining('disappeared before this run deleted it'),
    })
    expect(writes()).toEqual(['PATCH'])
  })

  it.each(['DEAD', 'UNKNOWN'] as const)(
    'stopping ends in %s: deleted from there, with no second PATCH',
    async (stopEnds) => {
      const { sap, run, writes, story } = tenant()
      sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, behaviour: { stopEnds } })

      expect((await run()).outputs['status']).toBe('deleted')
      expect(writes()).toEqual(['PATCH', 'DELETE'])
      expect(story()).toContain(`accepted delete ${stopEnds}`)
    },
  )

  it('a stop shows late (still RUNNING with target RUNNING for a while): no second PATCH meanwhile', async () => {
    const { sap, run, clock, writes } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })
    const body = JSON.stringify({ id: ID, message: 'taken' })
    sap.faults.push({ kind: 'status', status: 202, body, when: ({ method }) => method === 'PATCH' })
    clock.at(20_000, () => sap.world.change(ID, { status: 'STOPPED', targetStatus: 'STOPPED' }))

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['PATCH', 'DELETE'])
  })

  it('stops that are accepted and never carried out: asked for again now and then, not at every look', async () => {
    const { sap, run, writes } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })
    sap.faults.push({ kind: 'status', status: 202, times: 9999, when: ({ method }) => method === 'PATCH' })

    const { results } = await run({ timeout: '10m' })

    expect(results[0]).toMatchObject({ outcome: 'timed-out', lastStatus: expect.stringContaining('RUNNING') })
    expect(writes().length).toBeGreaterThan(2)
    expect(writes().length).toBeLessThanOrEqual(20)
  })
})

describe('SAP AI Core, two runs at once', () => {
  it.each(['refuse', 'accept', 'missing'] as const)(
    'both end green where a second DELETE is answered with "%s"',
    async (repeatedDelete) => {
      const { sap, run } = tenant({ repeatedDelete })
      sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })

      const [one, two] = await Promise.all([run(), run()])

      expect([one.ok, two.ok]).toEqual([true, true])
      expect([one.outputs['status'], two.outputs['status']]).toEqual(['deleted', 'deleted'])
    },
  )

  it('a second run after the first finds nothing: already gone', async () => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'STOPPED', createdAt: OLD })

    await run()

    expect((await run()).outputs['status']).toBe('already-gone')
  })

  it.each(['STOPPING', 'STOPPED'])('a run that goes on where another broke off in %s', async (status) => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })
    const cancel = new AbortController()
    function handle(request: Request): Promise<Response> {
      if (sap.world.get(ID)?.status === status) cancel.abort()
      return sap.handle(request)
    }
    const broken = await run({}, { emulators: { [ORIGIN]: { ...sap, handle } }, cancelled: cancel.signal })

    expect(broken.outputs['status']).toBe('cancelled')
    expect((await run()).outputs['status']).toBe('deleted')
  })
})

describe('SAP AI Core, the hidden window of new deployments', () => {
  it('not shown at the first look, but at the second: deleted', async () => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'UNKNOWN', behaviour: { hiddenMs: 200 } })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(sap.world.has(ID)).toBe(false)
  })

  it('not found by its ID for a minute, but listed: taken for what it is, and deleted in the end', async () => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'UNKNOWN', behaviour: { hiddenMs: 60_000 } })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(sap.world.has(ID)).toBe(false)
  })

  it('minutes old and missing for one look: not taken for gone, and deleted in the end', async () => {
    const { sap, run, writes, calls } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING' })
    const body = errorBody('01010016', 'not found')
    let looks = 0
    sap.faults.push({
      kind: 'status',
      status: 404,
      body,
      when: ({ method, path }) => method === 'GET' && path.endsWith(ID) && ++looks === 4,
    })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(calls().indexOf('GET 404')).toBeLessThan(calls().indexOf('DELETE 202'))
    expect(writes()).toEqual(['PATCH', 'DELETE'])
    expect(sap.world.has(ID)).toBe(false)
  })
})
