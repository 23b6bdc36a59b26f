import { ProviderError } from '../errors.ts'

/** `url` with `suffix` (such as `/v2`) at the end of its path, which users may write or omit. */
export function withSuffix(url: URL, suffix: string): URL {
  const path = url.pathname.replace(/\/+$/, '')
  return new URL(url.origin + (path.endsWith(suffix) ? path : path + suffix))
}

/** The URL of `path` (with query) below `base`, whose own path is kept. The host is always that of `base`. */
export function below(base: URL, path: string): URL {
  return new URL(base.origin + base.pathname.replace(/\/+$/, '') + path)
}

/**
 * An ID as one path segment. Throws for the empty ID, for `.` and `..`, which would address a parent, and for half a surrogate
 * pair: IDs come from users and from lists, and a wrong one must never become another resource's path. `taken` are names that
 * the API uses for something else at this place.
 */
export function segment(id: string, taken: readonly string[] = []): string {
  const isName = id === '' || id === '.' || id === '..' || taken.includes(id)
  if (isName || !id.isWellFormed()) throw new ProviderError('target', `'${id}' cannot be an ID`)
  return encodeURIComponent(id)
}

/** Whether a text can be one segment of a path, and so an ID. Providers rarely document what they allow. */
export function canBeSegment(text: string): boolean {
  return text !== '.' && text !== '..' && /^[^\s/\\?#%\p{C}]{1,256}$/u.test(text)
}
