import { describe, expect, it } from 'vitest'
import type { RecordedRequest } from '../../../emulators/emulator.ts'
import { errorBody, ID, OLD, tenant } from './setup.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const NOT_ALLOWED = errorBody('01010076', 'Invalid Request, Current status PENDING cannot be changed..')

const to =
  (...methods: string[]) =>
  ({ method, path }: RecordedRequest): boolean =>
    methods.includes(method) && path.startsWith('/v2')

function one(status: string) {
  const world = tenant()
  world.sap.world.add({ id: ID, status, createdAt: OLD })
  return world
}

describe('SAP AI Core, error 01010076 (not allowed in this status)', () => {
  for (const method of ['PATCH', 'DELETE']) {
    // SAP documents no HTTP status for it.
    it.each([400, 403, 405, 409, 412, 422, 500])(
      `${method} answered with it under HTTP %s: decided again`,
      async (status) => {
        const { sap, run } = one('RUNNING')
        sap.faults.push({ kind: 'status', status, body: NOT_ALLOWED, headers: JSON_TYPE, when: to(method) })

        expect((await run()).outputs['status']).toBe('deleted')
      },
    )
  }

  it("for ever: refused after five rounds, with SAP's words, its code and the request ID", async () => {
    const { sap, run, writes } = one('STOPPED')
    sap.faults.push({
      kind: 'status',
      status: 412,
      body: NOT_ALLOWED,
      headers: JSON_TYPE,
      times: 99,
      when: to('DELETE'),
    })

    const { ok, results, report } = await run()

    expect(ok).toBe(false)
    expect(results[0]?.['outcome']).toBe('refused')
    expect(results[0]?.['reason']).toContain('refused 5 times, last in status STOPPED')
    expect(results[0]?.['reason']).toContain('answered HTTP 412 01010076: Invalid Request, Current status PENDING')
    expect(results[0]?.['reason']).toContain('(request req-1)')
    expect(writes()).toHaveLength(5)
    expect(report.targets[0]?.steps.filter(({ requestId }) => requestId === 'req-1')).toHaveLength(5)
  })
})

describe('SAP AI Core, error 01010016 (unknown deployment id)', () => {
  it.each([400, 404, 409, 410, 412])(
    'DELETE answered with it under HTTP %s, and GET 404: already gone',
    async (status) => {
      const { sap, run, justBefore, writes } = one('STOPPED')
      justBefore('DELETE', () => sap.world.remove(ID))
      const body = errorBody('01010016', 'unknown deployment')
      sap.faults.push({ kind: 'status', status, body, headers: JSON_TYPE, when: to('DELETE') })

      expect((await run()).outputs['status']).toBe('already-gone')
      expect(writes()).toEqual(['DELETE'])
    },
  )

  it('DELETE answered with it, but GET still shows it: not gone, goes on', async () => {
    const { sap, run, writes } = one('STOPPED')
    const body = errorBody('01010016', 'unknown deployment')
    sap.faults.push({ kind: 'status', status: 404, body, headers: JSON_TYPE, when: to('DELETE') })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['DELETE', 'DELETE'])
  })

  it('any other code under GET 404 is gone as well: the HTTP status counts', async () => {
    const { sap, run } = tenant({ notFoundCode: '99999999' })
    sap.world.add({ id: ID, status: 'STOPPED', createdAt: OLD })

    expect((await run()).outputs['status']).toBe('deleted')
  })
})

describe('SAP AI Core, 400 and 412', () => {
  it.each([400, 409, 412])('a PATCH answered %s four times, then taken: deleted', async (status) => {
    const { sap, run, writes } = one('RUNNING')
    sap.faults.push({ kind: 'status', status, times: 4, when: to('PATCH') })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes().filter((method) => method === 'PATCH')).toHaveLength(5)
  })

  it.each([400, 409, 412])('a PATCH answered %s for ever: permanent after five', async (status) => {
    const { sap, run, writes } = one('RUNNING')
    sap.faults.push({ kind: 'status', status, body: 'bad input', times: 99, when: to('PATCH') })

    const { results } = await run()

    expect(results[0]).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining(`HTTP ${status}: bad input`),
    })
    expect(writes()).toHaveLength(5)
  })

  it('a GET answered 400: permanent at once, nothing is sent', async () => {
    const { sap, run, calls } = one('RUNNING')
    sap.faults.push({ kind: 'status', status: 400, body: errorBody('01010002', 'bad id'), times: 99, when: to('GET') })

    const { results } = await run()

    expect(results[0]).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('HTTP 400') })
    expect(calls()).toEqual(['GET 400'])
  })

  it("one target's permanent error does not stop the others", async () => {
    const { sap, run } = one('RUNNING')
    sap.world.add({ id: 'd-other', status: 'RUNNING', createdAt: OLD })
    sap.faults.push({
      kind: 'status',
      status: 405,
      times: 99,
      when: (request) => to('PATCH')(request) && request.path.endsWith(ID),
    })

    const { results } = await run({ 'deployment-id': `${ID},d-other` })

    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'deleted'])
  })
})

describe('SAP AI Core, no access', () => {
  for (const [status, body] of [
    [401, 'Jwt verification fails'],
    [403, 'RBAC: access denied'],
  ] as const) {
    it.each(['GET', 'PATCH', 'DELETE'])(
      `%s answered ${status}: permanent, never gone, SAP's words are quoted`,
      async (method) => {
        const { sap, run, writes } = one('RUNNING')
        sap.faults.push({ kind: 'status', status, body, times: 99, when: to(method) })

        const { ok, outputs, results } = await run({ 'if-not-found': 'ignore' })

        expect(ok).toBe(false)
        expect(outputs['status']).toBe('failed')
        expect(outputs['deleted-ids']).toBe('[]')
        expect(results[0]?.['reason']).toContain(`HTTP ${status}: ${body}`)
        const tries = status === 401 ? 2 : 1
        expect(writes().filter((each) => each === method)).toHaveLength(method === 'GET' ? 0 : tries)
      },
    )

    it(`the look after an accepted DELETE is answered ${status}: failed, not deleted`, async () => {
      const { sap, run, writes } = one('STOPPED')
      const isAfter = () => writes().includes('DELETE')
      sap.faults.push({ kind: 'status', status, body, times: 99, when: (request) => isAfter() && to('GET')(request) })

      const { outputs } = await run()

      expect(outputs['status']).toBe('failed')
      expect(outputs['deleted-ids']).toBe('[]')
    })
  }

  it('one 403 ends the run for all targets: no write is tried on the others', async () => {
    const { sap, run, writes } = one('RUNNING')
    sap.world.add({ id: 'd-other', status: 'RUNNING', createdAt: OLD })
    sap.faults.push({ kind: 'status', status: 403, body: 'RBAC: access denied', times: 99, when: to('GET') })

    const { results } = await run({ 'deployment-id': `${ID},d-other` })

    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'failed'])
    expect(writes()).toEqual([])
  })
})

describe('SAP AI Core, error bodies', () => {
  it.each(['requestId', 'requestID'] as const)("the request ID is found as '%s'", async (requestIdKey) => {
    const { sap, run } = tenant({ requestIdKey })
    sap.world.add({ id: ID, status: 'COMPLETED', createdAt: OLD })

    const { results } = await run()

    expect(results[0]?.['reason']).toMatch(/\(request e0000000-0000-4000-8000-\d{12}\)/)
  })

  it.each([
    ['plain text', 'upstream connect error', 'HTTP 405: upstream connect error'],
    ['nothing', '', 'HTTP 405'],
    ['JSON of another shape', '{"fault":"no"}', 'HTTP 405'],
    ['an error that is text', '{"error":"invalid_request"}', 'HTTP 405'],
    ['a code that is a number', '{"error":{"code":7,"message":"seven"}}', 'HTTP 405: seven'],
    ['null', '{"error":null}', 'HTTP 405'],
  ])('%s: the message still names the request and the HTTP status', async (_name, body, expected) => {
    const { sap, run } = one('RUNNING')
    sap.faults.push({ kind: 'status', status: 405, body, times: 99, when: to('PATCH') })

    const { results } = await run()

    expect(results[0]?.['reason']).toContain(`PATCH /v2/lm/deployments/${ID} answered ${expected}`)
  })
})
