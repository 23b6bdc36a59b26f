import type { Groups } from '../measure/groups.ts'
import type { Memory } from '../measure/memory.ts'
import type { Notice } from '../measure/notice.ts'
import type { Patience } from '../measure/patience.ts'
import { floorMs, type Scale } from '../measure/scale.ts'
import type { Start } from '../measure/start.ts'
import { megabytes, number, percent, ratio, table, time } from './words.ts'

export interface Results {
  start?: Start
  notice?: readonly Notice[]
  patience?: readonly Patience[]
  scale?: readonly Scale[]
  memory?: Memory
  groups?: readonly Groups[]
}

type Row = [target: string, most: string, measured: string, met: boolean]

/** What the project promises, beside what was measured: of several providers the worst. */
export function targetsTable(results: Results): string {
  const rows = [
    ...startRow(results),
    ...noticeRows(results),
    ...scaleRows(results),
    ...memoryRow(results),
    ...groupsRow(results),
  ]
  return table(
    ['target', 'at most', 'measured', ''],
    rows.map(([target, most, measured, met]) => [target, most, measured, met ? 'met' : '**not met**']),
  )
}

function startRow({ start }: Results): Row[] {
  if (start === undefined) return []
  const value = start.action / start.threeRequests
  return [["Start: whole process, over three requests with Node's `fetch`", ratio(0.75), ratio(value), value <= 0.75]]
}

function noticeRows({ notice, patience }: Results): Row[] {
  const own = notice?.filter(({ who }) => who === 'action') ?? []
  const short = own.filter(({ removeMs }) => removeMs < 10_000).map(({ worstMs }) => worstMs)
  const long = own.filter(({ removeMs }) => removeMs >= 10_000).map(({ worstShare }) => worstShare)
  const polls = patience?.map(({ pollsInTenMinutes }) => pollsInTenMinutes) ?? []
  return [
    ...worst(short, 1000, 'Notice: removals under 10 s', time),
    ...worst(long, 0.1, 'Notice: longer removals, part of the wait', percent),
    ...worst(polls, 60, 'Polls in a wait of 10 minutes', number),
  ]
}

function scaleRows({ scale }: Results): Row[] {
  const own = scale?.filter(({ who }) => who === 'action') ?? []
  const most = Math.max(...own.map(({ targets }) => targets))
  const largest = own.filter(({ targets }) => targets === most)
  const writes = (id: string) => largest.filter(({ variant }) => variant.id === id).map((row) => row.writes)
  const over = (isBulk: boolean) =>
    largest.filter(({ variant }) => (variant.id === 'sap-bulk') === isBulk).map((row) => row.ms / floorMs(row))
  return [
    ...worst(writes('sap'), 2 * most, `Writes for ${number(most)} SAP deployments`, number),
    ...worst(writes('sap-bulk'), most / 40, `Writes for ${number(most)} SAP deployments, bulk on`, number),
    ...worst(over(false), 1.15, `Time of ${number(most)} targets, over the floor`, ratio),
    ...worst(over(true), 1.3, `Time of ${number(most)} SAP deployments, bulk on, over the floor`, ratio),
  ]
}

function memoryRow({ memory }: Results): Row[] {
  const { bareNode, variants = [], listed = 0 } = memory ?? {}
  const own = variants.flatMap(({ peak }) => (peak === undefined || bareNode === undefined ? [] : [peak - bareNode]))
  return worst(own, 120 * 1024 ** 2, `Memory over bare Node, ${number(listed)} listed`, megabytes)
}

function groupsRow({ groups = [] }: Results): Row[] {
  const own = groups.filter(({ isBulk }) => !isBulk)
  const [first] = own
  const { groups: count = 0, each = 0 } = first ?? {}
  const target = `Time of ${count} resource groups with ${each} deployments each, over the floor`
  return worst(
    own.map(({ ms, floorMs }) => ms / floorMs),
    1.15,
    target,
    ratio,
  )
}

function worst(values: readonly number[], most: number, target: string, show: (value: number) => string): Row[] {
  if (values.length === 0) return []
  const value = Math.max(...values)
  return [[target, show(most), show(value), value <= most]]
}
