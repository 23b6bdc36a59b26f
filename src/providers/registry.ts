import { connectAlibabaModelStudio } from './alibaba-model-studio/provider.ts'
import { connectBaseten } from './baseten/provider.ts'
import type { Connection } from './context.ts'
import type { Provider } from './provider.ts'
import { connectSapAiCore } from './sap-ai-core/provider.ts'
import type { ProviderSettings } from './settings.ts'

/** The provider that the settings are for. */
export function connect(settings: ProviderSettings, connection: Connection): Provider {
  switch (settings.name) {
    case 'baseten':
      return connectBaseten(settings, connection)
    case 'sap-ai-core':
      return connectSapAiCore(settings, connection)
    case 'alibaba-model-studio':
      return connectAlibabaModelStudio(settings, connection)
  }
}
