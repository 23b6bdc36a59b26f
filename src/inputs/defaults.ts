import type { ProviderDefinition } from '../providers/definition.ts'

/**
 * The inputs that every provider has, each with its default in `action.yml`; those of one provider stand in its definition. An
 * empty default means "not given". `github-token` has an expression for its default there, which the runner resolves.
 */
export const COMMON_INPUTS = {
  provider: '',
  resource: 'deployment',
  'deployment-id': '',
  name: '',
  'pull-request': 'closed',
  label: 'any',
  'unused-for': '0s',
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
  'api-url': '',
  'github-token': '',
  comment: 'false',
  'github-environment': '',
  summary: 'true',
} as const satisfies Record<string, string>

export type CommonInput = keyof typeof COMMON_INPUTS

/** Every input with its default, those of all providers included. A test keeps this and `action.yml` equal. */
export function inputDefaults(providers: readonly ProviderDefinition[]): Readonly<Record<string, string>> {
  const own = providers.flatMap(({ ownInputs }) => Object.entries(ownInputs))
  return { ...COMMON_INPUTS, ...Object.fromEntries(own.map(([name, input]) => [name, input.default])) }
}
