import type { Transport, WireRequest, WireResponse } from '../../src/http/transport.ts'
import { encodingsOf } from './encodings.ts'

/**
 * A far end that cannot keep anything to itself: every text it answers has all `secrets` added, IDs and states excepted, every
 * object has a field more with them, and its request ID is one.
 */
export function gossip(honest: Transport, secrets: (request: WireRequest) => readonly string[]): Transport {
  return async (request) => {
    const known = secrets(request)
    const words = known.flatMap((secret) => encodingsOf(secret).map(([, text]) => text)).join(' ')
    const answer = await honest(request)
    const chunks: Uint8Array[] = []
    for await (const chunk of answer.body) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    return {
      ...answer,
      headers: { ...answer.headers, 'x-request-id': known[0] ?? '' },
      body: one(gossipy(text, words)),
    }
  }
}

/** What the rules decide on stays true, so that the run goes its way. */
const TRUE_KEYS =
  /^(id|.*Id|.*_id|deployed_model|status|.*Status|charge_type|code|access_token|.*(At|_at|create)|.*Time)$/

function gossipy(text: string, words: string): string {
  if (text === '') return text
  try {
    return JSON.stringify(spread(JSON.parse(text), words))
  } catch {
    return `${text} ${words}`
  }
}

function spread(value: unknown, words: string): unknown {
  if (Array.isArray(value)) return value.map((item) => spread(item, words))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [
    key,
    typeof item === 'string' && !TRUE_KEYS.test(key) ? `${item} ${words}` : spread(item, words),
  ])
  return { ...Object.fromEntries(entries), gossip: words }
}

async function* one(text: string): WireResponse['body'] {
  yield Buffer.from(text)
}
