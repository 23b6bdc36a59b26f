import { describe, expect, it } from 'vitest'
import { ago, DAY, idsOf, sapAccount } from '../../sweep/accounts.ts'

/** A tenant with `pr-*` deployments whose server gives five at once and says how many there are. */
function account(count: number) {
  const made = sapAccount({ maxTop: 5, overMaxTop: 'clamp', countIsTotal: true })
  const ids = Array.from({ length: count }, (_, index) => `dep-${index}`)
  for (const id of ids) made.world.add({ id, status: 'STOPPED', configurationName: `pr-${id}`, createdAt: ago(DAY) })
  return { ...made, ids }
}

describe('a list of SAP AI Core that counts more than it shows', () => {
  it('is read on, however short its pages are: a sweep finds all', async () => {
    const { run, ids } = account(8)
    const acted = await run({ name: 'pr-*', 'max-deletions': '100' })
    expect(idsOf(acted, 'deleted')).toEqual([...ids].sort())
  })

  it('that shows one page again ends the step after two, instead of being read to its thousandth page', async () => {
    const { run, emulator } = account(5)
    const resources = Array.from({ length: 5 }, (_, index) => ({ id: `dep-${index}`, status: 'STOPPED' }))
    emulator.faults.push({
      kind: 'status',
      status: 200,
      body: JSON.stringify({ count: 1_000_000, resources }),
      headers: { 'content-type': 'application/json' },
      when: ({ path }) => path.includes('/lm/deployments?'),
      times: Number.POSITIVE_INFINITY,
    })
    const acted = await run({ name: 'pr-*' })
    expect(acted.ok).toBe(false)
    expect(acted.log.join('\n')).toContain('shows the same page again')
    expect(emulator.requests.filter(({ path }) => path.includes('/lm/deployments?')).length).toBeLessThan(10)
  })
})
