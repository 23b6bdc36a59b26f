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
  if (process.env['UNDEPLOY_WORLDS'] !== undefined) {
    const { faults, outcomes, ...numbers } = tally
    const told = {
      ...numbers,
      seed: EXTENT.seed,
      faults: Object.fromEntries(faults),
      outcomes: Object.fromEntries(outcomes),
    }
    process.stdout.write(`${model.name} ${JSON.stringify(told)}\n`)
  }
  return tally
}

/** How many faults were played in all. */
export function faultsIn({ faults }: Tally): number {
  return [...faults.values()].reduce((sum, count) => sum + count, 0)
}
