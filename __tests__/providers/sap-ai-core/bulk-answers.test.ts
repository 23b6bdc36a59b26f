import { describe, expect, it } from 'vitest'
import { OLD, tenant } from './setup.ts'

const IDS = Array.from({ length: 12 }, (_, at) => `d-bulk-${String(at).padStart(3, '0')}`)
const [FIRST = '', ...OTHERS] = IDS

/** A tenant with STOPPED deployments and one PATCH for many, and the run that deletes them all. */
function stopped() {
  const { sap, emulator, run, api } = tenant({ bulk: true, deleteMs: 1000 })
  for (const id of IDS) sap.world.add({ id, status: 'STOPPED', createdAt: OLD })
  const writes = () => api().filter(({ method }) => method !== 'GET')
  const isBulk = (request: Request) => request.method === 'PATCH' && request.url.endsWith('/lm/deployments')
  /** Changes what the tenant is asked, or answers, in bulk. */
  const inBulk = (change: (request: Request) => Promise<Response>) => {
    Object.assign(emulator, { handle: (request: Request) => (isBulk(request) ? change(request) : sap.handle(request)) })
  }
  return { sap, writes, inBulk, run: (more = {}) => run({ 'deployment-id': IDS.join('\n'), ...more }) }
}

const isAccepted = ({ what, id }: { what: string; id?: string }) => what === 'accepted' && id === FIRST

describe('the answer to one PATCH about many', () => {
  it('has nothing about one of them: that one is asked for again, and not said to be accepted before', async () => {
    const { sap, inBulk, writes, run } = stopped()
    let calls = 0
    inBulk(async (request) => {
      calls += 1
      if (calls > 1) return sap.handle(request)
      const { deployments } = (await request.json()) as { deployments: { id: string }[] }
      const body = JSON.stringify({ deployments: deployments.filter(({ id }) => id !== FIRST) })
      return sap.handle(new Request(request.url, { method: 'PATCH', headers: request.headers, body }))
    })
    const { outputs } = await run({ wait: 'false' })
    expect(outputs['status']).toBe('accepted')
    expect(sap.world.events.filter(isAccepted)).toHaveLength(1)
    expect(writes()).toHaveLength(2)
  })

  it('says that one is unknown, which is shown all the same: it is not found, not refused', async () => {
    const { sap, inBulk, run } = stopped()
    const unknown = { id: FIRST, error: { code: '01010016', message: 'Requested entity could not be found' } }
    inBulk(async (request) => {
      const { deployments } = (await request.json()) as { deployments: { id: string }[] }
      const others = deployments.filter(({ id }) => id !== FIRST)
      if (others.length > 0) {
        const body = JSON.stringify({ deployments: others })
        await sap.handle(new Request(request.url, { method: 'PATCH', headers: request.headers, body }))
      }
      const items = others.map(({ id }) => ({ id, message: 'Deployment modification scheduled' }))
      return Response.json({ deployments: [unknown, ...items] }, { status: 202 })
    })
    sap.faults.push({
      ...{ kind: 'status', status: 404, body: JSON.stringify({ error: { code: '01010016', message: 'not found' } }) },
      headers: { 'content-type': 'application/json' },
      when: ({ method, path }) => method === 'DELETE' && path.endsWith(FIRST),
      times: Number.POSITIVE_INFINITY,
    })
    const acted = await run({ timeout: '2m' })
    const first = acted.results.find(({ id }) => id === FIRST)
    expect(first?.['outcome']).toBe('timed-out')
    expect(acted.outputs['deleted-count']).toBe(String(OTHERS.length))
    const steps = JSON.stringify(acted.report.targets[0]?.steps)
    expect(steps).toContain('did not find it')
    expect(steps).not.toContain('refused')
  })

  it('is not asked for where the tenant’s answer about itself is an error, whatever else it says', async () => {
    const { sap, writes, run } = stopped()
    sap.faults.push({
      kind: 'status',
      status: 404,
      body: JSON.stringify({ aiApi: { capabilities: { bulkUpdates: { deployments: true } } } }),
      headers: { 'content-type': 'application/json' },
      when: ({ path }) => path.endsWith('/lm/meta'),
      times: Number.POSITIVE_INFINITY,
    })
    const { outputs } = await run()
    expect(outputs['deleted-count']).toBe('12')
    expect(writes().map(({ method }) => method)).toEqual(Array(12).fill('DELETE'))
  })
})
