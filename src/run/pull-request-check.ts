import type { PullRequestWatch } from '../github/pull-request-watch.ts'
import { toError } from '../lib/errors.ts'
import type { Snapshot } from '../providers/observation.ts'
import type { Provider } from '../providers/provider.ts'
import type { Action } from '../providers/step.ts'
import { type Target, targetKey } from '../providers/target.ts'

/** A write may depend on an answer of GitHub that is at most this old. Milliseconds. */
const OLDEST_AT_WRITE_MS = 5000
/** The same when a target is looked at: a write may follow the look by three seconds. Milliseconds. */
const OLDEST_AT_OBSERVATION_MS = 2000

/**
 * The same provider, but for GitHub being asked again whether the pull requests of the targets are still closed, whenever a write
 * may follow: beside the first look and the look after each action, after a look that shows a change, and before a write whose
 * last answer is older than all that. Whoever decides then finds the answer in the watch. `numbersOf` gives the pull requests that
 * a target depends on.
 */
export function checkingPullRequests<S extends Snapshot, A extends Action>(
  provider: Provider<S, A>,
  watch: PullRequestWatch,
  numbersOf: (target: Target) => readonly number[],
): Provider<S, A> {
  /** What was last observed of each target, by its key, if nothing was done since. */
  const shown = new Map<string, string>()

  /** Why no answer could be had; undefined if there is one. */
  const refresh = async (targets: readonly Target[], maxAgeMs: number): Promise<Error | undefined> => {
    try {
      await watch.refresh(targets.flatMap(numbersOf), maxAgeMs)
      return undefined
    } catch (error) {
      return toError(error)
    }
  }

  /** Why nothing may be asked of the provider now. */
  const obstacle = async (targets: readonly Target[]): Promise<string | undefined> => {
    for (const target of targets) shown.delete(targetKey(target))
    const failure = await refresh(targets, OLDEST_AT_WRITE_MS)
    return failure?.message ?? watch.obstacle(targets.flatMap(numbersOf))
  }

  const observe: Provider<S, A>['observe'] = async (targets) => {
    const expected = targets.filter((target) => !shown.has(targetKey(target)))
    const [observations] = await Promise.all([provider.observe(targets), refresh(expected, OLDEST_AT_OBSERVATION_MS)])
    const differs = (target: Target, index: number) => {
      const observation = observations[index]
      return observation?.state === 'present' && shown.get(targetKey(target)) !== stateText(observation.snapshot)
    }
    const inQuestion = new Set(targets.filter(differs))
    // Asks nothing if the answers that came with the observation are fresh.
    const error = await refresh([...inQuestion], OLDEST_AT_OBSERVATION_MS)
    return observations.map((observation, index) => {
      const target = targets[index]
      if (target === undefined || observation.state !== 'present' || !inQuestion.has(target)) return observation
      if (error !== undefined) return { state: 'unreadable', error }
      shown.set(targetKey(target), stateText(observation.snapshot))
      return observation
    })
  }

  const { bulk } = provider
  return {
    ...provider,
    observe,
    act: async (target, ...rest) => {
      const problem = await obstacle([target])
      return problem === undefined ? provider.act(target, ...rest) : { result: 'failed', problem }
    },
    ...(bulk === undefined
      ? {}
      : {
          bulk: {
            ...bulk,
            // Each gets its own reason.
            act: async (targets, ...rest) =>
              (await obstacle(targets)) === undefined ? bulk.act(targets, ...rest) : undefined,
          },
        }),
  }
}

function stateText({ status, detail }: Snapshot): string {
  return `${status} ${detail}`
}
