import type { SettingsReader } from '../settings-reader.ts'
import { headerSafe, readApiKey } from '../shared/api-key.ts'
import type { AlibabaSettings } from './api.ts'

const API_URLS = {
  'ap-southeast-1': 'https://dashscope-intl.aliyuncs.com/api/v1',
  'cn-beijing': 'https://dashscope.aliyuncs.com/api/v1',
} as const

/** The key from `api-key` or DASHSCOPE_API_KEY; one that is missing is an error, and the settings are of no use then. */
export function readAlibabaSettings(
  reader: SettingsReader<'api-key' | 'region' | 'workspace-id'>,
  apiUrl: URL | undefined,
): AlibabaSettings {
  const region = reader.oneOf('region', ['ap-southeast-1', 'cn-beijing']) ?? 'ap-southeast-1'
  const workspaceId = headerSafe(reader, 'workspace-id')
  return {
    apiKey: readApiKey(reader, 'DASHSCOPE_API_KEY').key,
    apiUrl: apiUrl ?? new URL(API_URLS[region]),
    ...(workspaceId === '' ? {} : { workspaceId }),
  }
}
