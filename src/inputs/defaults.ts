/**
 * Every input with its default, as in `action.yml` (a test keeps the two equal). An empty default means "not given".
 * `github-token` has an expression for its default there, which the runner resolves.
 */
export const INPUT_DEFAULTS = {
  provider: '',
  resource: 'deployment',
  'model-id': '',
  'deployment-id': '',
  'chain-id': '',
  environment: '',
  name: '',
  'older-than': '0s',
  status: 'any',
  'keep-latest': '0',
  protect: 'none',
  allow: 'none',
  'max-deletions': '10',
  'dry-run': 'false',
  'if-not-found': 'warn',
  wait: 'true',
  timeout: '15m',
  defer: 'false',
  'api-key': '',
  'service-key': '',
  token: '',
  'resource-group': 'default',
  region: 'ap-southeast-1',
  'workspace-id': '',
  'api-url': '',
  'github-token': '',
  comment: 'false',
  'github-environment': '',
  summary: 'true',
} as const satisfies Record<string, string>

export type InputName = keyof typeof INPUT_DEFAULTS
