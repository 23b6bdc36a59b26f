import { ProviderError } from '../errors.ts'
import type { Absent, Observation } from '../observation.ts'
import { observeInGroups, unreadable } from '../shared/observe.ts'
import { type Target, targetKey } from '../target.ts'
import type { SapDeployments } from './deployments.ts'
import type { SapSnapshot } from './snapshot.ts'

/** Deployments of several resource groups, each asked for in its own. */
export interface SapSearch {
  observe(targets: readonly Target[]): Promise<Observation<SapSnapshot>[]>
  /** The group that a target was found in. Throws {@link ProviderError} if it was in none so far. */
  groupOf(target: Target): string
}

/** `clientOf` gives the deployments of one group. */
export function createSearch(clientOf: (group: string) => SapDeployments): SapSearch {
  /** Where those were found that can be in one of several. */
  const places = new Map<string, string>()

  const placeOf = (target: Target): string | undefined =>
    typeof target.group === 'string' ? target.group : places.get(targetKey(target))

  const observeIn = async (group: string, targets: readonly Target[]): Promise<Observation<SapSnapshot>[]> => {
    try {
      return await clientOf(group).observe(targets)
    } catch (error) {
      return targets.map(() => unreadable(ofOneGroup(error)))
    }
  }

  /** Looks into every group that one of the targets may be in. */
  const search = async (targets: readonly Target[]): Promise<Observation<SapSnapshot>[]> => {
    const groups = [...new Set(targets.flatMap(({ group = [] }) => group))]
    const looks = await Promise.all(groups.map((group) => observeIn(group, targets)))
    return targets.map((target, index) => {
      const seen = looks.flatMap((observations) => observations[index] ?? [])
      const present = seen.filter((observation) => observation.state === 'present')
      const [first] = present
      if (first === undefined) return missing(seen)
      if (present.length > 1) {
        const where = present.flatMap(({ snapshot }) => snapshot.group ?? []).join(' and ')
        return unreadable(
          new ProviderError('target', `it is in the resource groups ${where}: name the one that is meant`),
        )
      }
      if (first.snapshot.group !== undefined) places.set(targetKey(target), first.snapshot.group)
      return first
    })
  }

  return {
    observe: (targets) =>
      observeInGroups(targets, placeOf, (place, alike) =>
        place === undefined ? search(alike) : observeIn(place, alike),
      ),
    groupOf(target) {
      const place = placeOf(target)
      if (place === undefined) throw new ProviderError('target', 'its resource group is not known')
      return place
    },
  }
}

/** Absent only where every group says so; what is mistyped is so in any. */
function missing(seen: readonly Observation<SapSnapshot>[]): Observation<SapSnapshot> {
  const unclear = seen.find(({ state }) => state !== 'absent')
  if (unclear !== undefined) return unclear
  const absent = seen.filter((each): each is Absent => each.state === 'absent')
  const [first] = absent
  if (first === undefined) return unreadable('no resource group was asked')
  const partial = absent.find(({ isPartial }) => isPartial)
  return absent.find(({ mistaken }) => mistaken !== undefined) ?? partial ?? first
}

/** That one group cannot be read says nothing of the others; a wrong key does. */
export function ofOneGroup(error: unknown): unknown {
  const isAccess = error instanceof ProviderError && error.scope === 'account' && error.exchange?.status !== 401
  return isAccess ? new ProviderError('target', error.message, error.exchange) : error
}
