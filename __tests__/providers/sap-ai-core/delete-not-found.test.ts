import { expect, it } from 'vitest'
import { errorBody, ID, OLD, tenant } from './setup.ts'

it('DELETE does not find what is still shown: asked for ever more rarely, and never said to be accepted', async () => {
  const { sap, run, writes } = tenant()
  sap.world.add({ id: ID, status: 'STOPPED', createdAt: OLD })
  sap.faults.push({
    kind: 'status',
    status: 404,
    body: errorBody('01010016', 'Requested entity could not be found'),
    headers: { 'content-type': 'application/json' },
    when: ({ method }) => method === 'DELETE',
    times: Number.POSITIVE_INFINITY,
  })
  const acted = await run({ wait: 'false', timeout: '10m' })
  expect(acted.results[0]).toMatchObject({ outcome: 'timed-out' })
  expect(String(acted.results[0]?.['reason'])).toContain('deletion was not accepted')
  expect(writes().length).toBeGreaterThan(1)
  expect(writes().length).toBeLessThan(6)
})
