import { describe, expect, it } from 'vitest'
import { accepted, logOf, onInstances, reserved } from './reserved.ts'
import { ID } from './studio.ts'

const MINUTE = 60_000

describe('a capacity instance', () => {
  it('of which nothing says whether it can be released is released: only a plain no holds it', async () => {
    const account = reserved()
    const { outputs } = await account.runEdited((_request, { output }) => {
      for (const record of output.records ?? []) delete record['can_delete']
    })
    expect(outputs['status']).toBe('deleted')
    expect(accepted(account)).toEqual(['i1'])
  })

  it('that stays although its release SUCCEEDED is waited for five minutes, not to the end of the step', async () => {
    const account = reserved([{ instance_id: 'i1' }], { releaseMs: 0 })
    const acted = await account.runEdited(
      (request, { output }) => {
        if (!onInstances({ method: request.method, path: request.url } as never)) return
        const shown = { instance_id: 'i1', status: 'RUNNING', charge_type: 'post_paid', can_delete: true }
        Object.assign(output, { records: [shown], items: 1 })
      },
      { timeout: '60m' },
    )
    expect(acted.ok).toBe(false)
    expect(logOf(acted)).toContain('is still RUNNING, though its release SUCCEEDED')
    expect(account.clock.elapsed()).toBeGreaterThan(5 * MINUTE)
    expect(account.clock.elapsed()).toBeLessThan(30 * MINUTE)
    expect(account.deletions()).toEqual([])
  })
})

describe('a reservation named by its ID whose capacity cannot be read', () => {
  it('is made anew meanwhile: the new one is another thing, and is not deleted', async () => {
    const account = reserved()
    let looks = 0
    const { handle } = account.emulator
    account.emulator.handle = async (request) => {
      if (!onInstances({ method: request.method, path: request.url } as never)) return handle(request)
      looks += 1
      if (looks > 2) return handle(request)
      const answer = new Response('{"code":"InternalError","message":"try later"}', {
        headers: { 'content-type': 'application/json' },
      })
      // Between the first and the second look somebody deletes it and makes another of the same name.
      if (looks === 1) {
        account.world.remove(ID)
        const instances = [{ instance_id: 'i9' }]
        account.world.seed({ deployed_model: ID, plan: 'ptu_v2', created: account.clock.now() - 1000, instances })
      }
      return answer
    }
    const acted = await account.run()
    expect(looks).toBeGreaterThan(2)
    expect(acted.results[0]?.['outcome']).not.toBe('deleted')
    expect(String(acted.results[0]?.['reason'])).toContain('a new one has the same ID and is kept')
    expect(account.deletes()).toEqual([])
  })
})
