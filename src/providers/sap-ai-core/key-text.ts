import * as v from 'valibot'
import { credentialProblem } from '../shared/credential-text.ts'

/** How deep people wrap a key: base64 of JSON in a JSON string, in `credentials`. */
const DEEPEST = 4

const CREDENTIALS = v.object({ credentials: v.record(v.string(), v.unknown()) })
const BINDING = v.object({ name: v.optional(v.string()), ...CREDENTIALS.entries })
type Binding = v.InferOutput<typeof BINDING>

/**
 * The service key in a text as people store it: plain, in `credentials`, as the content of `VCAP_SERVICES`, as JSON in a JSON
 * string, or in base64. Gives the object, or what is wrong in words without a value of it.
 */
export function findKey(text: string): object | string {
  const json = parseWrapped(text, DEEPEST)
  if (typeof json === 'string') return json
  const bindings = bindingsIn(json)
  const [only, ...more] = bindings
  if (only === undefined) return json
  if (more.length === 0) return only.credentials
  const names = bindings.map(({ name }, index) => name ?? `the ${index + 1}th`).join(', ')
  return `has ${bindings.length} bindings of SAP AI Core (${names}); paste the credentials of one`
}

/** The texts that a text holds in one wrapping or another, itself first: what is secret must be found in each of them. */
export function unwrappedTexts(text: string): string[] {
  const texts = [text]
  for (let inner = innerText(text); inner !== undefined && texts.length < DEEPEST; inner = innerText(inner)) {
    texts.push(inner)
  }
  return texts
}

function parseWrapped(text: string, deepest: number): object | string {
  let isJson = false
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null) return json
    isJson = true
  } catch {
    // Perhaps it is wrapped.
  }
  const inner = innerText(text)
  const found = inner === undefined || deepest === 0 ? problemOf(text.trim()) : parseWrapped(inner, deepest - 1)
  return isJson && typeof found === 'string' ? 'is not a JSON object' : found
}

/** What is in a JSON string, or in base64 of JSON. */
function innerText(text: string): string | undefined {
  const bare = text.trim()
  if (/^"[\s\S]*"$/.test(bare)) {
    try {
      const json: unknown = JSON.parse(bare)
      return typeof json === 'string' ? json : undefined
    } catch {
      return undefined
    }
  }
  if (!/^[\w+/\s-]{20,}={0,2}\s*$/.test(bare)) return undefined
  const decoded = Buffer.from(bare, 'base64').toString('utf8').trim()
  return /^[{["]/.test(decoded) ? decoded : undefined
}

const NOT_JSON = 'is not JSON; paste the whole service key as SAP BTP shows it'

function problemOf(text: string): string {
  if (/^\{\s*'/.test(text))
    return 'has single quotes where JSON has double ones; paste the service key as SAP BTP shows it'
  if (/^[\w./~\\-]+\.json$/i.test(text)) return 'is the name of a file; give its content'
  return (/^[[{]/.test(text) ? undefined : credentialProblem(text)) ?? NOT_JSON
}

/** The bindings of SAP AI Core in the content of `VCAP_SERVICES`: by the name of the service, or by what only its keys have. */
function bindingsIn(json: object): Binding[] {
  if ('clientid' in json || 'credentials' in json) return []
  const lists = Array.isArray(json) ? [['', json] as const] : Object.entries(json)
  const all = lists.flatMap(([service, list]) =>
    (Array.isArray(list) ? list : []).flatMap((each: unknown) => {
      const binding = v.safeParse(BINDING, each)
      return binding.success ? [{ service, ...binding.output }] : []
    }),
  )
  const named = all.filter(({ service, credentials }) => service === 'aicore' || isOfAiCore(credentials))
  return named.length > 0 ? named : all
}

function isOfAiCore({ serviceurls }: Binding['credentials']): boolean {
  return (
    typeof serviceurls === 'object' &&
    serviceurls !== null &&
    ('AI_API_URL' in serviceurls || 'ML_API_URL' in serviceurls)
  )
}
