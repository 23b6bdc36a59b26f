import * as v from 'valibot'
import { lenientString } from '../shared/schema.ts'

/** What is needed of the objects of SAP's AI API; its specification names all fields. */

const COUNT = v.fallback(v.optional(v.number()), undefined)

export const DEPLOYMENT = v.object({
  id: v.string(),
  status: v.string(),
  targetStatus: lenientString,
  statusMessage: lenientString,
  configurationId: lenientString,
  configurationName: lenientString,
  scenarioId: lenientString,
  createdAt: lenientString,
})
export type SapDeployment = v.InferOutput<typeof DEPLOYMENT>

export const DEPLOYMENTS = v.object({ count: COUNT, resources: v.array(DEPLOYMENT) })

/** A list that is only asked whether something is in it: what other entries are like does not matter. */
export const LISTED = v.object({
  count: COUNT,
  resources: v.array(v.object({ ...DEPLOYMENT.entries, status: lenientString })),
})

export const CONFIGURATIONS = v.object({
  count: COUNT,
  resources: v.array(v.object({ id: v.string(), name: lenientString })),
})

/** Source: AI Core API 2.42, BckndResourceGroup. */
export const RESOURCE_GROUP = v.object({
  resourceGroupId: v.string(),
  status: v.string(),
  createdAt: lenientString,
  statusMessage: lenientString,
  labels: v.optional(v.nullable(v.array(v.object({ key: v.string(), value: v.string() })))),
})
export type SapResourceGroup = v.InferOutput<typeof RESOURCE_GROUP>

export const RESOURCE_GROUPS = v.object({ count: COUNT, resources: v.array(RESOURCE_GROUP) })

export const EXECUTIONS = v.object({
  count: COUNT,
  resources: v.array(v.object({ id: v.string(), status: v.string() })),
})

/** The answer to PATCH and DELETE. */
export const RECEIPT = v.object({ id: v.string() })
