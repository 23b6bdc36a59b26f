import type { SettingsReader } from '../settings-reader.ts'
import { readApiKey } from '../shared/api-key.ts'
import type { BasetenSettings } from './api.ts'

const API_URL = 'https://api.baseten.co/v1'

/** The key comes from `api-key` or BASETEN_API_KEY; a missing one is an error, and the settings are then unusable. */
export function readBasetenSettings(reader: SettingsReader<'api-key'>, apiUrl: URL | undefined): BasetenSettings {
  const { key, scheme } = readApiKey(reader, 'BASETEN_API_KEY')
  // Source: Baseten's documentation. Models are called at other hosts, which prove nothing about their deletion.
  if (/^(?:app|(?:model|chain)-\w+\.api)\.baseten\.co$/.test(apiUrl?.hostname ?? '')) {
    reader.mistake(`'api-url' is not the address of the management API, which is ${API_URL}; remove it`)
  }
  return { apiKey: key, scheme: scheme ?? 'Api-Key', apiUrl: apiUrl ?? new URL(API_URL) }
}

/** A key that begins like those of Model Studio. */
export function basetenNotices({ apiKey }: BasetenSettings): string[] {
  return apiKey.startsWith('sk-')
    ? ['the key begins with sk-, as keys of Model Studio do, and those of Baseten do not: is it the right secret?']
    : []
}
