import { json } from '../core.ts'
import { forbidden, notFound, refused } from './answers.ts'
import { type Call, findModel } from './call.ts'
import { shown } from './deployments.ts'
import type { Deployment } from './objects.ts'
import { replicasOf } from './render.ts'

const MODES = ['CURRENT', 'SUMMARY', 'SERIES'] as const
type Mode = (typeof MODES)[number]

export const REQUESTS = 'baseten_inference_requests_total'
const REPLICAS = 'baseten_replicas_active'
const LATENCY = 'baseten_end_to_end_response_time_seconds'
/** "When omitted, a default set is returned". */
const DEFAULT_METRICS = [REPLICAS, REQUESTS, LATENCY]
/** Valid names that no emulated deployment has. */
const OTHER_METRICS = ['baseten_container_restarts_total', 'baseten_gpu_utilization', 'baseten_concurrent_requests']

const HOUR_MS = 3_600_000
const LONGEST_WINDOW_MS = 7 * 24 * HOUR_MS
const MOST_STEPS = 60

interface Window {
  start: number
  end: number
}

interface Series {
  name: string
  unit_hint: string
  kind: string
  label_sets: Record<string, string>[]
  /** One value for each label set. */
  valuesIn(window: Window): (number | null)[]
}

/** GET .../deployments/{deployment_id}/metrics, which the specification marks as unstable. */
export function getMetrics(call: Call, modelId: string, id: string): Response {
  const { settings, now } = call.state
  if (typeof settings.metrics === 'number') return refused(settings.metrics, 'Metrics cannot be had')
  if (call.key.metrics === false) return forbidden('The key may not read metrics')
  const model = findModel(call, modelId)
  if (model instanceof Response) return model
  const deployment = shown(call, model, id)
  if (!deployment) return notFound('deployment')

  const asked = readQuery(call.query, now())
  if (asked instanceof Response) return asked
  const { mode, window, names } = asked
  if (settings.metrics === 'other-shape') return json(200, { metrics: { inference_volume: [] } })
  const series = names.flatMap((name) => seriesOf(call, deployment, name) ?? [])
  const stepMs = mode === 'SERIES' ? stepOf(window) : window.end - window.start
  return json(200, {
    start_epoch_millis: window.start,
    end_epoch_millis: window.end,
    mode,
    step_seconds: mode === 'SERIES' ? stepMs / 1000 : null,
    metric_descriptors: series.map(({ valuesIn: _, ...descriptor }) => descriptor),
    metric_values: stepsOf(window, stepMs).map((step) => ({
      start_epoch_millis: step.start,
      values: series.map(({ valuesIn }) => valuesIn(step)),
    })),
  })
}

/** What the query asks for, or the refusal. */
function readQuery(query: URLSearchParams, now: number): { mode: Mode; window: Window; names: string[] } | Response {
  const given = query.get('mode') ?? 'CURRENT'
  const mode = MODES.find((each) => each === given)
  if (mode === undefined) return refused(400, `mode: Input should be 'CURRENT', 'SUMMARY' or 'SERIES' [type=enum]`)
  const names = query.getAll('metrics')
  const unknown = names.find((name) => ![...DEFAULT_METRICS, ...OTHER_METRICS].includes(name))
  if (unknown !== undefined) return refused(400, `Unknown metric: ${unknown}`)
  const metrics = names.length === 0 ? DEFAULT_METRICS : names

  const [from, to] = [query.get('start_epoch_millis'), query.get('end_epoch_millis')]
  if (mode === 'CURRENT') {
    if (from !== null || to !== null)
      return refused(400, 'start_epoch_millis and end_epoch_millis go with a window only')
    return { mode, window: { start: now - 60_000, end: now }, names: metrics }
  }
  if ([from, to].some((text) => text !== null && !/^-?\d+$/.test(text))) {
    return refused(400, 'Input should be a valid integer [type=int_parsing]')
  }
  const end = to === null ? now : Number(to)
  const start = from === null ? end - HOUR_MS : Number(from)
  if (start >= end) return refused(400, 'start_epoch_millis must be before end_epoch_millis')
  if (end - start > LONGEST_WINDOW_MS) return refused(400, 'The window must not exceed 7 days')
  return { mode, window: { start, end }, names: metrics }
}

/** "Valid names that do not apply are omitted": undefined for those. */
function seriesOf(call: Call, deployment: Deployment, name: string): Series | undefined {
  switch (name) {
    case REQUESTS:
      return requestSeries(call, deployment.id)
    case REPLICAS: {
      const replicas = replicasOf(deployment)
      return { name, unit_hint: 'COUNT', kind: 'GAUGE', label_sets: [{}], valuesIn: () => [replicas] }
    }
    case LATENCY: {
      const labels = [{ quantile: '0.5' }, { quantile: '0.99' }, { stat: 'avg' }]
      const hint = { unit_hint: 'SECONDS', kind: 'HISTOGRAM' }
      return { name, ...hint, label_sets: labels, valuesIn: () => labels.map(() => null) }
    }
    default:
      return undefined
  }
}

/** Requests by status. What never counted has no series, or one of nulls or zeros: no document says which. */
function requestSeries(call: Call, id: string): Series | undefined {
  const { traffic, settings } = call.state
  const { quietSeries, requestUnit } = settings
  const rate = requestUnit === 'rate'
  const described = { name: REQUESTS, unit_hint: rate ? 'PER_SECOND' : 'COUNT', kind: rate ? 'GAUGE' : 'COUNTER' }
  const statuses = traffic.statuses(id)
  const quiet = quietSeries === 'zero' ? 0 : null
  if (statuses.length === 0) {
    if (quietSeries === 'omitted') return undefined
    const labels = quietSeries === 'empty' ? [] : [{}]
    return { ...described, label_sets: labels, valuesIn: () => labels.map(() => quiet) }
  }
  return {
    ...described,
    label_sets: statuses.map((status) => ({ status })),
    valuesIn: ({ start, end }) =>
      statuses.map((status) => {
        const count = traffic.count(id, start, end, status)
        if (count === 0) return quiet
        return rate ? count / ((end - start) / 1000) : count
      }),
  }
}

/** "The step derived from the window duration": whole minutes. */
function stepOf({ start, end }: Window): number {
  return Math.max(1, Math.ceil((end - start) / MOST_STEPS / 60_000)) * 60_000
}

function stepsOf({ start, end }: Window, stepMs: number): Window[] {
  return Array.from({ length: Math.ceil((end - start) / stepMs) }, (_, index) => {
    const from = start + index * stepMs
    return { start: from, end: Math.min(from + stepMs, end) }
  })
}
