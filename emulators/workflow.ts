import { parse } from 'yaml'

/** A step of a workflow that uses the action, once for each entry of its job's matrix. */
export interface ActionStep {
  job: string
  /** Its `id`, or its place among the steps of the job, as the runner has it. */
  id: string
  /** What people know it by. */
  title: string
  /** The `with:`, expressions replaced. */
  inputs: Record<string, string>
  /** What the job's `permissions:`, or the workflow's, give the token; undefined where neither says anything. */
  permissions: Readonly<Record<string, string>> | undefined
  /** What the `env:` of workflow, job and step says of the action's own variables, expressions replaced. */
  env: Record<string, string>
}

/** The value of an expression, without its braces; undefined where it is not known. */
export type Evaluate = (expression: string) => string | undefined

/** An expression that has no value here, such as the output of a step that does not run here. */
export class UnknownExpression extends Error {
  readonly expression: string

  constructor(expression: string) {
    super(`no value for \${{ ${expression} }}`)
    this.expression = expression
  }
}

/** The published name, whoever publishes it, and the two ways to say "this repository". */
export const USES_ACTION = /^(?:[\w.-]+\/undeploy@.+|\.\/?|\$\/?)$/

/** Variables that the action reads. */
const OUR_VARIABLE = /^(?:BASETEN_API_KEY|DASHSCOPE_API_KEY|AICORE_\w+)$/

/** The steps of a workflow that use the action, in order. Throws {@link UnknownExpression}. */
export function actionSteps(text: string, evaluate: Evaluate): ActionStep[] {
  const workflow = asMap(parse(text))
  return Object.entries(asMap(workflow['jobs'])).flatMap(([job, definition]) => {
    const { strategy, steps, env, permissions = workflow['permissions'] } = asMap(definition)
    return matrixOf(strategy).flatMap((matrix) =>
      asList(steps).flatMap((step, index) => {
        const { id, name, uses, with: inputs, env: own } = asMap(step)
        if (typeof uses !== 'string' || !USES_ACTION.test(uses)) return []
        const fill = (value: unknown) => filled(value, (expression) => matrix[expression] ?? evaluate(expression))
        const variables = Object.entries({ ...asMap(workflow['env']), ...asMap(env), ...asMap(own) })
        const title = textOf(name) || textOf(id) || `step ${index + 1}`
        return [
          {
            job,
            id: textOf(id) || `__step_${index + 1}`,
            title,
            permissions: permissionsOf(permissions),
            inputs: mapped(inputs, fill),
            env: mapped(Object.fromEntries(variables.filter(([name]) => OUR_VARIABLE.test(name))), fill),
          },
        ]
      }),
    )
  })
}

/** `read-all` and `write-all` are for all scopes that are asked for here; what is not named is none. */
function permissionsOf(permissions: unknown): ActionStep['permissions'] {
  if (permissions === undefined) return undefined
  const [, level] = /^(read|write)-all$/.exec(textOf(permissions)) ?? []
  if (level === undefined) return mapped(permissions, textOf)
  return Object.fromEntries(['contents', 'deployments', 'issues', 'pull-requests'].map((scope) => [scope, level]))
}

/** The names of the events that start a workflow. */
export function eventsOf(text: string): string[] {
  const { on } = asMap(parse(text))
  if (typeof on === 'string') return [on]
  return Array.isArray(on) ? on.map(textOf) : Object.keys(asMap(on))
}

/** `matrix.<name>` for each entry; one without any where there is no matrix. Only `include` and plain lists, no `exclude`. */
function matrixOf(strategy: unknown): Record<string, string>[] {
  const { include, ...axes } = asMap(asMap(strategy)['matrix'])
  const product = Object.entries(axes).reduce<Record<string, string>[]>(
    (rows, [name, values]) =>
      rows.flatMap((row) => asList(values).map((value) => ({ ...row, [`matrix.${name}`]: textOf(value) }))),
    [{}],
  )
  const extra = asList(include).map((entry) => mapped(entry, textOf, 'matrix.'))
  return extra.length === 0 ? product : Object.keys(axes).length === 0 ? extra : [...product, ...extra]
}

/** A text with its expressions replaced. Knows lookups, literals and `||`, which is what inputs are made of. */
function filled(value: unknown, evaluate: Evaluate): string {
  return textOf(value).replace(/\$\{\{\s*(.*?)\s*\}\}/gs, (_, expression: string) => {
    const alternatives = expression.split('||').map((part) => part.trim())
    for (const alternative of alternatives) {
      const found = literal(alternative) ?? evaluate(alternative)
      if (found === undefined) throw new UnknownExpression(alternative)
      if (found !== '' && found !== 'false') return found
    }
    return literal(alternatives.at(-1) ?? '') ?? evaluate(alternatives.at(-1) ?? '') ?? ''
  })
}

function literal(text: string): string | undefined {
  const quoted = /^'((?:[^']|'')*)'$/.exec(text)?.[1]
  if (quoted !== undefined) return quoted.replaceAll("''", "'")
  return /^(?:true|false|\d+)$/.test(text) ? text : undefined
}

function mapped(value: unknown, change: (value: unknown) => string, prefix = ''): Record<string, string> {
  return Object.fromEntries(Object.entries(asMap(value)).map(([name, each]) => [prefix + name, change(each)]))
}

function asMap(value: unknown): Record<string, unknown> {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isMap ? Object.fromEntries(Object.entries(value)) : {}
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
}
