import { describe, it } from 'vitest'
import { CASES, runBetween, unseen } from './gone-accounts.ts'

/** What proves that a target is gone, and what does not; on the built action, for every provider in both forms. */

const ID = 'pr-1'

describe.concurrent.each(CASES)(
  '$provider, $form: one GET answers 404, and the list still shows it',
  ({ form, open }) => {
    it('before the deletion: it goes on, and ends deleted after one DELETE', async (context) => {
      const { expect } = context
      const account = open([ID])
      let isStray = true
      const end = await runBetween(account, form, context, ({ method, isAbout }, proceed) => {
        if (!isStray || method !== 'GET' || !isAbout(ID)) return proceed()
        isStray = false
        return account.notFound()
      })
      expect(end.results).toMatchObject([{ id: ID, outcome: 'deleted' }])
      expect({ exitCode: end.exitCode, isThere: account.has(ID) }).toEqual({ exitCode: 0, isThere: false })
      expect(end.writes.filter((line) => line.startsWith('DELETE'))).toHaveLength(1)
    })

    it('after the deletion was accepted, which takes a while: it is not deleted until no list shows it', async (context) => {
      const { expect } = context
      const account = open([ID], { deleteMs: 5000 })
      let isStray = true
      let isDeleting = false
      let isListed = true
      const end = await runBetween(account, form, context, async ({ method, isList, isAbout }, proceed) => {
        if (method === 'GET' && isAbout(ID) && isDeleting && isStray) {
          isStray = false
          return account.notFound()
        }
        const response = await proceed()
        isDeleting ||= method === 'DELETE'
        if (isList) isListed = (await response.clone().text()).includes(`"${ID}"`)
        return response
      })
      expect(end.results).toMatchObject([{ id: ID, outcome: 'deleted' }])
      expect({ isStray, isListed, isThere: account.has(ID) }).toEqual({
        isStray: false,
        isListed: false,
        isThere: false,
      })
    })
  },
)

const NOT_TAKEN: readonly [string, 'not found' | 503][] = [
  ['answered 404', 'not found'],
  ['answered 503 and not taken', 503],
]

describe.concurrent.each(CASES)('$provider, $form: no deletion of ours was accepted', ({ form, open }) => {
  it.for(NOT_TAKEN)(
    'its DELETE is %s, one look misses it, and it is there again: deleted by another DELETE',
    async ([, how], context) => {
      const { expect } = context
      const account = open([ID])
      let seen = 'nothing asked' as 'nothing asked' | 'asked' | 'missed' | 'there again'
      const end = await runBetween(account, form, context, (call, proceed) => {
        if (call.method === 'DELETE' && seen === 'nothing asked') {
          seen = 'asked'
          return how === 503 ? new Response('', { status: 503 }) : account.notFound()
        }
        if (call.method !== 'GET' || seen === 'nothing asked' || seen === 'there again') return proceed()
        // One look: a GET of it and a list, in whichever order they come, or a list alone.
        if (seen === 'missed' && !call.isList) {
          seen = 'there again'
          return proceed()
        }
        if (call.isList) seen = 'missed'
        return unseen(account, call, proceed)
      })
      expect(end.results).toMatchObject([{ id: ID, outcome: 'deleted' }])
      expect({ seen, isThere: account.has(ID) }).toEqual({ seen: 'there again', isThere: false })
      expect(end.writes.filter((line) => line.startsWith('DELETE'))).toHaveLength(2)
    },
  )

  it.for(NOT_TAKEN)(
    'its first request is %s, and then it is gone: already-gone after five seconds of looks',
    async ([, how], context) => {
      const { expect } = context
      const account = open([ID], { needsStop: true })
      let goneAt: number | undefined
      let looks = 0
      const end = await runBetween(account, form, context, (call, proceed) => {
        if (call.method !== 'GET' && account.has(ID) && call.isAbout(ID)) {
          account.remove(ID)
          goneAt = account.now()
          return how === 503 ? new Response('', { status: 503 }) : account.notFound()
        }
        if (goneAt !== undefined && call.isList) looks++
        return proceed()
      })
      const lookedMs = account.now() - (goneAt ?? 0)
      expect(end.results).toMatchObject([{ id: ID, outcome: 'already-gone' }])
      const isUnclear = how === 503 && end.writes[0]?.startsWith('DELETE') && end.writes[0].endsWith(`/${ID}`)
      expect(end.results[0]?.reason).toContain(
        isUnclear
          ? 'disappeared after a DELETE of this run that got no clear answer'
          : 'disappeared before this run deleted it',
      )
      expect(end.outputs).toMatchObject({ status: 'already-gone', 'deleted-count': '0', 'deleted-ids': '[]' })
      expect(lookedMs).toBeGreaterThanOrEqual(5000)
      expect(looks).toBeGreaterThanOrEqual(3)
      expect(end.writes).toHaveLength(1)
    },
  )
})
