import type { Environment } from '../lib/environment.ts'

const PROXY_VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'] as const

/** The passwords in the proxies' addresses: as they stand there, decoded, and as they go to the proxy. */
export function proxySecrets(env: Environment): string[] {
  return PROXY_VARIABLES.flatMap((name) => {
    const url = parse(env[name])
    if (url === undefined || url.password === '') return []
    const password = decoded(url.password) ?? url.password
    return [url.password, password, Buffer.from(`${decoded(url.username)}:${password}`).toString('base64')]
  })
}

/** What is wrong with proxies that nothing can be sent through, without the address, in which a password may stand. */
export function proxyMistakes(env: Environment): string[] {
  return PROXY_VARIABLES.flatMap((name) => {
    if (!env[name]) return []
    const url = parse(env[name])
    if (url === undefined || !/^(https?|socks5?):$/.test(url.protocol) || url.hostname === '') {
      return [`${name} is no address of a proxy; write it as http://host:port`]
    }
    return decoded(url.username) === undefined || decoded(url.password) === undefined
      ? [`${name} has a user name or password with a stray %; write it as %25`]
      : []
  })
}

function parse(text: string | undefined): URL | undefined {
  return text && URL.canParse(text) ? new URL(text) : undefined
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
