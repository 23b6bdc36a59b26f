import { expect, it } from 'vitest'
import { basetenAccount } from '../sweep/accounts.ts'

it('no request outlives the run, be it a read that was asked to wait', async () => {
  const { run, emulator, clock } = basetenAccount()
  emulator.world.addModel({ id: 'm1', name: 'llama' })
  emulator.world.addDeployment('m1', { id: 'd1', name: 'pr-1' })
  const at = (path: string) => ({ when: (request: { path: string }) => request.path === path })
  const denied = '{"code":"PERMISSION_DENIED","message":"Authorization error"}'
  const json = { 'content-type': 'application/json' }
  emulator.faults.push(
    { kind: 'status', status: 429, headers: { 'retry-after': '20' }, ...at('/v1/models/m1') },
    { kind: 'status', status: 403, body: denied, headers: json, times: 9, ...at('/v1/models/m1/deployments') },
  )
  const { ok, ms } = await run({ 'model-id': 'm1', 'deployment-id': 'd1' })
  const sent = emulator.requests.length
  await clock.sleep(120_000)
  expect(ok).toBe(false)
  expect(ms).toBeLessThan(20_000)
  expect(emulator.requests.length).toBe(sent)
})
