import { defineProvider } from '../definition.ts'
import { keySecrets } from '../shared/api-key.ts'
import { idTextProblem } from '../shared/id-problem.ts'
import { ALIASES } from './api.ts'
import { connectBaseten } from './provider.ts'
import { basetenNotices, readBasetenSettings } from './settings.ts'

const EVERY_MODEL = "'model-id' is not given, so every model that the key can see is swept"
const EVERY_CHAIN = "'chain-id' is not given, so every chain that the key can see is swept"
const OF_MODEL = { input: 'model-id', resource: 'model', noun: 'model' } as const
const OF_CHAIN = { input: 'chain-id', resource: 'chain', noun: 'chain' } as const

/** The usage summary tells of days, and of 31 at most. Source: Baseten management API, "Usage summary". */
const USAGE = { leastDays: 1, mostDays: 31 }

export const baseten = defineProvider({
  name: 'baseten',
  homeDomain: '.baseten.co',
  // Source: Baseten's OpenAPI, DeploymentStatusV1.
  statuses: [
    'BUILDING',
    'DEPLOYING',
    'DEPLOY_FAILED',
    'LOADING_MODEL',
    'ACTIVE',
    'UNHEALTHY',
    'BUILD_FAILED',
    'BUILD_STOPPED',
    'DEACTIVATING',
    'INACTIVE',
    'FAILED',
    'UPDATING',
    'SCALED_TO_ZERO',
    'WAKING_UP',
  ],
  guards: ['environment', 'development', 'last'],
  resources: {
    deployment: {
      ids: 'deployment-id',
      parents: OF_MODEL,
      plural: 'deployments',
      hasName: true,
      nameCharacters: { allowed: /[\w.-]/, words: 'letters, digits, _ - .' },
      hasStatus: true,
      labels: { keyPrefix: '' },
      usage: USAGE,
      whenUnscoped: EVERY_MODEL,
    },
    model: { ids: 'model-id', plural: 'models', hasName: true, hasStatus: false },
    environment: {
      ids: 'environment',
      parents: OF_MODEL,
      plural: 'environments',
      hasName: true,
      hasStatus: false,
      whenUnscoped: EVERY_MODEL,
    },
    chain: { ids: 'chain-id', plural: 'chains', hasName: true, hasStatus: false },
    'chain-deployment': {
      ids: 'deployment-id',
      parents: OF_CHAIN,
      plural: 'chain deployments',
      hasName: false,
      hasStatus: true,
      usage: USAGE,
      whenUnscoped: EVERY_CHAIN,
    },
  },
  ownInputs: {
    'model-id': { default: '' },
    'chain-id': { default: '' },
    environment: { default: '' },
    'api-key': { default: '', secrets: keySecrets, ignoredElsewhere: true },
  },
  secretVariables: { BASETEN_API_KEY: keySecrets },
  idProblem(resource, id) {
    if (resource === 'environment') return environmentProblem(id)
    const problem = idTextProblem(id)
    if (problem !== undefined) return problem
    return ALIASES.includes(id) ? 'is no ID: deployments go by their ID, never by the alias of what serves' : undefined
  },
  readSettings: readBasetenSettings,
  where: () => [],
  notices: basetenNotices,
  create: connectBaseten,
})

function environmentProblem(name: string): string | undefined {
  if (name === 'production') return 'is never deleted'
  if (/[*?{}]/.test(name)) return "is a pattern: patterns belong in 'name', and 'environment' takes whole names"
  return idTextProblem(name, 'the name of an environment')
}
