import type { Listed, Snapshot } from '../../src/providers/observation.ts'
import type { Guard, Policy } from '../../src/providers/provider.ts'
import { targetKey } from '../../src/providers/target.ts'
import {
  type Candidate,
  type ClassificationContext,
  classify,
  type PullRequestState,
} from '../../src/sweep/classify.ts'
import type { Criteria } from '../../src/sweep/criteria.ts'
import { parsePattern } from '../../src/sweep/pattern.ts'

export const NOW = Date.UTC(2026, 10, 21, 12)
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** What the provider that these tests make up knows of a deployment. */
interface TestSnapshot extends Snapshot {
  id: string
  /** Why it stays unless `development` is allowed. */
  guard: string | undefined
  /** The IDs of its family, the newest first: one of them stays. */
  family: readonly string[]
}

export interface Seen {
  /** The ID where absent; null: it has none. */
  name?: string | null
  status?: string
  /** A day where absent; null: its creation time is not known. */
  ageMs?: number | null
  guard?: string
  family?: readonly string[]
}

/** Something a list showed. */
export function seen(
  id: string,
  { name = id, status = 'ACTIVE', ageMs = DAY, guard, family = [] }: Seen = {},
): Listed<TestSnapshot> {
  return {
    target: { resource: 'deployment', id },
    snapshot: {
      status,
      ...(name === null ? {} : { name }),
      ...(ageMs === null ? {} : { createdAt: NOW - ageMs }),
      ...{ id, guard, family },
    },
  }
}

/** Criteria as a user writes them; every name where nothing else is said. */
export function criteria({
  name = ['*'],
  protect = [],
  ...rest
}: Partial<Omit<Criteria, 'protect'>> & { name?: string[]; protect?: string[] } = {}): Criteria {
  return {
    resource: 'deployment',
    hasNames: rest.resource !== 'chain-deployment',
    parents: [],
    groups: [],
    include: name.filter((each) => !each.startsWith('!')).map(parsePattern),
    exclude: name.filter((each) => each.startsWith('!')).map((each) => parsePattern(each.slice(1))),
    pullRequest: 'closed',
    labels: [],
    unusedForMs: 0,
    olderThanMs: 0,
    statuses: undefined,
    keepLatest: 0,
    protect: protect.map(parsePattern),
    ...rest,
  }
}

function protection({ id, guard, family }: TestSnapshot, { selected, allow }: Policy): string | undefined {
  if (guard !== undefined && !allow.has('development')) return guard
  const isNewest = family[0] === id
  return isNewest &&
    family.every((member) => member === id || selected.has(targetKey({ resource: 'deployment', id: member })))
    ? 'it is the last one'
    : undefined
}

export interface JudgeOptions {
  pullRequests?: Readonly<Record<number, PullRequestState>>
  allow?: readonly Guard[]
  now?: number
}

/** Classifies what was listed. */
export function judge(
  all: readonly Listed<TestSnapshot>[],
  by: Criteria = criteria(),
  options: JudgeOptions = {},
): Candidate[] {
  const states = Object.entries(options.pullRequests ?? {}).map(([number, state]) => [Number(number), state] as const)
  const context: ClassificationContext<TestSnapshot> = {
    criteria: by,
    now: options.now ?? NOW,
    pullRequests: new Map(states),
    protection,
    collateral: () => [],
    allow: new Set(options.allow ?? []),
  }
  return classify(all, context)
}

/** The class of each, by ID. */
export function classes(candidates: readonly Candidate[]): Record<string, string> {
  return Object.fromEntries(candidates.map((candidate) => [candidate.listed.target.id, candidate.class]))
}

/** Class and reason of the only one. */
export function verdict([candidate]: readonly Candidate[]): [string | undefined, string | undefined] {
  return [candidate?.class, candidate?.reason]
}

/** IDs of what goes, sorted. */
export function gone(candidates: readonly Candidate[]): string[] {
  const ids = candidates.flatMap((candidate) => (candidate.class === 'selected' ? [candidate.listed.target.id] : []))
  return ids.sort()
}
