import { changes } from '../providers/history.ts'
import { resourceGroupOf } from '../providers/target.ts'
import type { Result } from '../teardown/result.ts'
import { costNumber, costPerHourText } from './cost.ts'
import type { RunReport } from './report.ts'
import { count, stepStatus } from './status.ts'

/** The outputs of the action, all of them, in every run. */
export interface Outputs {
  status: string
  tombstone: string
  tombstones: string
  results: string
  'deleted-ids': string
  'deleted-count': string
  'failed-count': string
  'kept-count': string
  'cost-per-hour': string
  'report-path': string
}

/** Half of GitHub's limit for a whole job, in UTF-16 units as GitHub counts: other steps have outputs, too. */
const LIMIT = 500_000

/** The outputs, and whether something had to be left out of them. */
export function outputsOf(
  report: RunReport,
  reportPath: string,
  limit: number = LIMIT,
): { outputs: Outputs; cut: boolean } {
  const { results } = report
  const deleted = results.filter(({ outcome }) => outcome === 'deleted')
  // What was kept is not a target: there is no deletion to report.
  const targets = results.filter(({ outcome }) => outcome !== 'kept')
  const [only] = targets.length === 1 ? targets : []
  const ids = fill(
    deleted.map(({ target }) => json(target.id)),
    limit / 2,
  )
  const outputs: Outputs = {
    status: stepStatus(report),
    tombstone: only?.tombstone === undefined ? '' : json(only.tombstone),
    tombstones: '[]',
    results: '[]',
    'deleted-ids': ids.text,
    'deleted-count': String(deleted.length),
    'failed-count': String(count(results, 'failed', 'refused', 'timed-out')),
    'kept-count': String(count(results, 'kept')),
    'cost-per-hour': costPerHourText(report),
    'report-path': reportPath,
  }
  if (size(outputs) > limit) outputs.tombstone = ''
  const rows = fill(
    results.map((result) => rowJson(resultObject(result, report))),
    limit - size(outputs),
  )
  outputs.results = rows.text
  const tombstones = fill(
    targets.map(({ tombstone }) => json(tombstone)),
    limit - size(outputs),
  )
  outputs.tombstones = tombstones.text
  const cut = ids.cut || rows.cut || tombstones.cut || (only?.tombstone !== undefined && outputs.tombstone === '')
  return { outputs, cut }
}

/** One object of `results`. */
export function resultObject(result: Result, report: RunReport) {
  const { target, name, outcome, reason, lastStatus, tombstone, startedAt, endedAt, history, cost } = result
  return {
    provider: report.provider ?? '',
    resource: target.resource,
    id: target.id,
    modelId: target.parent ?? (target.resource === 'model' ? target.id : null),
    name: name ?? null,
    resourceGroup: resourceGroupOf(target) ?? null,
    outcome,
    reason,
    lastStatus: lastStatus ?? null,
    tombstone: tombstone ?? null,
    durationMs: endedAt - startedAt,
    actions: changes(history).map(({ action }) => action.verb),
    costPerHour: costNumber(cost),
  }
}

/** A JSON array of as many items (already JSON) as fit, in order. */
function fill(items: readonly string[], room: number): { text: string; cut: boolean } {
  const parts: string[] = []
  let used = 2
  for (const item of items) {
    used += item.length + 1
    if (used > room) return { text: `[${parts.join(',')}]`, cut: true }
    parts.push(item)
  }
  return { text: `[${parts.join(',')}]`, cut: false }
}

/** JSON of any value; one nested too deeply, which only a hostile answer is, is replaced. */
export function json(value: unknown, instead: unknown = null): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    return JSON.stringify(instead)
  }
}

/** JSON of a row; if its tombstone cannot be written, the rest of the row is. */
export function rowJson<T extends { tombstone: unknown }>(row: T): string {
  return json(row, { ...row, tombstone: null })
}

function size(outputs: Outputs): number {
  return Object.values(outputs).reduce((sum, value) => sum + value.length, 0)
}
