import type { Reader } from './reader.ts'

/** A base URL a user may give: https only, except on loopback, where a test server or a gateway may listen. */
export function parseAddress(text: string): URL | string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return 'is not a URL; write it with https://'
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    return 'must begin with https:// (http:// only for loopback addresses)'
  }
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password'
  if (url.search !== '' || url.hash !== '') return 'must not contain a query or a fragment'
  return url
}

/** Whether the URL never leaves this machine. */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname)
}

/** The `api-url` input; undefined where it is not given or wrong. */
export function readApiUrl(reader: Reader): URL | undefined {
  const text = reader.text('api-url')
  if (text === '') return undefined
  const url = parseAddress(text)
  if (url instanceof URL) return url
  reader.mistake(`'api-url' ${url}`)
  return undefined
}
