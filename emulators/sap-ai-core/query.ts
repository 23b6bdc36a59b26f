import type { SapSettings } from './model.ts'

/** What a list was asked for, checked. */
export interface Query {
  status: string | undefined
  configurationId: string | undefined
  scenarioId: string | undefined
  executableIds: Set<string> | undefined
  search: string | undefined
  ignoreCase: boolean
  onlyStatus: boolean
  top: number
  skip: number
}

export type Parameter = keyof typeof FORMS

export const FILTERS: Parameter[] = ['executableIds', 'configurationId', 'scenarioId', 'status']
export const PAGING: Parameter[] = ['$top', '$skip']

/** Ids of every kind, as the API's description has them. */
export const ID = /^[\w.-]{4,64}$/

const STATUS = /^(PENDING|RUNNING|COMPLETED|DEAD|STOPPING|STOPPED|UNKNOWN)$/

const FORMS = {
  executableIds: (value: string) => value.split(',').length <= 1000 && value.split(',').every((id) => ID.test(id)),
  configurationId: (value: string) => ID.test(value),
  scenarioId: (value: string) => ID.test(value),
  status: (value: string) => STATUS.test(value),
  $top: (value: string) => /^\d{1,9}$/.test(value),
  $skip: (value: string) => /^\d{1,9}$/.test(value),
  $select: (value: string) => value === 'status',
  $search: (value: string) => /^[^~]{1,80}$/.test(value),
  searchCaseInsensitive: (value: string) => /^(true|false)$/.test(value),
  $expand: (value: string) => value === 'scenario',
}

/** Reads the query of a list; a string says what is wrong with it. */
export function readQuery(given: URLSearchParams, allowed: Parameter[], settings: SapSettings): Query | string {
  // SAP's Python client writes `top` and `skip` without the `$`.
  const params = new URLSearchParams()
  for (const [name, value] of given) params.append(/^(top|skip)$/.test(name) ? `$${name}` : name, value)
  const known = new Set<string>(allowed)
  for (const name of new Set(params.keys())) {
    if (!known.has(name)) {
      if (settings.unknownQuery === 'ignore') continue
      return `unknown query parameter ${name}`
    }
    const values = params.getAll(name)
    if (values.length > 1) return `query parameter ${name} occurs more than once`
    if (!FORMS[name as Parameter](values[0] ?? '')) return `query parameter ${name} is malformed`
  }
  const one = (name: Parameter) => (known.has(name) ? (params.get(name) ?? undefined) : undefined)
  const top = Number(one('$top') ?? Math.min(DEFAULT_TOP, settings.maxTop))
  if (top > settings.maxTop && settings.overMaxTop !== 'clamp') return `$top is above ${settings.maxTop}`
  const executables = one('executableIds')
  return {
    status: one('status'),
    configurationId: one('configurationId'),
    scenarioId: one('scenarioId'),
    executableIds: executables === undefined ? undefined : new Set(executables.split(',')),
    search: one('$search'),
    ignoreCase: one('searchCaseInsensitive') === 'true',
    onlyStatus: one('$select') === 'status',
    top: Math.min(top, settings.maxTop),
    skip: Number(one('$skip') ?? 0),
  }
}

const DEFAULT_TOP = 10_000
