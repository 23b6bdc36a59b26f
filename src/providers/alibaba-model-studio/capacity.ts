import * as v from 'valibot'
import type { HttpResponse } from '../../http/client.ts'
import type { Clock } from '../../lib/clock.ts'
import { ProviderError, UnclearAnswer } from '../errors.ts'
import type { WriteLimits } from '../provider.ts'
import { createPageReader } from '../shared/pages.ts'
import { segment } from '../shared/paths.ts'
import { lenientString } from '../shared/schema.ts'
import type { ActionResult } from '../step.ts'
import type { Target } from '../target.ts'
import { commonResult } from './action-result.ts'
import { type AlibabaApi, contentOf, deploymentPath, PAGE_SIZE } from './api.ts'
import { wholeSeconds } from './deployments.ts'
import { codeOf, describeAlibaba, errorAboutOne, errorOf, isFine, isStray, saysGone } from './errors.ts'
import { releaseKey } from './release-key.ts'
import { createReleases, type ReleaseUnderWay } from './releases.ts'
import type { Capacity } from './snapshot.ts'

const optionalFlag = v.fallback(v.optional(v.boolean()), undefined)

const INSTANCE = v.object({
  instance_id: v.string(),
  status: v.string(),
  charge_type: lenientString,
  billing_method: lenientString,
  deleted: optionalFlag,
  gmt_created: lenientString,
})
type Instance = v.InferOutput<typeof INSTANCE>

const INSTANCES = v.object({
  records: v.array(INSTANCE),
  items: v.pipe(v.number(), v.integer(), v.minValue(0)),
})

/** The ID has more digits than a Number can hold, and would change if read as a number. */
const OPERATION = v.object({
  operation_id: v.string(),
  operation_status: v.string(),
  model_service_id: lenientString,
  instance_id: lenientString,
  error_code: lenientString,
  error_message: lenientString,
})
type Operation = v.InferOutput<typeof OPERATION>

/** No reservation has this many instances; a larger total is a fault. */
const MAX_INSTANCES = 2000
const MAX_LIST_BYTES = 4 * 1024 * 1024

/** The capacity of reservations. Source: Model Studio documentation, "TPM reservation", API of capacity instances. */
export interface AlibabaCapacity {
  /** All instances of a reservation that are not released, with the results of this run's releases. */
  look(deployment: string, createdAt: number | undefined): Promise<Capacity>
  /** Requests the release of one instance, which must have been observed. It is carried out some time later. */
  release(target: Target, instance: string, limits: WriteLimits): Promise<ActionResult>
}

export function createCapacity(api: AlibabaApi, clock: Clock): AlibabaCapacity {
  const releases = createReleases(clock)

  const readInstances = createInstanceReader(api)

  const poll = async (deployment: string, release: ReleaseUnderWay): Promise<void> => {
    const answer = await api.read(`${deploymentPath(deployment)}/capacity-operations/${segment(release.operation)}`)
    if (!isFine(answer)) throw await notRead(answer, api)
    const now = contentOf(OPERATION, answer)
    if (now.operation_id !== release.operation) {
      throw new UnclearAnswer('Model Studio answered about another operation', answer.exchange)
    }
    if (now.operation_status === 'SUCCEEDED') releases.succeeded(release)
    else if (now.operation_status === 'FAILED') releases.failed(release, failureOf(now))
  }

  return {
    async look(deployment, createdAt) {
      // Operations first: the list no longer shows what they have released by now.
      for (const release of releases.underWay(deployment, createdAt)) await poll(deployment, release)
      const instances = await readInstances(deployment)
      return {
        instances: instances.map(
          ({ instance_id: id, status, billing_method, charge_type: chargeType = billing_method, ...rest }) => {
            const boughtAt = wholeSeconds(rest.gmt_created)
            const past = releases.pastOf({ deployment, createdAt, instance: id, boughtAt })
            return { id, chargeType, status, deleted: rest.deleted === true, past }
          },
        ),
        releasing: releases.underWay(deployment, createdAt)[0]?.request.instance,
      }
    },
    async release({ id: deployment }, instance, limits) {
      const release = releases.of(deployment, instance)
      const key = releaseKey(release.request)
      const answer = await api.remove(`${instancesPath(deployment)}/${segment(instance)}`, limits, {
        'x-acs-req-uuid': key,
        'x-dashscope-requestid': key,
      })
      const { exchange, status } = answer
      const code = codeOf(answer)
      if (status === 404 && code === 'CAPACITY_INSTANCE_NOT_FOUND') return { result: 'not-found', exchange }
      if (code === 'IDEMPOTENCY_KEY_CONFLICT') {
        const hint = 'Check its capacity instances in the Model Studio console'
        throw new ProviderError('target', `${describeAlibaba(answer)}. ${hint}`, exchange)
      }
      if (isStray(answer)) throw new UnclearAnswer(describeAlibaba(answer), exchange)
      const common = commonResult(answer)
      if (common !== undefined) return common
      const operation = operationIn(answer, deployment, instance)
      // The answer to the request can already have the end, and a failure comes with HTTP 200 as well.
      if (operation.operation_status === 'FAILED') {
        const problem = failureOf(operation)
        releases.failed(release, problem)
        return { result: 'refused', problem: `the operation FAILED: ${problem}`, status, exchange }
      }
      if (operation.operation_status === 'SUCCEEDED') releases.succeeded(release)
      else releases.began(release, operation.operation_id)
      return { result: 'accepted', exchange }
    },
  }
}

/** Reads all instances of a reservation that are not released. */
function createInstanceReader(api: AlibabaApi): (deployment: string) => Promise<Instance[]> {
  const readPages = createPageReader({ pageSize: PAGE_SIZE, maxEntries: MAX_INSTANCES })
  return async (deployment) => {
    const path = instancesPath(deployment)
    const { byId, isWhole, exchange } = await readPages(
      path,
      ({ instance_id }: Instance) => instance_id,
      async ({ number }) => {
        const query = `include_deleted=false&page_no=${number}&page_size=${PAGE_SIZE}`
        const answer = await api.read(`${path}?${query}`, MAX_LIST_BYTES)
        if (!isFine(answer)) throw await notRead(answer, api)
        const { records, items } = contentOf(INSTANCES, answer)
        return { entries: records, total: items, exchange: answer.exchange }
      },
    )
    // One that is missed would be deleted with the reservation without having been looked at.
    if (!isWhole) throw new UnclearAnswer(`GET ${path} does not show all capacity instances`, exchange)
    return [...byId.values()]
  }
}

/** What Alibaba says of a release that it has accepted. Throws if it has not, or answers about another instance. */
function operationIn(answer: HttpResponse, deployment: string, instance: string): Operation {
  if (!isFine(answer)) throw errorOf(answer)
  const operation = contentOf(OPERATION, answer)
  const { model_service_id: of = deployment, instance_id: on = instance } = operation
  if (of === deployment && on === instance) return operation
  const text = `the release of capacity instance ${instance} was answered for ${on} of ${of}`
  throw new ProviderError('target', `${text}; check the account`, answer.exchange)
}

function instancesPath(deployment: string): string {
  return `${deploymentPath(deployment)}/capacity-instances`
}

/** GET shows the reservation, but its capacity is not found: it is being deleted right now, or its operation is not shown yet. */
async function notRead(answer: HttpResponse, { keyHasWorked }: AlibabaApi): Promise<Error> {
  const isMissing = saysGone(answer) || (answer.status === 404 && codeOf(answer) === 'CAPACITY_OPERATION_NOT_FOUND')
  return isMissing ? new UnclearAnswer(describeAlibaba(answer), answer.exchange) : errorAboutOne(answer, keyHasWorked)
}

/** Untrusted text of any length. */
const LONGEST_PROBLEM = 300

function failureOf({ operation_id: id, error_code: code = 'no code', error_message: message }: Operation): string {
  const words = message === undefined ? code : `${code}: ${message}`
  return `${words.slice(0, LONGEST_PROBLEM)} (operation ${id})`
}
