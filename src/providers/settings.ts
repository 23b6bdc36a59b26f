import type { AlibabaSettings } from './alibaba-model-studio/api.ts'
import type { BasetenSettings } from './baseten/api.ts'
import type { SapSettings } from './sap-ai-core/api.ts'

export type ProviderName = 'baseten' | 'sap-ai-core' | 'alibaba-model-studio'
export const PROVIDER_NAMES = ['baseten', 'sap-ai-core', 'alibaba-model-studio'] as const satisfies ProviderName[]

/** Where a provider is, and how to get in. */
export type ProviderSettings =
  | ({ name: 'baseten' } & BasetenSettings)
  | ({ name: 'sap-ai-core' } & SapSettings)
  | ({ name: 'alibaba-model-studio' } & AlibabaSettings)
