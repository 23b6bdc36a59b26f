import { defineProvider } from '../definition.ts'
import { wholeText } from '../settings-reader.ts'
import { foreignHost } from '../shared/address.ts'
import { keySecrets } from '../shared/api-key.ts'
import { idTextProblem } from '../shared/id-problem.ts'
import { privateKeySecrets } from './certificate.ts'
import { connectSapAiCore } from './provider.ts'
import { serviceKeySecrets } from './service-key.ts'
import { loginNotices, readSapSettings, resourceGroupNotices, serviceKeyNotices } from './settings.ts'

const HOME = { name: 'sap-ai-core', homeDomain: '.hana.ondemand.com' }

export const sapAiCore = defineProvider({
  ...HOME,
  // Source: AI API, status of a deployment.
  statuses: ['PENDING', 'RUNNING', 'COMPLETED', 'DEAD', 'STOPPING', 'STOPPED', 'UNKNOWN'],
  guards: ['orchestration'],
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
    },
  },
  ownInputs: {
    'service-key': { default: '', secrets: serviceKeySecrets, ignoredElsewhere: true },
    token: { default: '', secrets: keySecrets },
    'resource-group': { default: 'default' },
  },
  secretVariables: {
    AICORE_SERVICE_KEY: serviceKeySecrets,
    AICORE_CLIENT_SECRET: wholeText,
    AICORE_KEY_STR: privateKeySecrets,
  },
  secretFiles: { AICORE_KEY_FILE_PATH: privateKeySecrets },
  idProblem(_resource, id) {
    const problem = idTextProblem(id)
    if (problem !== undefined) return problem
    return /^[\w.-]{4,64}$/.test(id)
      ? undefined
      : 'cannot be a deployment ID of SAP AI Core (4 to 64 letters, digits, _ . -)'
  },
  readSettings: readSapSettings,
  where: ({ resourceGroup }) => [`resource group ${resourceGroup}`],
  notices({ apiUrl, auth, resourceGroup }, reader) {
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
      ...resourceGroupNotices(resourceGroup, reader),
      ...serviceKeyNotices(reader),
    ]
  },
  create: connectSapAiCore,
})
