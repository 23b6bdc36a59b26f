import type { Inputs } from '../inputs/inputs.ts'
import { period, plural } from '../lib/format.ts'
import { nounOf } from '../providers/target.ts'
import type { Criteria } from '../sweep/criteria.ts'

/** Up to this many IDs are listed; more are counted. */
const NAMED = 10

/** Where the step looks, for the log and the summary: `sap-ai-core`, `resource group team-a`. */
export function placesOf(inputs: Inputs): string[] {
  const { definition, where } = inputs.provider
  return [definition.name, ...where, ...groupsOf(inputs), ...parentsOf(inputs)]
}

/** What it selects, and by what: `deployments named PR-{pr}_*`, `not PR-7_*`, `older than 7d`, `protected: main`. */
export function selectionText({ provider, selection }: Inputs): string[] {
  if (selection.kind === 'exact') {
    const ids = selection.targets.map(({ id }) => id)
    const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : ''
    const noun = nounOf(selection.targets[0]?.resource ?? 'deployment')
    return [`${ids.length === 1 ? noun : plural(ids.length, noun)} ${ids.slice(0, NAMED).join(', ')}${more}`]
  }
  const { criteria } = selection
  const { plural: noun = 'deployments' } = provider.definition.resources[criteria.resource] ?? {}
  const called = criteria.include.length === 0 ? '' : ` named ${sources(criteria.include, ' or ')}`
  return [`${noun}${called}`, ...narrowedBy(criteria)]
}

function narrowedBy(criteria: Criteria): string[] {
  const { exclude, labels, unusedForMs, olderThanMs, statuses, keepLatest, protect, pullRequest } = criteria
  return [
    exclude.length === 0 ? '' : `not ${sources(exclude, ' or ')}`,
    labels.length === 0 ? '' : `labelled ${sources(labels, ' and ')}`,
    pullRequest === 'closed' ? '' : `of pull request ${pullRequest}`,
    unusedForMs === 0 ? '' : `unused for ${period(unusedForMs)}`,
    olderThanMs === 0 ? '' : `older than ${period(olderThanMs)}`,
    statuses === undefined ? '' : `in status ${[...statuses].join(' or ')}`,
    keepLatest === 0 ? '' : `but the ${keepLatest} newest`,
    protect.length === 0 ? '' : `protected: ${sources(protect, ', ')}`,
  ].filter((part) => part !== '')
}

/** The resource groups that the step looks into, where the provider has them. */
function groupsOf({ provider, selection }: Inputs): string[] {
  const isSweep = selection.kind === 'sweep'
  const resource = isSweep ? selection.criteria.resource : selection.targets[0]?.resource
  const noun = resource === undefined ? undefined : provider.definition.resources[resource]?.groups?.noun
  const names = isSweep
    ? selection.criteria.groups.map(({ source }) => source)
    : selection.targets.flatMap(({ group = [] }) => group)
  return noun === undefined ? [] : nounWith(noun, names)
}

/** `model a`, `models a, b`; nothing where there are none. */
function nounWith(noun: string, all: readonly string[]): string[] {
  const names = [...new Set(all)]
  return names.length === 0 ? [] : [`${names.length === 1 ? noun : `${noun}s`} ${names.join(', ')}`]
}

/** The models or chains that limit the step, if any. */
function parentsOf({ provider, selection }: Inputs): string[] {
  const isSweep = selection.kind === 'sweep'
  const resource = isSweep ? selection.criteria.resource : selection.targets[0]?.resource
  const noun = resource === undefined ? undefined : provider.definition.resources[resource]?.parents?.noun
  const parents = isSweep ? selection.criteria.parents : selection.targets.flatMap(({ parent }) => parent ?? [])
  return noun === undefined ? [] : nounWith(noun, parents)
}

function sources(lines: readonly { source: string }[], joint: string): string {
  return lines.map(({ source }) => source).join(joint)
}
