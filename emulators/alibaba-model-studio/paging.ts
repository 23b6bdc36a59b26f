import { type ErrorRow, errorOf } from './errors.ts'

/** One page asked for. */
export interface Page {
  number: number
  size: number
}

/** Reads `page_no` (from 1) and `page_size`; anything out of range is InvalidParameter. */
export function pageOf(query: URLSearchParams, limits: { size: number; max: number }): Page | ErrorRow {
  const number = positive(query.get('page_no') ?? '1')
  const size = positive(query.get('page_size') ?? String(limits.size))
  if (number === undefined) return errorOf('InvalidParameter', 'page_no must be larger than or equal to 1')
  if (size === undefined || size > limits.max) {
    return errorOf('InvalidParameter', `page_size must be between 1 and ${limits.max}`)
  }
  return { number, size }
}

function positive(text: string): number | undefined {
  return /^[0-9]{1,9}$/.test(text) && Number(text) >= 1 ? Number(text) : undefined
}

/** The items of a page; none past the end. */
export function slice<T>(items: readonly T[], { number, size }: Page): T[] {
  return items.slice((number - 1) * size, number * size)
}
