import { alibabaModelStudio } from './alibaba-model-studio/definition.ts'
import { baseten } from './baseten/definition.ts'
import type { ProviderDefinition } from './definition.ts'
import { sapAiCore } from './sap-ai-core/definition.ts'

/** All providers. No other code lists them. */
export const PROVIDERS: readonly ProviderDefinition[] = [baseten, sapAiCore, alibabaModelStudio]
