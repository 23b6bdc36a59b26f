import type { Connection } from './context.ts'
import type { Snapshot } from './observation.ts'
import { type AnyProvider, anyProvider, type Guard, type Provider } from './provider.ts'
import type { FindSecrets, SettingsReader } from './settings-reader.ts'
import type { Action } from './step.ts'
import type { Resource } from './target.ts'

/** An input that only some providers have. */
export interface OwnInput {
  /** Its default in `action.yml`; empty for "not given". */
  default: string
  /** What of its text must be masked, where it is a credential. */
  secrets?: FindSecrets
  /** It may be given to a provider that has no such input, as a step with a matrix of providers does. Else that is an error. */
  ignoredElsewhere?: true
}

/** How inputs name one kind of resource. */
export interface ResourceDefinition {
  /** The input with IDs (or names) of exact targets. */
  ids: string
  /** What the IDs are under: the input that names it, one for IDs and any number for a sweep. */
  parents?: { input: string; resource: Resource; noun: string }
  plural: string
  /** Whether it has a name that patterns can be matched against. */
  hasName: boolean
  /** What a name can be made of, where that is known: one character, and in words. A pattern with another matches nothing. */
  nameCharacters?: { allowed: RegExp; words: string }
  hasStatus: boolean
  /** Whether it has labels that its maker gave it, and what each key begins with. */
  labels?: { keyPrefix: string }
  /** What it is in besides: one for each target, or any number to look into; a sweep can choose by patterns. */
  groups?: { input: string; resource: Resource; noun: string }
  /** Whether its requests are counted. */
  hasUsage?: true
  /** Told where a sweep names no parent and so looks at everything. */
  whenUnscoped?: string
}

/** What every provider says of itself besides how its settings are read. */
interface Description {
  /** The value of the input `provider`. */
  name: string
  /** Every documented status: a misspelt one in `status` would select nothing for ever. */
  statuses: readonly string[]
  /** The guards that `allow` can lift. */
  guards: readonly Guard[]
  /** Credentials that go elsewhere are worth a notice. Begins with a dot. */
  homeDomain: string
  resources: Readonly<Partial<Record<Resource, ResourceDefinition>>>
  /** Environment variables that hold credentials, with what of their text must be masked. */
  secretVariables: Readonly<Record<string, FindSecrets>>
  /** Environment variables that name a file with a credential. */
  secretFiles?: Readonly<Record<string, FindSecrets>>
  /** Why a text cannot be an ID or name in an input, in words that follow "'deployment-id' has 'x', which"; undefined if it can. */
  idProblem(resource: Resource, id: string): string | undefined
}

/**
 * A provider as its folder describes it. `T`: its settings. `I`: the names of its own inputs. `S` and `A`: what its rules look at,
 * and what can be asked of it.
 */
export interface ProviderSpec<T extends { apiUrl: URL }, I extends string, S extends Snapshot, A extends Action>
  extends Description {
  ownInputs: Readonly<Record<I, OwnInput>>
  /** The settings, or undefined where one is missing or wrong, which the reader then knows. `apiUrl` is the input `api-url`. */
  readSettings(reader: SettingsReader<NoInfer<I>>, apiUrl: URL | undefined): T | undefined
  /** Where the settings look, beside the provider itself, in words: `resource group team-a`. */
  where(settings: T): readonly string[]
  /** What is worth telling of correct settings. */
  notices(settings: T, reader: SettingsReader<NoInfer<I>>): readonly string[]
  create(settings: T, connection: Connection): Provider<S, A>
}

/** A provider with its settings read, ready to connect. */
export interface ConfiguredProvider {
  readonly definition: ProviderDefinition
  readonly settings: { readonly apiUrl: URL }
  readonly where: readonly string[]
  readonly notices: readonly string[]
  create(connection: Connection): AnyProvider
}

/** A provider as the rest of the action knows it, whatever its settings are. */
export interface ProviderDefinition extends Description {
  ownInputs: Readonly<Record<string, OwnInput>>
  configure(reader: SettingsReader, apiUrl: URL | undefined): ConfiguredProvider | undefined
}

/** Hides the types that only the provider knows, so that providers of all kinds fit into one list. */
export function defineProvider<T extends { apiUrl: URL }, I extends string, S extends Snapshot, A extends Action>(
  spec: ProviderSpec<T, I, S, A>,
): ProviderDefinition {
  const definition: ProviderDefinition = {
    ...spec,
    configure(reader, apiUrl) {
      const settings = spec.readSettings(reader, apiUrl)
      if (settings === undefined) return undefined
      return {
        definition,
        settings,
        where: spec.where(settings),
        notices: spec.notices(settings, reader),
        create: (connection) => anyProvider(spec.create(settings, connection)),
      }
    },
  }
  return definition
}
