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
function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname)
}

/** The notice that credentials leave the provider's own domain, and why; empty if they do not, or stay on this machine. */
export function foreignHost(
  provider: { name: string; homeDomain: string },
  what: string,
  url: URL,
  why: string,
): string[] {
  if (isLoopback(url) || `.${url.hostname}`.endsWith(provider.homeDomain)) return []
  return [`${what} to ${url.host}, which is not a host of ${provider.name}, because ${why}`]
}
