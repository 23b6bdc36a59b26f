import { TextDecoder } from 'node:util'

/** The body was longer than allowed, or not text: nothing of it is used. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
}

/**
 * Reads a body of at most `maxBytes` as UTF-8 text. Throws {@link BodyError} for a longer one, for one that is compressed
 * (we never ask for that) and for bytes that are not UTF-8; a broken connection rejects with the transport's error.
 */
export async function readText(
  body: AsyncIterable<Uint8Array>,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
): Promise<string> {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw new BodyError(`the answer is encoded as ${encoding}`)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new BodyError(`the answer is longer than ${maxBytes} bytes`)
    text += decode(decoder, chunk, true)
  }
  return text + decode(decoder, new Uint8Array(), false)
}

function decode(decoder: TextDecoder, chunk: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(chunk, { stream })
  } catch {
    throw new BodyError('the answer is not UTF-8 text')
  }
}
