import { listOf, memberOf, textOf } from './answers.ts'
import { createBirths } from './births.ts'
import type { Hearing, Told } from './hearing.ts'
import type { Sent } from './wire.ts'

export type BasetenResource = 'deployment' | 'model' | 'environment' | 'chain' | 'chain-deployment'

/** What of Baseten's answers counts for the rules, as the action was told it. */
export interface BasetenEars {
  hear(request: Sent, status: number, body: unknown, isMadeUp: boolean): () => void
  objection(write: Sent): string | undefined
  /** Whether the one that was shown first is gone, now that one made at `createdAt` has its ID. */
  hasChanged(id: string, createdAt: string): boolean
  /** The targets: those given, and those that a sweep was shown. */
  meant(): readonly string[]
  forget(): void
}

export interface EarsOptions {
  hearing: Hearing
  resource: BasetenResource
  /** The model or chain that all is under, and its path. */
  owner: string
  path: string
  targets: readonly string[]
  allow: string
  /** A sweep may come upon more than was there at first: this says of a deployment whether it is meant. */
  alsoMeant: (shown: unknown) => boolean
  freshMs: number
  /** Unix ms. */
  now: () => number
}

type Read = 'owner' | 'deployments' | 'environments'

/** What one answer showed: the environments of each deployment. */
interface View {
  at: number
  all: ReadonlyMap<string, readonly string[]>
}

/** Listens to all answers; a write is judged by what they said until then, never by what is so by now. */
export function createEars({
  hearing,
  resource,
  owner,
  path: base,
  targets,
  allow,
  ...rest
}: EarsOptions): BasetenEars {
  const isOwner = resource === 'model' || resource === 'chain'
  const meant = new Set(targets)
  const births = createBirths()
  /** By the read that said so: the environments that a deployment is in. */
  const held: Record<Read, View[]> = { owner: [], deployments: [], environments: [] }
  const view = (read: Read, all: View['all']) => void held[read].push({ at: rest.now(), all })
  const answers = new Map<string, number[]>()
  let listed: readonly string[] = []
  let environments: readonly string[] = []

  function hear({ method, path }: Sent, status: number, body: unknown, isMadeUp: boolean): () => void {
    return () => {
      if (method !== 'GET') {
        answers.set(`${method} ${path}`, [...(answers.get(`${method} ${path}`) ?? []), status])
      } else if (!isMadeUp && (status === 200 || status === 404)) listen(path, status, body)
    }
  }

  function listen(path: string, status: number, body: unknown): void {
    if (!path.startsWith(base)) {
      const all = listOf(body, `${owner === 'c1' ? 'chain' : 'model'}s`)
      const isThere = all.some((each) => textOf(each, 'id') === owner)
      if (isOwner && isThere) hearing.tell(owner, 'present')
      if (status !== 200 || isThere || path !== base.slice(0, base.lastIndexOf('/'))) return
      for (const gone of isOwner ? [owner] : meant) hearing.tell(gone, 'absent')
      return
    }
    // Several reads make one look, which is as fresh as the last of them.
    hearing.aside()
    const [, kind, id] = path.slice(base.length).split('/')
    if (kind === undefined) hearOwner(status, body)
    else if (kind === 'environments' && id === undefined) hearEnvironments(status, body)
    else if (kind === 'environments') hearing.tell(decodeURIComponent(id ?? ''), status === 404 ? 'absent' : 'present')
    else if (id === undefined) hearDeployments(body)
    else hearing.tell(id, status === 404 ? 'absent' : thereAs(id, body))
  }

  function hearOwner(status: number, body: unknown): void {
    if (isOwner) hearing.tell(owner, status === 404 ? 'absent' : 'present')
    else if (status === 404) for (const target of meant) hearing.tell(target, 'absent')
    const ids = [textOf(body, 'development_deployment_id'), textOf(body, 'production_deployment_id')]
    view('owner', new Map(ids.map((id, index) => [id, [index === 0 ? 'development' : 'production']])))
  }

  function hearEnvironments(status: number, body: unknown): void {
    const shown = listOf(body, 'environments')
    environments = shown.map((each) => textOf(each, 'name'))
    const inside = shown.flatMap((each) =>
      ['current_deployment', 'candidate_deployment'].map((name) => [
        textOf(memberOf(each, name), 'id'),
        textOf(each, 'name'),
      ]),
    )
    const all = Map.groupBy(inside, ([id = '']) => id)
    view('environments', new Map([...all].map(([id, pairs]) => [id, pairs.map(([, name = '']) => name)])))
    if (resource !== 'environment' || status === 404) return
    for (const name of environments) if (rest.alsoMeant({ name })) meant.add(name)
    for (const name of meant) hearing.tell(name, environments.includes(name) ? 'present' : 'absent')
  }

  function hearDeployments(body: unknown): void {
    const all = listOf(body, 'deployments')
    listed = all.map((each) => textOf(each, 'id'))
    view('deployments', new Map(all.map((each) => [textOf(each, 'id'), namesIn(each)])))
    if (isOwner || resource === 'environment') return
    for (const each of all) if (rest.alsoMeant(each)) meant.add(textOf(each, 'id'))
    for (const each of all)
      if (meant.has(textOf(each, 'id'))) hearing.tell(textOf(each, 'id'), thereAs(textOf(each, 'id'), each))
    for (const target of meant) if (!listed.includes(target)) hearing.tell(target, 'absent')
  }

  function thereAs(id: string, shown: unknown): Told {
    return births.isOther(id, textOf(shown, 'created_at')) ? 'replaced' : 'present'
  }

  function objection({ method, path, body }: Sent): string | undefined {
    const [, kind, id, deactivate] = path.slice(base.length).split('/')
    if (!path.startsWith(base)) return 'that is no target'
    if (deactivate !== undefined) return deactivateObjection(method, path, body, id ?? '')
    if (method !== 'DELETE' || body !== '') return 'delete is DELETE without a body'
    if (kind === undefined) return isOwner ? freshObjection(owner) : withLastObjection()
    if (kind === 'environments') return environmentObjection(decodeURIComponent(id ?? ''))
    return deploymentObjection(id ?? '')
  }

  function freshObjection(target: string): string | undefined {
    if (!meant.has(target)) return 'that is no target'
    // A look at others, or a replica, may bring another word in the moments between a target's own look and its turn.
    const words = [...hearing.within(target, rest.freshMs), hearing.last(target)]
    if (!words.includes('present')) return 'it was not told that it is there'
    const outdatedMs = hearing.outdatedMs(target)
    hearing.mark(target)
    if (births.write(target)) return 'another one has its ID'
    return outdatedMs > rest.freshMs ? `the last word was ${outdatedMs} ms ago` : undefined
  }

  function deactivateObjection(method: string, path: string, body: string, id: string): string | undefined {
    if (!meant.has(id)) return 'that is no target'
    if (method !== 'POST' || body !== '{}') return 'deactivate is POST {}'
    const before = answers.get(`DELETE ${path.replace(/\/deactivate$/, '')}`) ?? []
    return before.some((status) => [400, 409, 412, 422].includes(status)) ? undefined : 'no deletion was refused'
  }

  function deploymentObjection(id: string): string | undefined {
    const objection = isOwner ? 'only the whole was to go' : freshObjection(id)
    if (objection !== undefined) return objection
    for (const [read, views] of Object.entries(held)) {
      const bonds = recent(views).map(
        ({ all }) => all.get(id)?.filter((name) => name !== 'development' || !allow.includes('development')) ?? [],
      )
      if (bonds.length > 0 && bonds.every((names) => names.length > 0)) return `${read} show it in ${bonds.at(-1)}`
    }
    return listed.length === 1 && listed[0] === id && resource === 'deployment' ? 'it is the last one' : undefined
  }

  /** A model goes with its last deployment where that is allowed, and where that is all there is. */
  function withLastObjection(): string | undefined {
    if (resource !== 'deployment' || !allow.includes('last')) return 'that is no target'
    const alone = recent(held.deployments).flatMap(({ all }) => {
      const [first = '', ...others] = all.keys()
      return others.length === 0 && meant.has(first) ? first : []
    })
    const only = alone.at(-1)
    if (only === undefined) return `it has ${listed}`
    return namesOf(only).includes('production') ? 'it serves production' : freshObjection(only)
  }

  /** The last view, and those before it that are fresh: a look at others may bring a newer word before a target has its turn. */
  function recent(views: readonly View[]): View[] {
    const fresh = targets.length === 1 ? [] : views.slice(0, -1).filter(({ at }) => at >= rest.now() - rest.freshMs)
    return [...fresh, ...views.slice(-1)]
  }

  function environmentObjection(name: string): string | undefined {
    if (name === 'production') return 'that is production'
    if (!environments.includes(name)) return 'no such environment was shown'
    if (resource === 'environment') return freshObjection(name)
    if (resource !== 'deployment' || !allow.includes('environment')) return 'that is no target'
    const inside = [...meant].filter((id) => namesOf(id).includes(name))
    if (inside.length === 0) return 'no target was shown in it'
    return inside.every((id) => namesOf(id).includes('production')) ? 'what is in it serves production' : undefined
  }

  function namesOf(id: string): readonly string[] {
    return Object.values(held).flatMap((views) => views.at(-1)?.all.get(id) ?? [])
  }

  return {
    hear,
    objection,
    hasChanged: births.hasChanged,
    meant: () => [...meant],
    forget() {
      hearing.forget()
      births.forget()
      answers.clear()
      for (const views of Object.values(held)) views.length = 0
    },
  }
}

function namesIn(deployment: unknown): string[] {
  const environment = textOf(deployment, 'environment')
  return [
    ...(environment === '' ? [] : [environment]),
    ...(memberOf(deployment, 'is_production') === true ? ['production'] : []),
    ...(memberOf(deployment, 'is_development') === true ? ['development'] : []),
  ]
}
