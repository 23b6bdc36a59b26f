import type { Transport, WireAnswer } from '../../src/http/transport.ts'

/**
 * A far end that cannot keep anything to itself: every text it answers has `words` added, IDs and states excepted, every
 * object has a field more with them, and its request IDs are them.
 */
export function gossip(honest: Transport, words: string): Transport {
  return async (request) => {
    const answer = await honest(request)
    const text = Buffer.concat(await Array.fromAsync(answer.body)).toString()
    return { ...answer, headers: { ...answer.headers, 'x-request-id': words }, body: one(gossipy(text, words)) }
  }
}

/** What the rules decide on stays true, so that the run goes its way. */
const TRUE_KEYS = /^(id|.*Id|.*_id|deployed_model|status|.*Status|code|access_token|.*(At|_at|create)|.*Time)$/

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

async function* one(text: string): WireAnswer['body'] {
  yield Buffer.from(text)
}
