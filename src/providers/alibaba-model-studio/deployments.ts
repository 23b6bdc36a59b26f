import * as v from 'valibot'
import type { Exchange } from '../../http/exchange.ts'
import { ProviderError } from '../errors.ts'
import { createPageReader, type PagedList } from '../shared/pages.ts'
import { lenientString } from '../shared/schema.ts'
import { parseTime } from '../shared/time.ts'
import { type AlibabaApi, contentOf, deploymentPath, PAGE_SIZE } from './api.ts'
import { errorAboutOne, errorOfRead, isFine, saysGone } from './errors.ts'
import type { AlibabaSnapshot } from './snapshot.ts'
import { isGoing } from './status.ts'

/**
 * A deployment as the rules need it. Signs of prepayment and of a reservation count in any spelling: money may be lost, and a
 * reservation needs another sequence.
 */
const DEPLOYMENT = v.pipe(
  v.looseObject({
    deployed_model: v.string(),
    status: v.string(),
    gmt_create: lenientString,
    workspace_id: lenientString,
    fail_reason: lenientString,
  }),
  v.transform(({ deployed_model, status, gmt_create, workspace_id, fail_reason, ...others }) => ({
    ...{ deployed_model, status, gmt_create, workspace_id, fail_reason },
    isPrepaid: isPrepaid(others),
    isReservation: isReservation(others),
  })),
)
export type AlibabaDeployment = v.InferOutput<typeof DEPLOYMENT>

/** Fields that say how it is paid. A missing one means nothing, since all fields but ID and status may be missing. */
const PAYMENT = /^(?:charge|billing|pay|payment)(?:type|method|mode)$/

function isPrepaid(members: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(members).some(([name, value]) => {
    const plain = plainName(name)
    return isFilledIn(value) && (plain.includes('prepaid') || (PAYMENT.test(plain) && value !== 'post_paid'))
  })
}

function isReservation(members: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(members).some(([name, value]) => {
    const plain = plainName(name)
    return plain === 'plan' ? /^ptu/i.test(String(value)) : plain.startsWith('ptu') && value != null
  })
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '')
}

function isFilledIn(value: unknown): boolean {
  return (
    value != null && value !== '' && value !== false && !(typeof value === 'object' && Object.keys(value).length === 0)
  )
}

const DEPLOYMENTS = v.object({ deployments: v.array(DEPLOYMENT), total: v.optional(v.pipe(v.number(), v.integer())) })

/** No account has this many deployments: a larger total is a fault, and a longer list never ends. */
const MAX_ENTRIES = 100_000
const MAX_LIST_BYTES = 8 * 1024 * 1024

/** Reads the deployments of an account. */
export interface AlibabaDeployments {
  /** One of them; without `deployment` if it does not exist. */
  find(id: string): Promise<{ deployment?: AlibabaDeployment; exchange: Exchange }>
  readAll(): Promise<PagedList<AlibabaDeployment>>
}

export function createDeployments(api: AlibabaApi): AlibabaDeployments {
  const readPages = createPageReader({ pageSize: PAGE_SIZE, maxEntries: MAX_ENTRIES })

  return {
    async find(id) {
      const answer = await api.read(deploymentPath(id))
      const { exchange } = answer
      if (saysGone(answer)) return { exchange }
      if (!isFine(answer)) throw await errorAboutOne(answer, api.keyHasWorked)
      const deployment = contentOf(DEPLOYMENT, answer)
      if (deployment.deployed_model !== id) {
        throw new ProviderError('target', 'Model Studio answered about another deployment', exchange)
      }
      return { deployment, exchange }
    },
    readAll: () =>
      readPages(
        '/deployments',
        ({ deployed_model }: AlibabaDeployment) => deployed_model,
        async ({ number }) => {
          const answer = await api.read(`/deployments?page_no=${number}&page_size=${PAGE_SIZE}`, MAX_LIST_BYTES)
          if (!isFine(answer)) throw await errorOfRead(answer, api.keyHasWorked)
          const { deployments, total } = contentOf(DEPLOYMENTS, answer)
          return { entries: deployments, total, exchange: answer.exchange }
        },
      ),
  }
}

/** A deployment as the rules see it. A reservation's capacity is read separately. */
export function snapshotOf(deployment: AlibabaDeployment, workspaceId: string | undefined): AlibabaSnapshot {
  const { status, workspace_id: workspace, fail_reason: detail, isPrepaid, isReservation } = deployment
  const createdAt = wholeSeconds(deployment.gmt_create)
  const foreign = workspaceId !== undefined && workspace !== undefined && workspace !== workspaceId
  return {
    name: deployment.deployed_model,
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(isGoing(status) ? { isBeingDeleted: true as const } : {}),
    details: {
      prepaid: isPrepaid,
      reservation: isReservation,
      foreignWorkspace: foreign ? workspace : undefined,
      ...(workspaceId !== undefined && workspace === undefined ? { workspaceUnknown: true as const } : {}),
    },
  }
}

/** A time as Unix ms. Some answers show fractions of a second and others do not, so whole seconds are compared. */
export function wholeSeconds(time: string | undefined): number | undefined {
  const ms = parseTime(time)
  return ms === undefined ? undefined : Math.floor(ms / 1000) * 1000
}
