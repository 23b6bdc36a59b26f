import type { ProviderName } from './settings.ts'

/**
 * The statuses a deployment can have, as far as they are documented. Sources: Baseten's OpenAPI (DeploymentStatusV1), SAP's
 * AI API (deployment status), Model Studio documentation (no list is complete; this is their union).
 */
export const STATUSES: Readonly<Record<ProviderName, readonly string[]>> = {
  baseten: [
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
  'sap-ai-core': ['PENDING', 'RUNNING', 'COMPLETED', 'DEAD', 'STOPPING', 'STOPPED', 'UNKNOWN'],
  'alibaba-model-studio': [
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
}
