import type { Busy } from '../measure/busy.ts'
import type { Groups } from '../measure/groups.ts'
import type { Memory } from '../measure/memory.ts'
import type { Notice } from '../measure/notice.ts'
import type { Patience } from '../measure/patience.ts'
import { floorMs, type Scale } from '../measure/scale.ts'
import type { Start } from '../measure/start.ts'
import { megabytes, number, percent, ratio, table, time } from './words.ts'

export const NAMES = { action: 'Undeploy', bash: 'bash, curl, jq', 'sap-client': "SAP's client" } as const

export function startTable({ rounds, action, threeRequests, bareNode, actionRequests }: Start): string {
  const row = (what: string, requests: number, ms: number) => [
    what,
    number(requests),
    time(ms),
    `+${time(ms - bareNode)}`,
    ratio(ms / threeRequests),
  ]
  return table(
    [`whole process, median of ${rounds}`, 'requests', 'time', 'over bare Node', "over Node's `fetch`"],
    [
      row('Undeploy', actionRequests, action),
      row("three requests with Node's `fetch`", 3, threeRequests),
      ['`node -e 0`', '0', time(bareNode), '', ''],
    ],
  )
}

export function noticeTable(rows: readonly Notice[]): string {
  const ordered = [...rows].sort((a, b) => a.removeMs - b.removeMs)
  const groups = Map.groupBy(ordered, ({ who, variant }) => `${NAMES[who]}, ${variant.title}`)
  const removals = [...new Set(ordered.map(({ removeMs }) => removeMs))]
  const body = [...groups].map(([name, group]) => [
    name,
    ...removals.map((removeMs) => {
      const row = group.find((each) => each.removeMs === removeMs)
      return row === undefined ? '' : `${time(row.medianMs)} (${time(row.worstMs)}), ${row.polls} polls`
    }),
  ])
  return table(['the removal takes', ...removals.map((ms) => `${ms / 1000} s`)], body)
}

export function patienceTable(rows: readonly Patience[]): string {
  return table(
    ['on a fake clock, worst case', 'removals under 10 s', 'from 10 s to 10 min', 'polls in 10 min'],
    rows.map((row) => [
      row.variant.title,
      time(row.worstShortMs),
      `${percent(row.worstLongShare)} of the wait`,
      number(row.pollsInTenMinutes),
    ]),
  )
}

export function requestsTable(rows: readonly Scale[]): string {
  return sideBySide(rows, ({ reads, writes }) => `${number(reads)} + ${number(writes)}`)
}

export function timeTable(rows: readonly Scale[]): string {
  return sideBySide(rows, ({ ms }) => time(ms))
}

/** One line for each of those compared, one column for each number of targets. */
function sideBySide(rows: readonly Scale[], cell: (row: Scale) => string): string {
  const counts = [...new Set(rows.map(({ targets }) => targets))].sort((a, b) => a - b)
  const groups = Map.groupBy(rows, ({ who, variant }) => `${variant.title}: ${NAMES[who]}`)
  const body = [...groups].sort(([a], [b]) => order(rows, a) - order(rows, b))
  return table(
    ['targets', ...counts.map(number)],
    body.map(([name, group]) => [
      name,
      ...counts.map((count) => {
        const row = group.find(({ targets }) => targets === count)
        return row === undefined ? '' : cell(row)
      }),
    ]),
  )
}

/** Provider by provider, each with all that were measured on it. */
function order(rows: readonly Scale[], name: string): number {
  const titles = [...new Set(rows.map(({ variant }) => variant.title))]
  const [title = '', who = ''] = name.split(': ')
  return 10 * titles.indexOf(title) + Object.values<string>(NAMES).indexOf(who)
}

export function floorTable(rows: readonly Scale[]): string {
  const most = Math.max(...rows.map(({ targets }) => targets))
  const own = rows.filter(({ who, targets }) => who === 'action' && targets === most)
  return table(
    [`${number(most)} targets, 50 ms an answer`, 'writes', 'at once', "provider's own part", 'floor', 'time', 'ratio'],
    own.map((row) => [
      row.variant.title,
      number(row.writes),
      number(row.variant.width),
      time(row.variant.stopMs + row.variant.removeMs),
      time(floorMs(row)),
      time(row.ms),
      ratio(row.ms / floorMs(row)),
    ]),
  )
}

export function busyTable(rows: readonly Busy[]): string {
  return table(
    ['when it is too much', 'targets', '429 because', '429s', 'sent during the pause', 'time'],
    rows.map((row) => [
      row.variant.title,
      number(row.targets),
      row.perSecond === undefined ? 'now and then, `Retry-After: 1`' : `more than ${row.perSecond} a second`,
      number(row.refused),
      number(row.impatient),
      time(row.ms),
    ]),
  )
}

export function groupsTable(rows: readonly Groups[]): string {
  return table(
    ['resource groups', 'deployments', 'reads', 'writes', 'time', 'over the floor'],
    rows.map((row) => [
      `${number(row.groups)}${row.isBulk ? ', bulk on' : ''}`,
      number(row.groups * row.each),
      number(row.reads),
      number(row.writes),
      time(row.ms),
      ratio(row.ms / row.floorMs),
    ]),
  )
}

export function memoryTable({ listed, deleted, rounds, bareNode, variants }: Memory): string {
  return table(
    [`${number(listed)} listed, ${number(deleted)} deleted, median of ${rounds}`, 'peak', 'over bare Node'],
    [
      ['`node -e 0`', megabytes(bareNode), ''],
      ...variants.map(({ variant, peak }) => [
        variant.title,
        megabytes(peak),
        peak === undefined || bareNode === undefined ? '' : `+${megabytes(peak - bareNode)}`,
      ]),
    ],
  )
}
