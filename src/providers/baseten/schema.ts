import * as v from 'valibot'
import { lenientString } from '../shared/schema.ts'

/** The fields that are needed of the objects of Baseten's management API; its OpenAPI names all fields. */

/** A model, or a chain, which does not show the IDs of what serves. */
export const MODEL = v.object({
  id: v.string(),
  name: lenientString,
  created_at: lenientString,
  // A missing count is not zero: without it, nothing shows that a list of its deployments is complete.
  deployments_count: v.fallback(v.optional(v.number()), undefined),
  production_deployment_id: v.optional(v.nullable(v.string())),
  development_deployment_id: v.optional(v.nullable(v.string())),
})
export type BasetenModel = v.InferOutput<typeof MODEL>

/** A whole number; anything else is dropped, because only costs are calculated from it. */
const LENIENT_COUNT = v.fallback(v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))), undefined)

/** Any JSON object; a record's schema would leave out keys such as `constructor`. */
const LABELS = v.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)

export const DEPLOYMENT = v.object({
  id: v.string(),
  status: v.string(),
  name: lenientString,
  created_at: lenientString,
  // Missing flags would leave production unguarded, so an answer without them is an error.
  is_production: v.boolean(),
  is_development: v.boolean(),
  environment: v.optional(v.nullable(v.string())),
  labels: v.fallback(v.optional(v.nullable(LABELS)), undefined),
  instance_type_name: v.optional(lenientString),
  active_replica_count: LENIENT_COUNT,
})
export type BasetenDeployment = v.InferOutput<typeof DEPLOYMENT> & {
  /** What each chainlet of a chain deployment runs on. */
  chainlets?: v.InferOutput<typeof CHAINLETS>
}

const CHAINLETS = v.fallback(
  v.optional(v.array(v.object({ instance_type_name: v.optional(lenientString), active_replica_count: LENIENT_COUNT }))),
  undefined,
)

/** A chain deployment has no name and no flags: only its environment says what it serves, so that field is required. */
export const CHAIN_DEPLOYMENT = v.pipe(
  v.object({
    id: v.string(),
    status: v.string(),
    created_at: lenientString,
    environment: v.nullable(v.string()),
    chainlets: CHAINLETS,
  }),
  v.transform(
    ({ chainlets, ...deployment }): BasetenDeployment => ({
      ...deployment,
      ...(chainlets === undefined ? {} : { chainlets }),
      name: undefined,
      labels: undefined,
      instance_type_name: undefined,
      active_replica_count: undefined,
      is_production: false,
      is_development: false,
    }),
  ),
)

const IN_ENVIRONMENT = v.optional(
  v.nullable(
    v.object({
      id: v.string(),
      name: v.optional(lenientString),
      is_production: v.optional(v.fallback(v.boolean(), false)),
    }),
  ),
)
export const ENVIRONMENT = v.object({
  name: v.string(),
  created_at: v.optional(lenientString),
  current_deployment: IN_ENVIRONMENT,
  candidate_deployment: IN_ENVIRONMENT,
  in_progress_promotion: v.optional(v.fallback(v.nullable(v.object({ status: v.string() })), null)),
})
export type BasetenEnvironment = v.InferOutput<typeof ENVIRONMENT>

export const MODELS = v.object({ models: v.array(MODEL) })
export const CHAINS = v.object({ chains: v.array(MODEL) })
export const DEPLOYMENTS = v.object({ deployments: v.array(DEPLOYMENT) })
export const CHAIN_DEPLOYMENTS = v.object({ deployments: v.array(CHAIN_DEPLOYMENT) })
export const ENVIRONMENTS = v.object({ environments: v.array(ENVIRONMENT) })

export const TOMBSTONE = v.object({
  id: v.string(),
  deleted: v.boolean(),
  model_id: lenientString,
  chain_id: lenientString,
})
export const ENVIRONMENT_TOMBSTONE = v.object({ name: v.string(), deleted: v.boolean(), model_id: lenientString })
export const DEACTIVATED = v.object({ success: v.fallback(v.boolean(), true) })
