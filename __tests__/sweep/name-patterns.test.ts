import { describe, expect, it } from 'vitest'
import { ago, basetenAccount, DAY, idsOf, reasonOf } from './accounts.ts'

/** A model with production and a deployment of each name, whose ID is the name; pull requests are closed unless said otherwise. */
function account(names: readonly string[], open: readonly number[] = []) {
  const made = basetenAccount()
  made.world.addModel({ id: 'm1' })
  made.world.addDeployment('m1', { id: 'live', name: 'live', production: true, createdAt: ago(30 * DAY) })
  for (const [index, name] of names.entries()) {
    made.world.addDeployment('m1', { id: `d${index}`, name, createdAt: ago(DAY) })
  }
  for (let number = 1; number <= 12; number++) {
    made.github.world.addPull({ number, state: open.includes(number) ? 'OPEN' : 'CLOSED' })
  }
  return made
}

/** A name in which `*{pr}*` reads each number up to `last`. */
function nameWith(last: number): string {
  return `pr-${Array.from({ length: last }, (_, index) => index + 1).join('-')}`
}

describe('a name in which {pr} reads many numbers', () => {
  const anywhere = { 'model-id': 'm1', name: '*{pr}*' }

  it('eight, all of closed pull requests: it goes', async () => {
    const acted = await account([nameWith(8)]).run(anywhere)
    expect(idsOf(acted, 'deleted')).toEqual(['d0'])
  })

  it.each([1, 4, 8])('eight, of which pull request %i is open: it stays', async (open) => {
    const made = account([nameWith(8)], [open])
    const acted = await made.run(anywhere)
    expect(idsOf(acted, 'kept')).toEqual(['d0'])
    expect(made.asked()).toEqual([])
  })

  it.each([9, 10, 12])('%i stay, although all are closed: more than eight are not asked for', async (last) => {
    const made = account([nameWith(last)])
    const acted = await made.run(anywhere)
    expect(idsOf(acted, 'kept')).toEqual(['d0'])
    expect(made.asked()).toEqual([])
  })
})

describe('! in name', () => {
  it.each(['!prod-*', '! prod-*', '!\tprod-* '])('%j keeps what it matches', async (exclusion) => {
    const acted = await account(['prod-a', 'dev-a']).run({ 'model-id': 'm1', name: `*-a\n${exclusion}` })
    expect(idsOf(acted, 'deleted')).toEqual(['d1'])
  })
})

describe('protect', () => {
  it.each(['none\nmain*', 'main*\nnone'])('%j protects what both match: none alone turns it off', async (protect) => {
    const acted = await account(['main-a', 'none', 'dev-a']).run({ 'model-id': 'm1', name: '*', protect })
    expect(idsOf(acted, 'deleted')).toEqual(['d2'])
    expect(reasonOf(acted, 'd0')).toContain("is protected by 'main*' in 'protect'")
    expect(reasonOf(acted, 'd1')).toContain("is protected by 'none' in 'protect'")
  })
})
