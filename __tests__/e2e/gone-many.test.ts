import { describe, it } from 'vitest'
import { CASES, hiding, runBetween } from './gone-accounts.ts'

/** Many targets, and lists that hide them all; on the built action in real time, for every provider in both forms. */

const MANY = Array.from({ length: 12 }, (_, index) => `pr-${index}`)
const STAYING = ['pr-3', 'pr-5', 'pr-11']

describe.concurrent.each(CASES)(
  '$provider, $form: twelve deletions are accepted, and lists hide all',
  ({ form, open }) => {
    it('three that GET still shows for ever are not deleted; exit code 1', async (context) => {
      const { expect } = context
      const account = open(MANY)
      let isBegun = false
      const end = await runBetween(
        account,
        form,
        context,
        (call, proceed) => {
          isBegun ||= call.method === 'DELETE'
          if (call.isList && isBegun) return hiding(proceed(), MANY)
          const staying = STAYING.find((id) => call.method === 'DELETE' && call.path.endsWith(`/${id}`))
          return staying === undefined ? proceed() : account.accepted(staying)
        },
        { timeout: '6s' },
        {},
      )
      const ended = (...outcomes: string[]) =>
        end.results.flatMap(({ id, outcome }) => (outcomes.includes(outcome) ? [id] : [])).sort()
      expect(ended('timed-out', 'failed')).toEqual(expect.arrayContaining(STAYING))
      // How many of the others it gets done in time depends on the machine.
      const deleted = ended('deleted')
      expect(deleted.filter(account.has)).toEqual([])
      expect({ exitCode: end.exitCode, count: end.outputs['deleted-count'] }).toEqual({
        ...{ exitCode: 1, count: String(deleted.length) },
      })
    })
  },
)
