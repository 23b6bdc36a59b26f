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
  /** May be given with a provider that has no such input, as in a matrix of providers. Otherwise that is an error. */
  ignoredElsewhere?: true
}

/** How inputs name one kind of resource. */
export interface ResourceDefinition {
  /** The input with IDs (or names) of exact targets. */
  ids: string
  /** What the IDs are under: the input that names it, one for IDs and any number for a sweep. */
  parents?: { input: string; resource: Resource; noun: string }
  plural: string
  /** IDs that are never deleted, whatever is lifted, and why: in words that follow "which". */
  never?: { ids: ReadonlySet<string>; why: string }
  /** Whether it has a name that patterns can be matched against. */
  hasName: boolean
  /** The characters of a name, if known: as a pattern for one, and in words. A pattern with others matches nothing. */
  nameCharacters?: { allowed: RegExp; words: string }
  hasStatus: boolean
  /** Whether it can have labels, and what each key begins with. */
  labels?: { keyPrefix: string }
  /** The groups it is in besides: an input with IDs, or with patterns in a sweep. */
  groups?: { input: string; resource: Resource; noun: string }
  /** For which periods its requests are known, in whole days; absent where they are not counted. */
  usage?: { leastDays: number; mostDays: number }
  /** The notice when a sweep names no parent and so covers everything. */
  whenUnscoped?: string
}

/** What every provider declares, apart from how its settings are read. */
interface Description {
  /** The value of the input `provider`. */
  name: string
  /** Every documented status: a misspelt one in `status` would never select anything. */
  statuses: readonly string[]
  /** The guards that `allow` can lift. */
  guards: readonly Guard[]
  /** Credentials that go elsewhere are worth a notice. Begins with a dot. */
  homeDomain: string
  resources: Readonly<Partial<Record<Resource, ResourceDefinition>>>
  /** What of any input must be masked, since people put a credential into the wrong one; undefined if nothing shows that it is one. */
  misplacedSecrets?: FindSecrets
  /** Environment variables that hold credentials, with what of their text must be masked. */
  secretVariables: Readonly<Record<string, FindSecrets>>
  /** Environment variables that name a file with a credential. */
  secretFiles?: Readonly<Record<string, FindSecrets>>
  /** Why a text cannot be an ID or name in an input, in words that follow "'deployment-id' has 'x', which"; undefined if it can. */
  idProblem(resource: Resource, id: string): string | undefined
}

/**
 * A provider as its folder describes it. `T`: its settings. `I`: the names of its own inputs. `S` and `A`: its snapshots and
 * actions.
 */
export interface ProviderSpec<T extends { apiUrl: URL }, I extends string, S extends Snapshot, A extends Action>
  extends Description {
  ownInputs: Readonly<Record<I, OwnInput>>
  /** The settings; undefined if one is missing or wrong, which is reported to the reader. `apiUrl` is the input `api-url`. */
  readSettings(reader: SettingsReader<NoInfer<I>>, apiUrl: URL | undefined): T | undefined
  /** Where the settings point, in addition to the provider, in words: `resource group team-a`. */
  where(settings: T): readonly string[]
  /** Notices about correct settings. */
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

/** Hides the provider's own types, so that all providers fit into one list. */
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
