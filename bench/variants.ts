import type { AccountPlan } from './emulated/account.ts'

/** A provider as it is measured, with what it takes itself. */
export interface Variant {
  id: 'baseten' | 'sap' | 'sap-bulk' | 'alibaba'
  title: string
  /** How many requests the action has under way at once. */
  width: number
  account: Pick<AccountPlan, 'provider' | 'bulk'>
  /** How long the provider takes to stop one deployment and to remove it, in ms. */
  stopMs: number
  removeMs: number
}

/** The delays are ours: only Baseten is known to delete within the answer, and no provider publishes a time. */
export const VARIANTS: readonly Variant[] = [
  { id: 'baseten', title: 'Baseten', width: 8, account: { provider: 'baseten' }, stopMs: 0, removeMs: 0 },
  { id: 'sap', title: 'SAP AI Core', width: 4, account: { provider: 'sap-ai-core' }, stopMs: 3000, removeMs: 2000 },
  {
    id: 'sap-bulk',
    title: 'SAP AI Core, bulk on',
    width: 4,
    account: { provider: 'sap-ai-core', bulk: true },
    stopMs: 3000,
    removeMs: 2000,
  },
  {
    id: 'alibaba',
    title: 'Alibaba Model Studio',
    width: 4,
    account: { provider: 'alibaba-model-studio' },
    stopMs: 0,
    removeMs: 2500,
  },
]
