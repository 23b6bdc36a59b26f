import { type SapConfiguration, type SapSeed, timestamp } from './model.ts'

export interface Configurations {
  readonly all: Map<string, SapConfiguration>
  add(seed: Partial<SapConfiguration>): SapConfiguration
  /** The one a seeded deployment names, or one made for it; seeds that look alike share it. */
  forSeed(seed: SapSeed, group: string): SapConfiguration
}

/** The tenant's configurations, over all resource groups. */
export function createConfigurations(time: () => number): Configurations {
  const all = new Map<string, SapConfiguration>()
  const made = new Map<string, SapConfiguration>()

  function add(seed: Partial<SapConfiguration>): SapConfiguration {
    const configuration = {
      id: `c0f16000-0000-4000-8000-${(all.size + 1).toString(16).padStart(12, '0')}`,
      name: 'emulated',
      scenarioId: 'llm-serving',
      executableId: 'vllm',
      createdAt: timestamp(time()),
      resourceGroup: 'default',
      ...seed,
    }
    all.set(configuration.id, configuration)
    return configuration
  }

  function forSeed(seed: SapSeed, group: string): SapConfiguration {
    const known = all.get(seed.configurationId ?? '')
    if (known !== undefined) return known
    const wanted = {
      resourceGroup: group,
      ...(seed.configurationId === undefined ? {} : { id: seed.configurationId }),
      ...(typeof seed.configurationName === 'string' ? { name: seed.configurationName } : {}),
      ...(typeof seed.scenarioId === 'string' ? { scenarioId: seed.scenarioId } : {}),
      ...(typeof seed.executableId === 'string' ? { executableId: seed.executableId } : {}),
    }
    const key = JSON.stringify(wanted)
    const configuration = made.get(key) ?? add(wanted)
    made.set(key, configuration)
    return configuration
  }

  return { all, add, forSeed }
}
