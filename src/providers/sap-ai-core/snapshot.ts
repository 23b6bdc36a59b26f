import { MASK } from '../../lib/redaction.ts'
import type { Snapshot } from '../observation.ts'
import { parseTime } from '../shared/time.ts'
import type { SapDeployment } from './schema.ts'

/** A deployment of SAP AI Core, with what its rules look at. */
export interface SapSnapshot extends Snapshot {
  details: SapDetails
}

/** What the rules look at beyond the status. */
export interface SapDetails {
  targetStatus: string | undefined
  /**
   * Whether it is of SAP's own orchestration service, which everything in the resource group shares; undefined where neither
   * scenario nor name tells.
   */
  orchestration: boolean | undefined
}

/** `names` are those of configurations by their IDs, for a deployment that comes without. */
export function snapshotOf(deployment: SapDeployment, names: ReadonlyMap<string, string>): SapSnapshot {
  const { status, targetStatus, statusMessage, scenarioId } = deployment
  const name = deployment.configurationName ?? names.get(deployment.configurationId ?? '')
  const createdAt = parseTime(deployment.createdAt)
  const detail = [targetStatus === undefined ? '' : `target ${targetStatus}`, statusMessage ?? ''].filter(
    (part) => part !== '',
  )
  return {
    status,
    ...(name === undefined ? {} : { name }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(detail.length === 0 ? {} : { detail: detail.join('; ') }),
    ...(targetStatus === 'DELETED' ? { isBeingDeleted: true as const } : {}),
    details: { targetStatus, orchestration: isOrchestration(scenarioId, name) },
  }
}

/** Undefined where neither tells; a text that a secret was taken out of does not. */
function isOrchestration(scenarioId: string | undefined, name: string | undefined): boolean | undefined {
  if (scenarioId === 'orchestration' || name === 'defaultOrchestrationConfig') return true
  const told = scenarioId ?? name
  return told === undefined || told.includes(MASK) ? undefined : false
}
