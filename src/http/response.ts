import { TextDecoder } from 'node:util'
import type { Taker } from './slim.ts'

/** The body was longer than allowed, or not text: nothing of it is used. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
}

/**
 * Reads a body of at most `maxBytes` as UTF-8 text, through `taker` where one is given. Throws {@link BodyError} for a longer
 * one, for one that is compressed (we never ask for that), for bytes that are not UTF-8, and for what the taker cannot
 * read, and RangeError for what nests too deeply; a broken connection rejects with the transport's error.
 */
export async function readText(
  body: AsyncIterable<Uint8Array>,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
  taker: Taker = createTaker(),
): Promise<string> {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw new BodyError(`the answer is encoded as ${encoding}`)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new BodyError(`the answer is longer than ${maxBytes} bytes`)
    take(taker, decode(decoder, chunk, true))
  }
  take(taker, decode(decoder, new Uint8Array(), false))
  return taker.text()
}

function createTaker(): Taker {
  let all = ''
  return {
    push(piece) {
      all += piece
    },
    text: () => all,
  }
}

function take(taker: Taker, piece: string): void {
  try {
    taker.push(piece)
  } catch (error) {
    // Nested too deeply: said as of any other answer.
    if (error instanceof RangeError) throw error
    throw new BodyError('the answer has an entry that is not JSON')
  }
}

function decode(decoder: TextDecoder, chunk: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(chunk, { stream })
  } catch {
    throw new BodyError('the answer is not UTF-8 text')
  }
}
