import type { Scale } from '../measure/scale.ts'
import { draw, type Panel, type Series } from './plot.ts'
import { number } from './words.ts'

/** Time and requests over the number of targets, by file name. */
export function pictures(rows: readonly Scale[]): Record<string, string> {
  const description = 'One panel for each provider, with a line for each way to delete; both axes are logarithmic.'
  return {
    'performance-time.svg': draw({
      title: 'Time until all targets are confirmed gone',
      description,
      xLabel: 'Number of targets; 50 ms an answer',
      tick: (value) => (value < 1 ? `${value * 1000} ms` : `${number(value)} s`),
      panels: panels(rows, ({ ms }) => ms / 1000),
    }),
    'performance-requests.svg': draw({
      title: 'Requests until all targets are confirmed gone',
      description,
      xLabel: 'Number of targets; 50 ms an answer',
      tick: number,
      panels: panels(rows, ({ reads, writes }) => reads + writes),
    }),
  }
}

const SHORT_NAMES: Record<Series['kind'], string> = {
  action: 'Undeploy',
  bulk: 'Undeploy, bulk',
  bash: 'bash script',
  'sap-client': "SAP's client",
}

function panels(rows: readonly Scale[], value: (row: Scale) => number): Panel[] {
  const providers = Map.groupBy(rows, ({ variant }) => variant.account.provider)
  return [...providers.values()].map((group) => ({
    title: group[0]?.variant.title ?? '',
    series: [...Map.groupBy(group, kindOf)].map(([kind, line]) => ({
      name: SHORT_NAMES[kind],
      kind,
      points: line.map((row) => ({ x: row.targets, y: value(row) })).sort((a, b) => a.x - b.x),
    })),
  }))
}

function kindOf({ who, variant }: Scale): Series['kind'] {
  return who === 'action' && variant.account.bulk === true ? 'bulk' : who
}
