import { environmentsOf } from '../../emulators/baseten/objects.ts'
import type { BasetenEmulator } from '../../emulators/baseten.ts'
import type { BasetenWorld } from './baseten.ts'

/** What is really so in the account. */
export interface BasetenTruth {
  exists(id: string): boolean
  /** When the deployment of this ID was made; '' where it is none of a model. */
  bornAt(id: string): string
  /** Whether a target rightly stays, now that the account is a healthy one. */
  mayStay(id: string, targets: readonly string[]): boolean
}

export function createTruth(
  { world: account, settings }: BasetenEmulator,
  { resource, allow }: BasetenWorld,
): BasetenTruth {
  const isModel = account.hasModel
  const exists = (id: string): boolean => {
    if (resource === 'model') return isModel('m1')
    if (resource === 'chain') return account.hasChain('c1')
    if (resource === 'environment') return account.hasEnvironment('m1', id)
    return resource === 'chain-deployment' ? account.hasChainDeployment('c1', id) : account.hasDeployment('m1', id)
  }
  const hasOwner = (): boolean => {
    if (resource === 'model' || resource === 'chain') return true
    return resource === 'chain-deployment' ? account.hasChain('c1') : isModel('m1')
  }
  const cannotDeleteEnvironments = settings.environmentDelete === '404' || settings.environmentDelete === '405'
  const heldIn = (id: string) => environmentsOf(account.model('m1'), account.deployment('m1', id))
  const isDevelopment = (id: string) => account.model('m1').developmentDeploymentId === id
  const servesProduction = (id: string | null) => id !== null && heldIn(id).includes('production')

  function environmentStays(name: string): boolean {
    const { current, candidate } = account.environment('m1', name)
    return servesProduction(current) || servesProduction(candidate)
  }

  /** By the rules that can be lifted or not, whatever else there is in the model. */
  function isGuarded(id: string): boolean {
    const held = heldIn(id)
    if (held.includes('production')) return true
    if (isDevelopment(id) && !allow.includes('development')) return true
    const isBound = held.some((name) => account.hasEnvironment('m1', name) && environmentStays(name))
    return held.length > 0 && (!allow.includes('environment') || isBound)
  }

  function deploymentStays(id: string, targets: readonly string[]): boolean {
    // The development deployment is only tried, and so are environments.
    if (isGuarded(id) || isDevelopment(id) || (heldIn(id).length > 0 && cannotDeleteEnvironments)) return true
    const others = account.deploymentIds('m1').filter((each) => each !== id)
    // As long as another one is still shown, it is not known to be the last.
    if (others.length === 0 && settings.deleteVisibleMs > 0) return true
    // One must stay: the others may be meant to go, and be refused in the end.
    if (!others.every((each) => targets.includes(each) && !isGuarded(each))) return false
    return !allow.includes('last') || others.length > 0
  }

  return {
    exists,
    bornAt: (id) => (resource === 'deployment' && exists(id) ? account.deployment('m1', id).createdAt : ''),
    mayStay(id, targets) {
      // Gone, but shown for a while, or for ever; or gone with its model or chain, which fails as a mistyped one does.
      if (!exists(id)) return settings.deleteVisibleMs > 0 || !hasOwner()
      if (resource === 'environment') return id === 'production' || cannotDeleteEnvironments || environmentStays(id)
      if (resource === 'deployment') return deploymentStays(id, targets)
      if (resource !== 'chain-deployment') return false
      const chain = account.chain('c1')
      const isHeld = environmentsOf(chain, account.chainDeployment('c1', id)).length > 0
      return isHeld || (settings.chainRefusals.last && chain.deployments.size() === 1)
    },
  }
}
