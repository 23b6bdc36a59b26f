import * as v from 'valibot'
import type { Period } from './periods.ts'

/** The counter of requests (Baseten documentation, "Metrics support matrix"). */
export const REQUESTS_METRIC = 'baseten_inference_requests_total'

/** What metrics show for a period. A rate is also zero exactly when there was no request. */
export type MetricsReading =
  | { kind: 'sum'; sum: number; isCount: boolean }
  /** No series, or only nulls, as for a counter that never counted. */
  | { kind: 'silent' }
  | { kind: 'unreadable'; why: string }

const SUMMARY = v.object({
  start_epoch_millis: v.number(),
  end_epoch_millis: v.number(),
  mode: v.literal('SUMMARY'),
  metric_descriptors: v.array(
    v.object({ name: v.string(), unit_hint: v.fallback(v.string(), ''), label_sets: v.array(v.unknown()) }),
  ),
  metric_values: v.array(v.object({ values: v.array(v.array(v.nullable(v.number()))) })),
})

const SHAPE = 'its metrics are not as documented'

/**
 * Reads an answer of GET .../metrics with `mode=SUMMARY`: `values[i][j]` belongs to descriptor i and its label set j, null is no
 * data, and series are added up. An answer that does not cover the whole period, or has impossible values, is unreadable.
 */
export function readMetrics(body: unknown, { start, end }: Period): MetricsReading {
  const summary = v.safeParse(SUMMARY, body)
  if (!summary.success) return { kind: 'unreadable', why: SHAPE }
  const { metric_descriptors, metric_values, start_epoch_millis, end_epoch_millis } = summary.output
  if (start_epoch_millis > start || end_epoch_millis < end) {
    return { kind: 'unreadable', why: 'its metrics do not cover the time that was asked for' }
  }
  // "In summary mode this always contains exactly one value set."
  const [only, ...more] = metric_values
  if (more.length > 0 || (only?.values.length ?? 0) !== metric_descriptors.length) {
    return { kind: 'unreadable', why: SHAPE }
  }
  const found: number[] = []
  let isCount = true
  for (const [index, { name, unit_hint, label_sets }] of metric_descriptors.entries()) {
    if (name !== REQUESTS_METRIC) continue
    const values = only?.values[index] ?? []
    if (values.length !== label_sets.length) return { kind: 'unreadable', why: SHAPE }
    found.push(...values.filter((value) => value !== null))
    isCount &&= unit_hint === 'COUNT'
  }
  if (found.some((value) => !Number.isFinite(value) || value < 0)) return { kind: 'unreadable', why: SHAPE }
  if (found.length === 0) return { kind: 'silent' }
  return { kind: 'sum', sum: found.reduce((sum, value) => sum + value, 0), isCount }
}
