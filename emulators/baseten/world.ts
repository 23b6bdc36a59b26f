import type { BillableResource } from './billing.ts'
import type { BasetenEvent, Cause } from './events.ts'
import { ELSEWHERE } from './events.ts'
import type { Chain, ChainDeployment, Deployment, Environment, Model, Runnable, Team } from './objects.ts'
import { DEFAULT_INSTANCE, priceList } from './prices.ts'
import type { ChainDeploymentSeed, ChainSeed, DeploymentSeed, EnvironmentSeed, ModelSeed, TeamSeed } from './seeds.ts'
import { emptyEnvironment, idMaker } from './seeds.ts'
import type { ApiKey, BasetenSettings } from './settings.ts'
import { createShelf } from './shelf.ts'
import { createTraffic } from './traffic.ts'

/** The account behind the API: what exists, and what tests do to it from outside. */
export type BasetenState = ReturnType<typeof createState>

/** Makes an account with one team, no model and no chain. */
export function createState(now: () => number, settings: BasetenSettings) {
  const newId = idMaker()
  const events: BasetenEvent[] = []
  const keys = new Map<string, ApiKey>()
  const teams = new Map<string, Team>()
  const prices = priceList()
  const traffic = createTraffic(now)
  const billables = new Map<string, BillableResource>()
  const visibleMs = () => settings.deleteVisibleMs
  const iso = () => new Date(now()).toISOString()
  const models = createShelf<Model>({ now, visibleMs, settle: settleEnvironments })
  const chains = createShelf<Chain>({ now, visibleMs, settle: settleEnvironments })
  const defaultTeam = addTeam({ name: 'Default', default: true })

  function settleEnvironments(owner: Model | Chain): void {
    for (const environment of owner.environments.values()) {
      const endsAt = environment.promotion?.endsAt
      if (endsAt === undefined || now() < endsAt) continue
      environment.promotion = null
      environment.candidate = null
    }
  }

  function settleDeployment(deployment: Runnable & { replicas?: number }): void {
    if (deployment.becomes && deployment.becomes.at <= now()) {
      deployment.status = deployment.becomes.status
      delete deployment.becomes
      delete deployment.replicas
    }
    if (deployment.environmentFreeAt !== undefined && deployment.environmentFreeAt <= now()) {
      deployment.environment = null
      delete deployment.environmentFreeAt
    }
  }

  function log(event: Omit<BasetenEvent, 'at'>): void {
    events.push({ at: now(), ...event })
  }

  function addTeam(seed: TeamSeed = {}): Team {
    const team = { id: newId(), name: `team-${teams.size + 1}`, default: false, createdAt: iso(), ...seed }
    teams.set(team.id, team)
    return team
  }

  /** What a model and a chain begin with. Every one has an environment `production` (Baseten docs, environments). */
  function owner<T extends Runnable>(seed: ModelSeed & ChainSeed, prefix: string) {
    const id = seed.id ?? newId()
    const createdAt = seed.createdAt ?? iso()
    return {
      id,
      createdAt,
      name: `${prefix}-${id}`,
      teamId: defaultTeam.id,
      deployments: createShelf<T>({ now, visibleMs, settle: settleDeployment }),
      environments: new Map([['production', emptyEnvironment('production', createdAt)]]),
      ...seed,
    }
  }

  function addModel(seed: ModelSeed = {}): Model {
    const model = {
      instanceTypeName: DEFAULT_INSTANCE,
      developmentDeploymentId: null,
      ...owner<Deployment>(seed, 'model'),
    }
    return models.add(model)
  }

  function addChain(seed: ChainSeed = {}): Chain {
    return chains.add(owner<ChainDeployment>(seed, 'chain'))
  }

  function model(id: string): Model {
    return known(models.get(id), `model ${id}`)
  }

  function chain(id: string): Chain {
    return known(chains.get(id), `chain ${id}`)
  }

  function deployment(modelId: string, id: string): Deployment {
    return known(model(modelId).deployments.get(id), `deployment ${id}`)
  }

  function chainDeployment(chainId: string, id: string): ChainDeployment {
    return known(chain(chainId).deployments.get(id), `chain deployment ${id}`)
  }

  function addDeployment(modelId: string, seed: DeploymentSeed = {}): Deployment {
    const { production = false, development = false, ...given } = seed
    const parent = model(modelId)
    const added = parent.deployments.add({
      id: newId(),
      createdAt: iso(),
      modelId,
      name: `deployment-${parent.deployments.size() + 1}`,
      status: 'ACTIVE',
      environment: null,
      instanceTypeName: parent.instanceTypeName,
      labels: null,
      region: null,
      ...given,
    })
    billables.set(added.id, {
      id: added.id,
      kind: 'MODEL_DEPLOYMENT',
      name: added.name,
      owner: parent.name,
      instanceType: added.instanceTypeName,
      environment: added.environment,
      exists: () => models.get(modelId)?.deployments.get(added.id) !== undefined,
    })
    if (development) parent.developmentDeploymentId = added.id
    const environment = production ? 'production' : added.environment
    if (environment !== null) occupy(parent, environment, added)
    return added
  }

  function addChainDeployment(chainId: string, seed: ChainDeploymentSeed = {}): ChainDeployment {
    const parent = chain(chainId)
    const added = parent.deployments.add({
      id: newId(),
      createdAt: iso(),
      chainId,
      status: 'ACTIVE',
      environment: null,
      chainlets: [{ id: newId(), name: 'Entrypoint' }],
      ...seed,
    })
    for (const chainlet of added.chainlets) {
      billables.set(chainlet.id, {
        id: chainlet.id,
        kind: 'CHAINLET',
        name: chainlet.name,
        owner: parent.name,
        instanceType: chainlet.instanceTypeName ?? null,
        environment: added.environment,
        chain: { chainId, chainName: parent.name, chainDeploymentId: added.id },
        exists: () => chains.get(chainId)?.deployments.get(added.id) !== undefined,
      })
    }
    if (added.environment !== null) occupy(parent, added.environment, added)
    return added
  }

  function addEnvironment(parent: Model | Chain, seed: EnvironmentSeed): Environment {
    const environment = { ...emptyEnvironment(seed.name, iso()), ...parent.environments.get(seed.name), ...seed }
    parent.environments.set(seed.name, environment)
    const current = environment.current === null ? undefined : parent.deployments.get(environment.current)
    if (current) occupy(parent, seed.name, current)
    return environment
  }

  /** Makes a deployment the current one of an environment; who was it before is let go. */
  function occupy(parent: Model | Chain, name: string, runnable: Runnable): Environment {
    const environment = parent.environments.get(name) ?? addEnvironment(parent, { name })
    const previous = environment.current === null ? undefined : parent.deployments.get(environment.current)
    if (previous && previous.environment === name) previous.environment = null
    environment.current = runnable.id
    if (environment.candidate === runnable.id) environment.candidate = null
    runnable.environment = name
    delete runnable.environmentFreeAt
    return environment
  }

  /** Takes a deployment out of every environment it is in. */
  function release(parent: Model | Chain, id: string): void {
    for (const environment of parent.environments.values()) {
      if (environment.current === id) environment.current = null
      if (environment.candidate === id) {
        environment.candidate = null
        environment.promotion = null
      }
    }
  }

  function removeDeployment(modelId: string, id: string, cause: Cause = ELSEWHERE): void {
    const parent = model(modelId)
    const { status } = known(parent.deployments.remove(id), `deployment ${id}`)
    release(parent, id)
    if (parent.developmentDeploymentId === id) parent.developmentDeploymentId = null
    log({ what: 'deleted', kind: 'deployment', id, parent: modelId, status, ...cause })
  }

  /** Takes every deployment and environment with it. */
  function removeModel(id: string, cause: Cause = ELSEWHERE): void {
    const removed = known(models.remove(id), `model ${id}`)
    for (const below of removed.deployments.all()) {
      const { status } = below
      log({ what: 'deleted', kind: 'deployment', id: below.id, parent: id, status, ...cause, reason: 'with its model' })
    }
    log({ what: 'deleted', kind: 'model', id, ...cause })
  }

  function removeChainDeployment(chainId: string, id: string, cause: Cause = ELSEWHERE): void {
    const parent = chain(chainId)
    const { status } = known(parent.deployments.remove(id), `chain deployment ${id}`)
    release(parent, id)
    log({ what: 'deleted', kind: 'chain-deployment', id, parent: chainId, status, ...cause })
  }

  function removeChain(id: string, cause: Cause = ELSEWHERE): void {
    const removed = known(chains.remove(id), `chain ${id}`)
    for (const { id: below, status } of removed.deployments.all()) {
      const event = { kind: 'chain-deployment', id: below, parent: id, status, ...cause } as const
      log({ what: 'deleted', ...event, reason: 'with its chain' })
    }
    log({ what: 'deleted', kind: 'chain', id, ...cause })
  }

  return {
    events,
    keys,
    teams,
    /** The price list by name, to change. */
    prices,
    /** Who used what: requests and bills, to add to. */
    traffic,
    /** What can be billed, by ID; also what is deleted. */
    billables,
    models,
    chains,
    now,
    settings,
    log,
    /** Makes a team; models and chains without `teamId` belong to the first, default one. */
    addTeam,
    addModel,
    addDeployment,
    /** Makes an environment of a model; `current` and `candidate` are IDs of its deployments. */
    addEnvironment: (modelId: string, seed: EnvironmentSeed) => addEnvironment(model(modelId), seed),
    addChain,
    addChainDeployment,
    addChainEnvironment: (chainId: string, seed: EnvironmentSeed) => addEnvironment(chain(chainId), seed),
    /** The record behind an ID, to read or change; throws where there is none. The same for the four below. */
    model,
    deployment,
    environment: (modelId: string, name: string) => known(model(modelId).environments.get(name), `environment ${name}`),
    chain,
    chainDeployment,
    hasModel: (id: string) => models.get(id) !== undefined,
    hasDeployment: (modelId: string, id: string) => models.get(modelId)?.deployments.get(id) !== undefined,
    hasEnvironment: (modelId: string, name: string) => models.get(modelId)?.environments.has(name) ?? false,
    hasChain: (id: string) => chains.get(id) !== undefined,
    hasChainDeployment: (chainId: string, id: string) => chains.get(chainId)?.deployments.get(id) !== undefined,
    /** IDs of a model's deployments that really exist, oldest first; none where there is no model. */
    deploymentIds: (modelId: string) =>
      models
        .get(modelId)
        ?.deployments.all()
        .map(({ id }) => id) ?? [],
    removeModel,
    removeDeployment,
    removeChain,
    removeChainDeployment,
    occupy,
    release,
  }
}

function known<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`the emulated account has no ${what}`)
  return found
}
