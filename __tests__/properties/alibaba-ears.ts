import type { AlibabaWorld, Deployment } from '../../emulators/alibaba-model-studio.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { listOf, memberOf, textOf } from './answers.ts'
import type { Hearing, Told } from './hearing.ts'
import type { Sent } from './wire.ts'

/** What of Alibaba's answers counts for the rules, as the action was told it. */
export interface AlibabaEars {
  hear(request: Sent, status: number, body: unknown, isMadeUp: boolean): () => void
  objection(write: Sent): string | undefined
  /** Whether it was shown on its way out. */
  wasGoing(id: string): boolean
  /** The deployment that the action was shown first under this ID. */
  first(id: string): Deployment | undefined
  forget(): void
}

/** What one answer said of a target: how it shows it, and whether that is still the one shown first. */
interface Word {
  at: number
  view: unknown
  what: Told
}

export interface EarsOptions {
  clock: Clock
  world: AlibabaWorld
  hearing: Hearing
  targets: readonly string[]
  allow: string
  /** The workspace that is asked for; '' for any. */
  workspace: string
  freshMs: number
  isSweep: boolean
}

const REFUSED = 'it was refused'

/** From this many targets on, the list is the look at each. */
const LISTED_FROM = 4

const PATH = /^\/api\/v1\/deployments\/([^/?]+)(?:\/(capacity-instances|capacity-operations)(?:\/([^/?]+))?)?(?:\?.*)?$/

/** Listens to all answers; a write is judged by what they said until then, never by what is so by now. */
export function createEars({
  clock,
  world,
  hearing,
  targets,
  allow,
  workspace,
  freshMs,
  isSweep,
}: EarsOptions): AlibabaEars {
  const words = new Map<string, Word[]>()
  const firstViews = new Map<string, unknown>()
  const firsts = new Map<string, Deployment>()
  const instances = new Map<string, readonly unknown[]>()
  const settled = new Map<string, string>()
  const going = new Set<string>()

  function see(view: unknown, really: Deployment | undefined, isLook: boolean): void {
    const id = textOf(view, 'deployed_model')
    if (isLook && !firstViews.has(id)) firstViews.set(id, view)
    if (isLook && !firsts.has(id) && really !== undefined) firsts.set(id, really)
    if (isGoing(view)) going.add(id)
    const times = new Set([bornAt(view), bornAt(firstViews.get(id))].filter((time) => time !== ''))
    tell(id, times.size < 2 ? 'present' : 'replaced', view)
  }

  function tell(id: string, what: Told, view: unknown): void {
    hearing.tell(id, what)
    // What was refused may be asked for again once it was looked at: the state may have passed.
    if (settled.get(id) === REFUSED) settled.delete(id)
    words.set(id, [...(words.get(id) ?? []), { at: clock.now(), what, view }])
  }

  function hear({ method, path }: Sent, status: number, body: unknown, isMadeUp: boolean): () => void {
    const [, id = '', collection, item] = PATH.exec(path) ?? []
    const output = memberOf(body, 'output') ?? memberOf(body, 'data')
    const code = textOf(body, 'code')
    const isFine = status >= 200 && status < 300 && ['', '200', 'Success'].includes(code)
    if (method !== 'GET') {
      return () => {
        if (collection !== undefined || item !== undefined) return
        if (isFine && !isMadeUp) settled.set(id, 'its deletion was accepted')
        else if (!isReservation(words.get(id)?.at(-1)?.view) && status === 403) settled.set(id, REFUSED)
      }
    }
    if (isMadeUp) return () => undefined
    if (collection === 'capacity-instances') return () => void (isFine && instances.set(id, listOf(output, 'records')))
    if (collection !== undefined) return () => undefined
    const shown = id === '' ? listOf(output, 'deployments') : isFine ? [output] : []
    const really = shown.map((view) => world.get(textOf(view, 'deployed_model')))
    const isGone = status === 404 && (code === 'NotFound' || code === 'MODEL_CODE_NOT_FOUND')
    return () => {
      // Of a few targets given by ID, each is read by GET; the list is then asked about one that GET does not find.
      const isLook = id !== '' || isSweep || targets.length >= LISTED_FROM
      for (const [index, view] of shown.entries()) see(view, really[index], isLook)
      if (isGone && id !== '') tell(id, 'absent', undefined)
      // A list that is as long as it says shows all there are; here there is never more than one page.
      const isWhole = id === '' && isFine && memberOf(output, 'total') === shown.length
      const ids = new Set(shown.map((view) => textOf(view, 'deployed_model')))
      for (const seen of isWhole ? words.keys() : []) if (!ids.has(seen)) tell(seen, 'absent', undefined)
    }
  }

  function objection({ method, path, body }: Sent): string | undefined {
    const [, id = '', collection, item] = PATH.exec(path) ?? []
    if (method !== 'DELETE' || body !== '') return 'only DELETE without a body'
    if (!targets.includes(id)) return 'that is no target'
    const outdatedMs = hearing.outdatedMs(id)
    hearing.mark(id)
    if (outdatedMs > freshMs) return `the last word was ${outdatedMs} ms ago`
    const said = words.get(id) ?? []
    const last = said.at(-1)
    if (last === undefined) return 'it was never shown'
    // A look at others may bring a newer word in the moments between a target's own look and its turn.
    const fresh = targets.length === 1 ? [] : said.filter(({ at }) => at >= clock.now() - freshMs)
    const objections = [...fresh, last].map((word) => wordObjection(id, word, collection, item))
    return objections.includes(undefined) ? undefined : objections.at(-1)
  }

  function wordObjection(id: string, { what, view }: Word, collection?: string, item?: string): string | undefined {
    if (what !== 'present') return `it was ${what}`
    const shared = sharedObjection(view)
    if (shared !== undefined) return shared
    if (collection === undefined) return deleteObjection(id, view)
    const instance = instances.get(id)?.find((each) => textOf(each, 'instance_id') === item)
    if (collection !== 'capacity-instances' || instance === undefined) return 'no such instance was shown'
    return memberOf(instance, 'deleted') === true ? 'it was released' : paidAhead(id)
  }

  function sharedObjection(view: unknown): string | undefined {
    const isForeign = workspace !== '' && textOf(view, 'workspace_id') !== workspace
    if (isForeign) return 'it is not known to be of the workspace'
    if (isGoing(view)) return 'it was going already'
    if (textOf(view, 'charge_type') === 'pre_paid' && !allow.includes('prepaid')) return 'it is prepaid'
    return isReservation(view) && !allow.includes('reservation') ? 'it is a reservation' : undefined
  }

  function deleteObjection(id: string, view: unknown): string | undefined {
    const before = settled.get(id)
    if (before !== undefined) return before
    if (!isReservation(view)) return undefined
    if (instances.get(id)?.length !== 0) return 'it has instances left'
    return textOf(view, 'status') === 'STOPPED' ? undefined : 'it is not STOPPED'
  }

  /** Only the billing console ends what is paid ahead; one that failed may never have been paid. */
  function paidAhead(id: string): string | undefined {
    const isAhead = (each: unknown) =>
      textOf(each, 'charge_type') !== 'post_paid' && !['FAILED', 'DELETING'].includes(textOf(each, 'status'))
    return instances.get(id)?.some(isAhead) ? 'a prepaid instance was shown' : undefined
  }

  return {
    hear,
    objection,
    wasGoing: (id) => going.has(id),
    first: (id) => firsts.get(id),
    forget() {
      for (const each of [words, firstViews, firsts, instances, settled, going]) each.clear()
    },
  }
}

function isGoing(view: unknown): boolean {
  return ['DELETING', 'OFFLINING'].includes(textOf(view, 'status'))
}

function isReservation(view: unknown): boolean {
  return (
    ['ptu', 'ptu_v2'].includes(textOf(view, 'plan')) ||
    ['ptu_capacity', 'ptu_service_tier'].some((name) => memberOf(view, name) != null)
  )
}

/** Answers show it with and without fractions of a second. */
function bornAt(view: unknown): string {
  return textOf(view, 'gmt_create').slice(0, 19)
}
