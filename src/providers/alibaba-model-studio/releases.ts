import type { Clock } from '../../lib/clock.ts'
import { ProviderError } from '../errors.ts'
import type { ReleaseRequest } from './release-key.ts'
import type { PastReleases } from './snapshot.ts'

/** The release of one instance in this run. */
interface Release {
  /** The next request for it, or the one in progress. */
  request: ReleaseRequest
  /** The operation that is running or queued. */
  operation?: string | undefined
  past: PastReleases
}

export interface ReleaseUnderWay extends Release {
  operation: string
}

/** The releases that this run requested. Kept for this run only: the next one gets them from Alibaba by the same keys. */
export interface Releases {
  /** The releases of an instance that is listed now. From here on it is known. */
  pastOf(instance: Pick<ReleaseRequest, 'deployment' | 'createdAt' | 'instance' | 'boughtAt'>): PastReleases
  /** The releases of a known instance. */
  of(deployment: string, instance: string): Release
  /** For this deployment only: a new one with the same ID is a different one. */
  underWay(deployment: string, createdAt: number | undefined): ReleaseUnderWay[]
  began(release: Release, operation: string): void
  succeeded(release: Release): void
  /** `problem` in Alibaba's words. */
  failed(release: Release, problem: string): void
}

export function createReleases(clock: Clock): Releases {
  const startedAt = clock.now()
  const releases = new Map<string, Release>()
  const nameOf = (deployment: string, instance: string) => JSON.stringify([deployment, instance])

  /** Alibaba repeats an ended operation for its key forever, so the next try is another request. */
  const end = (release: Release, past: PastReleases): void => {
    const { request } = release
    release.request = { ...request, attempt: request.attempt + 1, run: startedAt }
    release.operation = undefined
    release.past = past
  }

  return {
    pastOf({ deployment, createdAt, instance, boughtAt }) {
      const known = releases.get(nameOf(deployment, instance))
      const isSame = known?.request.createdAt === createdAt && known?.request.boughtAt === boughtAt
      if (known !== undefined && isSame) return known.past
      const request = { deployment, createdAt, instance, boughtAt, attempt: 0, run: undefined }
      const past = { last: undefined, tries: 0, failedAtOnce: 0, problem: '' }
      releases.set(nameOf(deployment, instance), { request, past })
      return past
    },
    of(deployment, instance) {
      const release = releases.get(nameOf(deployment, instance))
      if (release !== undefined) return release
      throw new ProviderError('target', `the capacity instance ${instance} was not seen before`)
    },
    underWay: (deployment, createdAt) =>
      [...releases.values()].filter(
        (release): release is ReleaseUnderWay =>
          release.request.deployment === deployment &&
          release.request.createdAt === createdAt &&
          release.operation !== undefined,
      ),
    began(release, operation) {
      release.operation = operation
    },
    succeeded(release) {
      end(release, { ...release.past, last: 'SUCCEEDED', tries: release.past.tries + 1 })
    },
    failed(release, problem) {
      const { tries, failedAtOnce } = release.past
      const counts =
        release.operation === undefined ? { tries, failedAtOnce: failedAtOnce + 1 } : { tries: tries + 1, failedAtOnce }
      end(release, { last: 'FAILED', problem, ...counts })
    },
  }
}
