import { defineProvider } from '../definition.ts'
import { keySecrets } from '../shared/api-key.ts'
import { idTextProblem } from '../shared/id-problem.ts'
import { connectAlibabaModelStudio } from './provider.ts'
import { alibabaNotices, readAlibabaSettings } from './settings.ts'

export const alibabaModelStudio = defineProvider({
  name: 'alibaba-model-studio',
  homeDomain: '.aliyuncs.com',
  // Source: Model Studio documentation. No list there is complete; this is their union.
  statuses: [
    'PENDING',
    'DEPLOYING',
    'RUNNING',
    'UPDATING',
    'UPDATING_FAILED',
    'STOPPED',
    'FAILED',
    'DELETING',
    'OFFLINING',
    'ARREARS_DOWN',
    'ARREARS_RECOVERING',
    'WAIT_PRE_PAID_BILLING_TO_DEPLOYING',
    'WAIT_PRE_PAID_BILLING_TO_SCALING',
    'WAIT_TO_DEPLOY',
    'SCALING',
    'STOPPING',
    'SUSPENDING',
    'SUSPENDED',
    'STARTING',
    'RECOVERING',
  ],
  guards: ['prepaid', 'reservation'],
  resources: {
    deployment: {
      ids: 'deployment-id',
      plural: 'deployments',
      hasName: true,
      // No grammar is documented; these are the characters of every example.
      nameCharacters: { allowed: /[\w.:-]/, words: 'letters, digits, _ - . :' },
      hasStatus: true,
    },
  },
  ownInputs: {
    region: { default: 'ap-southeast-1' },
    'workspace-id': { default: '' },
    'api-key': { default: '', secrets: keySecrets, ignoredElsewhere: true },
  },
  secretVariables: { DASHSCOPE_API_KEY: keySecrets },
  idProblem(_resource, id) {
    const problem = idTextProblem(id)
    if (problem !== undefined) return problem
    return id === 'models' ? 'is a reserved word of the API and no deployment' : undefined
  },
  readSettings: readAlibabaSettings,
  where: ({ region, workspaceId }) => [
    ...(region === undefined ? [] : [`region ${region}`]),
    ...(workspaceId === undefined ? [] : [`workspace ${workspaceId}`]),
  ],
  notices: alibabaNotices,
  create: connectAlibabaModelStudio,
})
