import { defineProvider } from '../definition.ts'
import { wholeText } from '../settings-reader.ts'
import { foreignHost } from '../shared/address.ts'
import { keySecrets } from '../shared/api-key.ts'
import { idTextProblem } from '../shared/id-problem.ts'
import { privateKeySecrets } from './certificate.ts'
import { OF_THE_TENANT } from './guards.ts'
import { connectSapAiCore } from './provider.ts'
import { serviceKeySecrets } from './service-key.ts'
import { loginNotices, readSapSettings, resourceGroupNotices, serviceKeyNotices } from './settings.ts'

const HOME = { name: 'sap-ai-core', homeDomain: '.hana.ondemand.com' }

export const sapAiCore = defineProvider({
  ...HOME,
  // Source: AI API, status of a deployment.
  statuses: ['PENDING', 'RUNNING', 'COMPLETED', 'DEAD', 'STOPPING', 'STOPPED', 'UNKNOWN'],
  guards: ['orchestration', 'executions'],
  resources: {
    deployment: {
      ids: 'deployment-id',
      plural: 'deployments',
      hasName: true,
      // Source: AI API, AiConfigurationName.
      nameCharacters: {
        allowed: /[\w\s.!?,;:[\](){}<>"'=+*/\\^&%@~$#|-]/,
        words: 'ASCII letters, digits, blanks and punctuation',
      },
      hasStatus: true,
      groups: { input: 'resource-group', resource: 'resource-group', noun: 'resource group' },
    },
    'resource-group': {
      ids: 'resource-group',
      plural: 'resource groups',
      never: { ids: OF_THE_TENANT, why: 'belongs to the tenant and is never deleted' },
      hasName: true,
      nameCharacters: { allowed: /[A-Za-z0-9.-]/, words: 'ASCII letters, digits, . and -' },
      hasStatus: false,
      // Source: AI Core API 2.42, BckndResourceGroupLabel.
      labels: { keyPrefix: 'ext.ai.sap.com/' },
    },
  },
  ownInputs: {
    'service-key': { default: '', secrets: serviceKeySecrets, ignoredElsewhere: true },
    token: { default: '', secrets: keySecrets },
    'resource-group': { default: 'default' },
  },
  // A one-line key is split at its commas in an input with a list, and a part is quoted in a message.
  misplacedSecrets: serviceKeySecrets,
  secretVariables: {
    AICORE_SERVICE_KEY: serviceKeySecrets,
    AICORE_CLIENT_SECRET: wholeText,
    AICORE_KEY_STR: privateKeySecrets,
  },
  secretFiles: { AICORE_KEY_FILE_PATH: privateKeySecrets },
  idProblem(resource, id) {
    const problem = idTextProblem(id)
    if (problem !== undefined) return problem
    if (resource === 'resource-group') {
      // Source: AI Core API 2.42, BckndResourceGroupsPostRequest.
      return /^[A-Za-z0-9][A-Za-z0-9.-]{1,251}[A-Za-z0-9]$/.test(id)
        ? undefined
        : 'cannot be a resource group of SAP AI Core (3 to 253 letters, digits, . and -, with a letter or digit at both ends)'
    }
    return /^[\w.-]{4,64}$/.test(id)
      ? undefined
      : 'cannot be a deployment ID of SAP AI Core (4 to 64 letters, digits, _ . -)'
  },
  readSettings: readSapSettings,
  where: () => [],
  notices({ apiUrl, auth }, reader) {
    const fromKey = 'the service key or AICORE_BASE_URL says so'
    const fromLogin =
      auth.kind === 'certificate'
        ? 'the service key, AICORE_CERT_URL or AICORE_AUTH_URL says so'
        : 'the service key or AICORE_AUTH_URL says so'
    return [
      ...(reader.text('api-url') === '' ? foreignHost(HOME, 'the credentials go', apiUrl, fromKey) : []),
      ...(auth.kind === 'secret' ? foreignHost(HOME, 'the client secret goes', auth.tokenUrl, fromLogin) : []),
      ...(auth.kind === 'certificate' ? foreignHost(HOME, 'the token request goes', auth.tokenUrl, fromLogin) : []),
      ...loginNotices(reader),
      ...resourceGroupNotices(reader),
      ...serviceKeyNotices(reader),
    ]
  },
  create: connectSapAiCore,
})
