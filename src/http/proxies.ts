import type { Environment } from '../lib/environment.ts'

/** A proxy that a variable of the environment names. */
interface ProxyVariable {
  name: string
  /** Undefined if the value of the variable cannot be used as a proxy. */
  url: URL | undefined
  problem?: string
}

/** As in undici: the lower-case name wins, even if it is empty, and https goes through `http_proxy` if only that is set. */
const NAMES = { http: ['http_proxy', 'HTTP_PROXY'], https: ['https_proxy', 'HTTPS_PROXY'] } as const

/** The addresses of the proxies for undici; empty for none. An unusable address is ignored. */
export function proxyAddresses(env: Environment): { httpProxy: string; httpsProxy: string } {
  return { httpProxy: addressOf(proxy(env, 'http')), httpsProxy: addressOf(proxy(env, 'https')) }
}

/** Whether anything may have to go through a proxy, before `no_proxy` is looked at. */
export function hasProxy(env: Environment): boolean {
  return Object.values(proxyAddresses(env)).some((address) => address !== '')
}

/**
 * What is wrong with the proxies that are needed to reach `hosts`, without their addresses, which may hold passwords. Unused
 * variables are not checked.
 */
export function proxyProblems(env: Environment, hosts: readonly URL[]): string[] {
  const [http, https] = [proxy(env, 'http'), proxy(env, 'https')]
  const isHttpNeeded = https === undefined || hosts.some(({ protocol }) => protocol === 'http:')
  const needed = [...(isHttpNeeded ? [http] : []), https]
  return needed.flatMap((each) => (each?.problem === undefined ? [] : [`${each.name} ${each.problem}`]))
}

/** The `host:port` of the proxy that a request to `url` goes through, for messages; undefined if it goes directly. */
export function proxyFor(env: Environment, url: URL): string | undefined {
  const used = (url.protocol === 'https:' ? proxy(env, 'https')?.url : undefined) ?? proxy(env, 'http')?.url
  return used === undefined || isDirect(env['no_proxy'] ?? env['NO_PROXY'] ?? '', url) ? undefined : used.host
}

/** As undici reads `no_proxy`: hosts with all below them, `*.host` for only those below, `*` for all, each with or without a port. */
function isDirect(noProxy: string, url: URL): boolean {
  const host = url.hostname.replace(/^\[(.+)\]$/, '$1').replace(/\.$/, '')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return noProxy.split(/[\s,]+/).some((entry) => {
    const [, name = '', own = port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    if (entry === '' || own !== port) return false
    if (name === '*') return true
    const bare = name.replace(/^\*?\./, '').replace(/\.$/, '')
    return host.endsWith(`.${bare}`) || (!name.startsWith('*') && host === bare)
  })
}

/** The passwords in the proxies' addresses: as they stand there, decoded, and as they go to the proxy. */
export function proxySecrets(env: Environment): string[] {
  return [...NAMES.http, ...NAMES.https].flatMap((name) => {
    const url = parse(env[name] ?? '')
    if (url === undefined || url.password === '') return []
    const password = decoded(url.password) ?? url.password
    return [url.password, password, Buffer.from(`${decoded(url.username)}:${password}`).toString('base64')]
  })
}

function proxy(env: Environment, scheme: 'http' | 'https'): ProxyVariable | undefined {
  const [lower, upper] = NAMES[scheme]
  const name = env[lower] === undefined ? upper : lower
  const text = env[name]?.trim() ?? ''
  if (text === '') return undefined
  const url = parse(text)
  if (url === undefined || !/^(https?|socks5?):$/.test(url.protocol) || url.hostname === '') {
    return { name, url: undefined, problem: 'is not the address of a proxy; write it as http://host:port' }
  }
  return decoded(url.username) === undefined || decoded(url.password) === undefined
    ? { name, url: undefined, problem: 'has a user name or password with a stray %; write it as %25' }
    : { name, url }
}

/** Without a path or query, which undici does not take. */
function addressOf(variable: ProxyVariable | undefined): string {
  if (variable?.url === undefined) return ''
  const { protocol, username, password, host } = variable.url
  const user = username === '' && password === '' ? '' : `${username}:${password}@`
  return `${protocol}//${user}${host}`
}

/** As curl and GitHub's toolkit have it, an address without a scheme is http. */
function parse(text: string): URL | undefined {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  return text !== '' && URL.canParse(whole) ? new URL(whole) : undefined
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
