import * as v from 'valibot'
import type { HttpResponse } from '../../http/client.ts'
import { UnclearAnswer } from '../errors.ts'

/** The answer's body as the schema describes it. Throws {@link UnclearAnswer} naming the request and the first mismatch. */
export function parseBody<S extends v.GenericSchema>(schema: S, answer: HttpResponse): v.InferOutput<S> {
  const result = v.safeParse(schema, answer.body, { abortEarly: true, abortPipeEarly: true })
  if (result.success) return result.output
  const { method, path } = answer.exchange
  const where = v.getDotPath(result.issues[0]) ?? 'the body'
  throw new UnclearAnswer(
    `${method} ${path} answered HTTP ${answer.status}, but ${where} is not as documented`,
    answer.exchange,
  )
}

/** A text that may be missing or null. Other types are dropped, because no decision depends on it. */
export const lenientString = v.fallback(v.optional(v.string()), undefined)
