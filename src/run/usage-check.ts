import { DAY_MS, period, plural } from '../lib/format.ts'
import type { Usage } from '../providers/metering.ts'
import type { Listed, Snapshot } from '../providers/observation.ts'
import type { Provider } from '../providers/provider.ts'
import type { Action } from '../providers/step.ts'
import { type Target, targetKey } from '../providers/target.ts'

/** Whether swept targets are unused: asked for the plan, and again beside every observation that a write may follow. */
export interface UsageWatch<S extends Snapshot, A extends Action> {
  /** Whether something had a request between two times, Unix ms. Never rejects. */
  ofPlan(listed: Listed<S>, since: number, until: number): Promise<Usage>
  /** The same provider, which also asks for use whenever it observes. */
  provider: Provider<S, A>
  /** Why a target is kept now: it had a request since the plan, or its use cannot be read. */
  obstacle(target: Target): string | undefined
}

/** Watches over `unusedForMs` before the plan, and from there on. `now` is the provider's time, Unix ms. */
export function watchUsage<S extends Snapshot, A extends Action>(
  provider: Provider<S, A>,
  now: () => number,
  unusedForMs: number,
): UsageWatch<S, A> {
  const { metering } = provider
  const latest = new Map<string, Usage>()
  let knownUntil = now()

  const askAgain = async (target: Target, snapshot: S): Promise<void> => {
    const until = now()
    const question = { since: knownUntil - unusedForMs, until, knownUntil, words: 'since the plan was made' }
    const usage = await metering?.usage(target, snapshot, question)
    if (usage !== undefined) latest.set(targetKey(target), usage)
  }

  return {
    async ofPlan({ target, snapshot }, since, until) {
      knownUntil = until
      const words = `in the last ${spanInWords(until - since)}`
      const usage = await metering?.usage(target, snapshot, { since, until, words })
      return usage ?? { kind: 'unknown', reason: 'its use cannot be read' }
    },
    provider: {
      ...provider,
      async observe(targets) {
        for (const target of targets) latest.delete(targetKey(target))
        const observations = await provider.observe(targets)
        await Promise.all(
          targets.map(async (target, index) => {
            const observation = observations[index]
            if (observation?.state === 'present') await askAgain(target, observation.snapshot)
          }),
        )
        return observations
      },
    },
    obstacle(target) {
      const usage = latest.get(targetKey(target))
      return usage?.kind === 'unused' ? undefined : (usage?.reason ?? 'its use was not asked for')
    },
  }
}

/** `7 days`, `1d 12h`. */
function spanInWords(ms: number): string {
  return ms % DAY_MS === 0 ? plural(ms / DAY_MS, 'day') : period(ms)
}
