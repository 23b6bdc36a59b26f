import type { ProviderName, ProviderSettings } from '../providers/settings.ts'
import type { Environment, Reader } from './reader.ts'
import { isLoopback } from './url.ts'

const HOME_DOMAINS: Readonly<Record<ProviderName, string>> = {
  baseten: '.baseten.co',
  'sap-ai-core': '.hana.ondemand.com',
  'alibaba-model-studio': '.aliyuncs.com',
}

/** What is worth telling of correct inputs: where credentials go, and what will look odd. */
export function noticesFor(provider: ProviderSettings, reader: Reader, env: Environment): string[] {
  return [
    ...foreignHosts(provider, reader),
    ...(provider.name === 'sap-ai-core' ? sapNotices(provider.resourceGroup, reader, env) : []),
    ...(provider.name === 'alibaba-model-studio' && provider.apiKey.startsWith('sk-sp-')
      ? ["the key begins with sk-sp-; such keys belong to other base URLs, so it may be refused: set 'api-url'"]
      : []),
    ...(env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
      ? [
          'NODE_TLS_REJECT_UNAUTHORIZED is 0, so no certificate is checked, and whoever is on the way can read the credentials: remove it, and name your own CA in NODE_EXTRA_CA_CERTS',
        ]
      : []),
  ]
}

/** Credentials that leave the provider's own domain, because the user said so or because somebody made the user say so. */
function foreignHosts(provider: ProviderSettings, reader: Reader): string[] {
  const reason = reader.text('api-url') === '' ? 'the service key or AICORE_BASE_URL says so' : "'api-url' says so"
  const notices: string[] = []
  const tell = (what: string, url: URL, why: string): void => {
    if (isLoopback(url) || `.${url.hostname}`.endsWith(HOME_DOMAINS[provider.name])) return
    notices.push(`${what} to ${url.host}, which is not a host of ${provider.name}, because ${why}`)
  }
  tell('the credentials go', provider.apiUrl, reason)
  if (provider.name !== 'sap-ai-core') return notices
  const { auth } = provider
  if (auth.kind === 'secret')
    tell('the client secret goes', auth.tokenUrl, 'the service key or AICORE_AUTH_URL says so')
  if (auth.kind === 'certificate') {
    tell('the token request goes', auth.tokenUrl, 'the service key, AICORE_CERT_URL or AICORE_AUTH_URL says so')
  }
  return notices
}

function sapNotices(resourceGroup: string, reader: Reader, env: Environment): string[] {
  const notices: string[] = []
  const group = env['AICORE_RESOURCE_GROUP']
  if (group && group !== resourceGroup) {
    notices.push(`AICORE_RESOURCE_GROUP is ${group}, but the input decides: 'resource-group' is ${resourceGroup}`)
  }
  const source = isOfManyLines(reader.text('service-key'))
    ? "'service-key'"
    : isOfManyLines(env['AICORE_SERVICE_KEY'])
      ? 'AICORE_SERVICE_KEY'
      : undefined
  if (source !== undefined) {
    // Without the brackets themselves: the runner would hide them here, too.
    notices.push(
      `${source} has several lines. If the secret is stored like that, GitHub hides each of its lines by itself, also the lone curly brackets: they become *** in the log and the summary, and job outputs with JSON are dropped ("Skip output … since it may contain secret"). Store it on one line (jq -c . key.json | gh secret set NAME), or give only its fields as AICORE_CLIENT_ID, AICORE_CLIENT_SECRET, AICORE_AUTH_URL and AICORE_BASE_URL`,
    )
  }
  return notices
}

function isOfManyLines(text: string | undefined): boolean {
  return /[\r\n]/.test(text?.trim() ?? '')
}
