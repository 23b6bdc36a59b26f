import { rateLimited, unauthorized } from './answers.ts'
import type { ApiKey, BasetenSettings, RateLimits } from './settings.ts'
import { DOCUMENTED_LIMITS } from './settings.ts'

/** The key of a request, by `Bearer` or `Api-Key`, or the refusal. */
export function authenticate(
  header: string | null,
  keys: ReadonlyMap<string, ApiKey>,
  settings: BasetenSettings,
): ApiKey | Response {
  const [, scheme = '', token = ''] = /^(bearer|api-key) +(\S+)$/i.exec(header ?? '') ?? []
  const key = keys.get(token)
  if (!key || (key.apiKeySchemeOnly && scheme.toLowerCase() !== 'api-key')) return unauthorized(settings.authStatus)
  return key.manages === false ? unauthorized(403) : key
}

/** Whether the key sees the objects of a team. */
export function sees(key: ApiKey, teamId: string): boolean {
  return key.teams?.includes(teamId) ?? true
}

/** The first of these environments that the key may not manage. */
export function restrictedOf(key: ApiKey, environments: Iterable<string>): string | undefined {
  for (const name of environments) if (key.restricted?.includes(name)) return name
  return undefined
}

/**
 * Counts requests per key and endpoint in windows that begin with their first request. "Baseten tracks each endpoint
 * separately", and model deployments' deactivate, each alias for itself, has a narrower limit (Baseten docs, rate limits).
 */
export function createLimiter(now: () => number, settings: BasetenSettings) {
  const windows = new Map<string, { since: number; count: number }>()

  return (key: ApiKey, method: string, pattern: string): Response | undefined => {
    const limits = limitsOf(settings)
    if (!limits) return undefined
    const slow = method === 'POST' && pattern.startsWith('/v1/models/') && pattern.endsWith('/deactivate')
    const [most, length] = slow ? [limits.deactivatePerMinute, 60_000] : [limits.perSecond, 1_000]
    const name = `${key.key} ${method} ${pattern}`
    const found = windows.get(name)
    const window = found && now() < found.since + length ? found : { since: now(), count: 0 }
    windows.set(name, window)
    if (window.count >= most) return rateLimited(Math.ceil((window.since + length - now()) / 1_000))
    window.count += 1
    return undefined
  }
}

function limitsOf({ rateLimits }: BasetenSettings): RateLimits | undefined {
  if (rateLimits === false) return undefined
  return rateLimits === true ? DOCUMENTED_LIMITS : { ...DOCUMENTED_LIMITS, ...rateLimits }
}
