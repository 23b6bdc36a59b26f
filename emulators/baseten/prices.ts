import { json } from '../core.ts'
import type { Call } from './call.ts'

/** An instance type with its price, as InstanceTypeWithPriceV1 has them. */
export interface PricedInstance {
  id: string
  name: string
  memoryMib: number
  millicpu: number
  gpuCount: number
  gpuType: string | null
  gpuMemoryMib: number | null
  /** USD per minute and replica. */
  price: number
}

/** The instance type of everything that names no other. */
export const DEFAULT_INSTANCE = 'A10G:4x16'

/** Some of the types and list prices of Baseten's pricing page. */
const INSTANCES: readonly PricedInstance[] = [
  instance('1x2', 0.000_58, { memoryMib: 2_048, millicpu: 1_000 }),
  instance('T4:4x16', 0.010_52, { gpu: 'T4', gpuMemoryMib: 16_384 }),
  instance(DEFAULT_INSTANCE, 0.020_12, { gpu: 'A10G', gpuMemoryMib: 24_576 }),
  instance('H100:26x234', 0.108_33, { memoryMib: 239_616, millicpu: 26_000, gpu: 'H100', gpuMemoryMib: 81_920 }),
]

/** The price list an account begins with, by name. */
export function priceList(): Map<string, PricedInstance> {
  return new Map(INSTANCES.map((each) => [each.name, { ...each }]))
}

/** GET /v1/instance_type_prices. */
export function listPrices(call: Call): Response {
  const types = [...call.state.prices.values()]
  return json(200, {
    instance_types: types.map((each) => ({ instance_type: instanceTypeV1(each), price: each.price })),
  })
}

/** InstanceTypeV1. */
export function instanceTypeV1(each: PricedInstance) {
  return {
    id: each.id,
    name: each.name,
    memory_limit_mib: each.memoryMib,
    millicpu_limit: each.millicpu,
    gpu_count: each.gpuCount,
    gpu_type: each.gpuType,
    gpu_memory_limit_mib: each.gpuMemoryMib,
  }
}

interface Size {
  memoryMib?: number
  millicpu?: number
  gpu?: string
  gpuMemoryMib?: number
}

function instance(name: string, price: number, size: Size): PricedInstance {
  const { memoryMib = 16_384, millicpu = 4_000, gpu, gpuMemoryMib = null } = size
  return {
    id: name,
    name,
    memoryMib,
    millicpu,
    gpuCount: gpu === undefined ? 0 : 1,
    gpuType: gpu ?? null,
    gpuMemoryMib,
    price,
  }
}
