import * as v from 'valibot'
import { optionalText } from '../shape.ts'

export const MODEL = v.object({
  id: v.string(),
  name: optionalText,
  created_at: optionalText,
  deployments_count: v.fallback(v.number(), 0),
  production_deployment_id: v.optional(v.nullable(v.string())),
  development_deployment_id: v.optional(v.nullable(v.string())),
})
export type BasetenModel = v.InferOutput<typeof MODEL>

export const DEPLOYMENT = v.object({
  id: v.string(),
  status: v.string(),
  name: optionalText,
  created_at: optionalText,
  model_id: v.optional(v.string()),
  // Missing flags would leave production unguarded: an answer without them is not used.
  is_production: v.boolean(),
  is_development: v.boolean(),
  environment: v.optional(v.nullable(v.string())),
})
export type BasetenDeployment = v.InferOutput<typeof DEPLOYMENT>

const IN_ENVIRONMENT = v.optional(v.nullable(v.object({ id: v.string() })))
export const ENVIRONMENT = v.object({
  name: v.string(),
  current_deployment: IN_ENVIRONMENT,
  candidate_deployment: IN_ENVIRONMENT,
})
export type BasetenEnvironment = v.InferOutput<typeof ENVIRONMENT>
