import { TextDecoder } from 'node:util'
import { isRetryable } from './retry.ts'
import type { WireResponse } from './transport.ts'

/** The body cannot be used: too long, not text, or nested too deeply. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
}

/**
 * Why an answer to GET is not the provider's current and complete answer: it comes from a cache, is partial, or was changed on
 * the way (RFC 9110, sections 15.3.4 and 15.3.7; RFC 9111, section 5.1). Undefined if nothing shows that.
 */
export function whyNotCurrent({ status, headers }: Pick<WireResponse, 'status' | 'headers'>): string | undefined {
  if (status === 203 || /^\s*214\b/.test(headers['warning'] ?? '')) return 'a proxy has changed it on the way'
  if (status === 206) return 'it is only a part of the answer'
  const age = headers['age']
  return age !== undefined && Number(age) !== 0 ? `it comes from a cache (Age: ${age.slice(0, 20)})` : undefined
}

/**
 * Reads a body of at most `maxBytes` as UTF-8 text. Throws {@link BodyError} for a longer one, for one that is compressed (we
 * never ask for that), and for bytes that are not UTF-8; a broken connection rejects with the transport's error.
 */
export async function readText(
  body: AsyncIterable<Uint8Array>,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
): Promise<string> {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw new BodyError(`the answer is encoded as ${encoding}`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new BodyError(`the answer is longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  try {
    // Decoded at once: a text joined from pieces takes twice the memory.
    return new TextDecoder('utf-8', { fatal: true }).decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
  } catch {
    throw new BodyError('the answer is not UTF-8 text')
  }
}

/** No provider's answer nests nearly as deep. One that does would exhaust the stack of recursive code. Levels. */
const DEEPEST = 100

/** Parses JSON. Throws SyntaxError, or {@link BodyError} for what nests deeper than 100 levels. */
function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new BodyError('the answer is nested too deeply')
  return JSON.parse(text)
}

/** Checked before parsing: an answer of only brackets would take gigabytes. */
function isTooDeep(text: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const mark = text[at]
    if (inString) {
      if (mark === '\\') at++
      else if (mark === '"') inString = false
    } else if (mark === '"') inString = true
    else if (mark === '{' || mark === '[') depth++
    else if (mark === '}' || mark === ']') depth--
    if (depth > DEEPEST) return true
  }
  return false
}

/**
 * A success must be JSON or empty. An HTML page is a gateway's and not the provider's answer, whatever its status; only
 * "later" means the same from both.
 */
export function parse(wire: WireResponse, text: string): unknown {
  const isHtml = /\bhtml\b/i.test(wire.headers['content-type'] ?? '')
  // An empty page with 200 is a portal's; frameworks call any other empty answer HTML as well.
  if (!/\S/.test(text) && !(isHtml && wire.status === 200)) return undefined
  if (isHtml) {
    if (isRetryable(wire.status) || wire.status === 407) return undefined
    throw new BodyError("an HTML page instead of the API's answer")
  }
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof BodyError) throw error
    if (wire.status >= 200 && wire.status < 300) throw new BodyError('a body that is not JSON')
    return undefined
  }
}
