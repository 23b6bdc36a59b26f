import type { SettingsReader } from '../settings-reader.ts'
import { headerSafe, readApiKey } from '../shared/api-key.ts'
import type { AlibabaSettings } from './api.ts'

const API_URLS = {
  'ap-southeast-1': 'https://dashscope-intl.aliyuncs.com/api/v1',
  'cn-beijing': 'https://dashscope.aliyuncs.com/api/v1',
} as const

/** The key comes from `api-key` or DASHSCOPE_API_KEY; a missing one is an error, and the settings are then unusable. */
export function readAlibabaSettings(
  reader: SettingsReader<'api-key' | 'region' | 'workspace-id'>,
  apiUrl: URL | undefined,
): AlibabaSettings {
  const region = reader.oneOf('region', ['ap-southeast-1', 'cn-beijing']) ?? 'ap-southeast-1'
  const workspaceId = headerSafe(reader, 'workspace-id')
  if (apiUrl?.pathname.includes('/compatible-mode')) {
    reader.mistake("'api-url' is the address that OpenAI's clients use; deployments are below /api/v1 of the same host")
  }
  return {
    apiKey: readApiKey(reader, 'DASHSCOPE_API_KEY').key,
    apiUrl: apiUrl ?? new URL(API_URLS[region]),
    // With another base URL, the region has no effect.
    ...(apiUrl === undefined ? { region } : {}),
    ...(workspaceId === '' ? {} : { workspaceId }),
  }
}

/** Notices about keys of another form, and about an SDK variable that has no effect here. */
export function alibabaNotices({ apiKey, apiUrl }: AlibabaSettings, reader: SettingsReader<never>): string[] {
  const variable = reader.variable('DASHSCOPE_HTTP_BASE_URL')
  const isOther = variable !== '' && !(URL.canParse(variable) && new URL(variable).host === apiUrl.host)
  return [
    ...(apiKey.startsWith('sk-sp-')
      ? ["the key begins with sk-sp-; such keys belong to other base URLs, so it may be refused: set 'api-url'"]
      : []),
    ...(BASETEN_KEY.test(apiKey)
      ? ['the key has the form of a Baseten key, and those of Model Studio begin with sk-: is it the right secret?']
      : []),
    ...(isOther
      ? [`DASHSCOPE_HTTP_BASE_URL names another host, but the inputs decide: deployments of ${apiUrl.host} are meant`]
      : []),
  ]
}

/** Eight characters, a dot, thirty-two more. */
const BASETEN_KEY = /^\w{8}\.\w{32}$/
