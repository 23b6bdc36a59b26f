import { authenticate, createLimiter } from './baseten/access.ts'
import { methodNotAllowed, notFound } from './baseten/answers.ts'
import { createRaces, type Races } from './baseten/races.ts'
import { matchRoute } from './baseten/routes.ts'
import { type BasetenOptions, type BasetenSettings, DEFAULT_API_KEY, DEFAULTS } from './baseten/settings.ts'
import { type BasetenState, createState } from './baseten/world.ts'
import { emulate } from './core.ts'
import type { Emulator } from './emulator.ts'

export type { BasetenEvent } from './baseten/events.ts'
export { STATUSES } from './baseten/objects.ts'
export type { ApiKey, BasetenOptions, BasetenSettings } from './baseten/settings.ts'
export { DEFAULT_API_KEY } from './baseten/settings.ts'

/** The account behind the API, to seed, look into and change from outside. */
export type BasetenWorld = BasetenState & Races

export interface BasetenEmulator extends Emulator {
  readonly world: BasetenWorld
  /** May be changed while it runs. */
  readonly settings: BasetenSettings
}

/** Makes an emulator of Baseten's management API (https://api.baseten.co/v1). */
export function createBasetenEmulator(options: BasetenOptions = {}): BasetenEmulator {
  const { now = Date.now, apiKeys = [DEFAULT_API_KEY], ...rest } = options
  const settings: BasetenSettings = { ...DEFAULTS, ...rest }
  const state = createState(now, settings)
  const races = createRaces(state)
  const limit = createLimiter(now, settings)
  for (const key of apiKeys) {
    const entry = typeof key === 'string' ? { key } : key
    state.keys.set(entry.key, entry)
  }

  const emulator = emulate({ ...options, now }, (request, body) => {
    const { pathname, search, searchParams: query } = new URL(request.url)
    settings.before?.(request.method, pathname + search)
    const key = authenticate(request.headers.get('authorization'), state.keys, settings)
    if (key instanceof Response) return key
    const match = matchRoute(request.method, pathname)
    if (match === 'path') return notFound('page')
    if (match === 'method') return methodNotAllowed()
    const { route, parameters } = match
    const limited = limit(key, route.method, route.pattern)
    return limited ?? route.handler({ key, query, body, state, races }, ...parameters)
  })

  return { ...emulator, world: { ...state, ...races }, settings }
}
