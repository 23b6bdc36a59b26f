import fc from 'fast-check'
import { createTally, type Model, play, type Tally } from './drive.ts'
import { EXTENT, scenarios } from './scenario.ts'

/** How many worlds a provider gets. */
export function worldsOf({ share }: Pick<Model<unknown>, 'share'>): number {
  return Math.ceil(EXTENT.worlds * share)
}

/** Plays so many worlds of one provider; fails with the smallest story found in which something is wrong. */
export async function explore<W>(model: Model<W>): Promise<Tally> {
  const tally = createTally()
  const property = fc.asyncProperty(scenarios(model.world, model.changes, model.faults), async (scenario) => {
    const wrong = await play(model, scenario, tally)
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
  })
  await fc.assert(property, { numRuns: worldsOf(model), seed: EXTENT.seed })
  process.stdout.write(`${describeTally(model.name, tally)}\n`)
  return tally
}

/** How many faults were played in all. */
export function faultsIn({ faults }: Tally): number {
  return [...faults.values()].reduce((sum, count) => sum + count, 0)
}

/** What was played, in one line; all of it only where somebody asked for a number of worlds. */
function describeTally(name: string, { faults, outcomes, ...numbers }: Tally): string {
  const played = `${name}: ${numbers.worlds} worlds from seed ${EXTENT.seed}`
  if (process.env['UNDEPLOY_WORLDS'] === undefined) return played
  return `${played} ${JSON.stringify({ ...numbers, faults: Object.fromEntries(faults), outcomes: Object.fromEntries(outcomes) })}`
}
