import { describe, expect, it } from 'vitest'
import { account } from './alibaba-account.ts'

const deployments = [{ deployed_model: 'x' }]

describe('DELETE /deployments/{deployed_model}', () => {
  it('answers the deployment as DELETING, which is acceptance only', async () => {
    const { del, get, wait, world } = account({ deployments, deleteMs: 20_000 })
    const { status, body } = await del('/deployments/x')
    expect(status).toBe(200)
    expect(body.output).toMatchObject({ deployed_model: 'x', status: 'DELETING', model_name: 'qwen-plus' })
    wait(19_999)
    expect((await get('/deployments/x')).body.output.status).toBe('DELETING')
    expect(world.has('x')).toBe(true)
    wait(1)
    expect(world.has('x')).toBe(false)
    expect((await get('/deployments/x')).body.code).toBe('NotFound')
  })

  it('tells in events what happened and when', async () => {
    const { del, get, wait, world } = account({ deployments, deleteMs: 20_000 })
    await del('/deployments/x')
    wait(60_000)
    await get('/deployments/x')
    const [accepted, deleted] = world.events
    expect(accepted).toMatchObject({ what: 'accepted', id: 'x', status: 'RUNNING' })
    expect(deleted).toMatchObject({ what: 'deleted', id: 'x', status: 'DELETING' })
    expect((deleted?.at ?? 0) - (accepted?.at ?? 0)).toBe(20_000)
  })

  it('goes by way of OFFLINING where that is wanted', async () => {
    const { del, wait, world } = account({ deployments, deletingStatus: 'OFFLINING' })
    expect((await del('/deployments/x')).body.output.status).toBe('OFFLINING')
    wait(20_000)
    expect(world.has('x')).toBe(false)
  })

  it('may never end', async () => {
    const { del, get, wait } = account({ deployments: [{ deployed_model: 'x', deleteMs: Number.POSITIVE_INFINITY }] })
    await del('/deployments/x')
    wait(1e9)
    expect((await get('/deployments/x')).body.output.status).toBe('DELETING')
  })

  it('answers NotFound for an unknown one and notes the refusal', async () => {
    const { del, world } = account()
    const { status, body } = await del('/deployments/nobody')
    expect([status, body.code]).toEqual([404, 'NotFound'])
    expect(world.events).toMatchObject([{ what: 'refused', id: 'nobody', status: '', code: 'NotFound' }])
  })

  it('refuses a second DELETE while DELETING', async () => {
    const { del, wait, world } = account({ deployments, deleteMs: 10_000 })
    await del('/deployments/x')
    wait(5_000)
    const { status, body } = await del('/deployments/x')
    expect([status, body.code]).toEqual([400, 'UnsupportedOperation'])
    wait(5_000)
    expect(world.has('x')).toBe(false)
  })

  it('accepts a second DELETE where that is wanted, without starting over', async () => {
    const { del, wait, world } = account({ deployments, deleteMs: 10_000, secondDelete: 'accept' })
    await del('/deployments/x')
    wait(5_000)
    expect((await del('/deployments/x')).body.output.status).toBe('DELETING')
    wait(5_000)
    expect(world.has('x')).toBe(false)
  })

  it('accepts every status by default', async () => {
    for (const status of ['RUNNING', 'STOPPED', 'FAILED', 'UPDATING', 'PENDING', 'ARREARS_DOWN', 'SOMETHING_NEW']) {
      const { del } = account({ deployments: [{ deployed_model: 'x', status }] })
      expect((await del('/deployments/x')).status).toBe(200)
    }
  })

  it('refuses the statuses an option names, in the words it names', async () => {
    const stateRefusal = { status: 409, code: 'OperationDenied', message: 'Stop it first.' }
    const { del, world } = account({ deployments, refuseDelete: ['RUNNING'], stateRefusal })
    const { status, body } = await del('/deployments/x')
    expect([status, body.code, body.message]).toEqual([409, 'OperationDenied', 'Stop it first.'])
    expect(world.get('x')?.status).toBe('RUNNING')
    world.setStatus('x', 'STOPPED')
    expect((await del('/deployments/x')).status).toBe(200)
  })

  it('refuses with 400 UnsupportedOperation by default', async () => {
    const { status, body } = await account({ deployments, refuseDelete: new Set(['RUNNING']) }).del('/deployments/x')
    expect([status, body.code]).toEqual([400, 'UnsupportedOperation'])
  })

  it('refuses one that only the console deletes', async () => {
    const { del, world } = account({ deployments: [{ deployed_model: 'x', consoleOnly: true }] })
    expect((await del('/deployments/x')).body.code).toBe('UnsupportedOperation')
    expect(world.events).toMatchObject([{ what: 'refused', status: 'RUNNING', code: 'UnsupportedOperation' }])
  })

  it('deletes an ordinary prepaid one, or refuses it where that is wanted', async () => {
    const prepaid = [{ deployed_model: 'x', charge_type: 'pre_paid' }]
    expect((await account({ deployments: prepaid }).del('/deployments/x')).status).toBe(200)
    const strict = account({ deployments: prepaid, prepaidDelete: 'refuse' })
    expect((await strict.del('/deployments/x')).body.code).toBe('PREPAID_UNSUBSCRIBE_REQUIRED')
  })
})

describe('the answer to DELETE', () => {
  it.each([200, 202, 204])('has no body where that is wanted, with %i', async (deleteStatus) => {
    const { emulator, del, world } = account({ deployments, emptyDeleteBody: true, deleteStatus })
    expect(await del('/deployments/x')).toEqual({ status: deleteStatus, body: {} })
    expect(world.get('x')?.status).toBe('DELETING')
    expect(emulator.requests[0]?.status).toBe(deleteStatus)
  })

  it('is a 200 with an error code where that is wanted, and nothing changes', async () => {
    const okWithError = { code: 'InternalError', message: 'no', processed: false }
    const { del, world } = account({ deployments, okWithError })
    const { status, body } = await del('/deployments/x')
    expect([status, body.code, body.output]).toEqual([200, 'InternalError', undefined])
    expect(world.get('x')?.status).toBe('RUNNING')
    expect(world.events).toMatchObject([{ what: 'refused', code: 'InternalError' }])
  })

  it('is a 200 with an error code although the deletion began', async () => {
    const { del, world } = account({
      deployments,
      okWithError: { code: 'SystemError', message: 'no', processed: true },
    })
    expect((await del('/deployments/x')).body.code).toBe('SystemError')
    expect(world.get('x')?.status).toBe('DELETING')
  })

  it('says deleted: true where that is wanted', async () => {
    const { body } = await account({ deployments, deletedField: true }).del('/deployments/x')
    expect(body.output).toMatchObject({ deployed_model: 'x', deleted: true })
  })
})

describe('a deletion that fails', () => {
  it.each(['RUNNING', 'FAILED'])('comes back as %s by itself', async (status) => {
    const failBack = { status, afterMs: 5_000 }
    const { del, get, wait, world } = account({ deployments: [{ deployed_model: 'x', failBack }], deleteMs: 10_000 })
    await del('/deployments/x')
    wait(4_999)
    expect((await get('/deployments/x')).body.output.status).toBe('DELETING')
    wait(1)
    expect((await get('/deployments/x')).body.output.status).toBe(status)
    wait(60_000)
    expect(world.has('x')).toBe(true)
    expect(world.events.map((each) => each.what)).toEqual(['accepted', 'failed-back'])
  })

  it('comes back when a test says so, and can be deleted again', async () => {
    const { del, wait, world } = account({ deployments, deleteMs: 10_000 })
    await del('/deployments/x')
    world.failBack('x', 'RUNNING')
    wait(9_000)
    expect((await del('/deployments/x')).status).toBe(200)
    // The end of the first attempt must not end the second one early.
    wait(1_000)
    expect(world.has('x')).toBe(true)
    wait(9_000)
    expect(world.has('x')).toBe(false)
  })

  it('shows the former status for a while where reads are stale', async () => {
    const { del, get } = account({ deployments, staleReads: 1 })
    await del('/deployments/x')
    expect((await get('/deployments/x')).body.output.status).toBe('RUNNING')
    expect((await get('/deployments/x')).body.output.status).toBe('DELETING')
  })

  it('hangs when a test says so', async () => {
    const { del, wait, world } = account({ deployments })
    await del('/deployments/x')
    world.holdDeletion('x')
    wait(1e9)
    expect(world.get('x')?.status).toBe('DELETING')
  })
})
