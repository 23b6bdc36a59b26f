import type { Inputs } from '../inputs/inputs.ts'
import type { Snapshot } from '../providers/observation.ts'
import type { Provider } from '../providers/provider.ts'
import type { Action } from '../providers/step.ts'
import type { RunReport } from '../report/report.ts'
import type { Limits } from './deadline.ts'
import type { Runtime } from './runtime.ts'

/** The result of a run, before it is reported. */
export type Done = Pick<
  RunReport,
  'results' | 'problems' | 'headline' | 'plan' | 'hasPrices' | 'quota' | 'deferred' | 'brokenOff'
>

/** The context of one run. */
export interface Run<S extends Snapshot, A extends Action> {
  runtime: Runtime
  inputs: Inputs
  limits: Limits
  provider: Provider<S, A>
}
