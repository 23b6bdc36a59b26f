import type { Exchange } from '../../http/exchange.ts'
import { UnclearAnswer } from '../errors.ts'

/** One page of a list. */
export interface Page<T> {
  entries: readonly T[]
  /** How many entries the whole list has; undefined if the page does not say. */
  total: number | undefined
  exchange: Exchange
}

/** A list that was read to its end, each ID once. */
export interface PagedList<T> {
  byId: ReadonlyMap<string, T>
  /** How many pages had entries; 1 for an empty list. */
  pages: number
  /**
   * Whether the list is certainly complete: it came in one answer, or every page gave the same total and there are exactly that
   * many entries. Entries move between pages while others are created or deleted, so one can be missed.
   */
  isWhole: boolean
  /** Whether a page counts more entries than there are. */
  isShort: boolean
  /** Of the first page. */
  exchange: Exchange
}

/** How the lists of an API are paged. */
export interface PageRules {
  /**
   * The size of a page, if the total in it is reliable: then all pages after the first are read at once, and the list ends when
   * the total is reached.
   */
  pageSize?: number
  /** If the total is not reliable: a page with fewer entries than this is the last. */
  shortest?: number
  /** A longer list is treated as a fault, because it would exhaust memory. */
  maxEntries: number
}

/** Which page to read: by its number from 1, or by how many entries came before it. */
export interface Position {
  number: number
  skip: number
}

/**
 * Reads lists in pages. `path` is for messages. Throws {@link UnclearAnswer} if a page shows nothing new, or the list does not end.
 */
export type ReadPages = <T>(
  path: string,
  idOf: (entry: T) => string,
  readPage: (position: Position) => Promise<Page<T>>,
) => Promise<PagedList<T>>

export function createPageReader({ pageSize, shortest = 0, maxEntries }: PageRules): ReadPages {
  /** No entries followed a page that was one entry short, so a shorter page is the last one. */
  let wholeBelow = shortest

  return async <T>(path: string, idOf: (entry: T) => string, readPage: (position: Position) => Promise<Page<T>>) => {
    const byId = new Map<string, T>()
    const totals = new Set<number | undefined>()
    let pages = 0
    let skip = 0
    const take = async (request: Promise<Page<T>>): Promise<Page<T>> => {
      const page = await request
      totals.add(page.total)
      skip += page.entries.length
      for (const entry of page.entries) byId.set(idOf(entry), entry)
      if (page.entries.length > 0 || pages === 0) pages++
      return page
    }
    const checkLength = (entries: number, exchange: Exchange) => {
      if (entries >= maxEntries) throw new UnclearAnswer(`GET ${path} goes on after ${maxEntries} entries`, exchange)
    }

    const first = await take(readPage({ number: 1, skip: 0 }))
    const isEnd = ({ entries, total }: Page<T>): boolean => {
      if (entries.length === 0) return true
      if (pageSize !== undefined) return first.total !== undefined && byId.size >= first.total
      // The total is not reliable, but a larger one means that the server's pages are shorter than requested.
      return entries.length < wholeBelow && (total ?? 0) <= byId.size
    }
    let number = 1
    if (pageSize !== undefined && first.total !== undefined && !isEnd(first)) {
      checkLength(first.total, first.exchange)
      const count = Math.ceil(first.total / pageSize)
      const others = Array.from({ length: Math.max(0, count - 1) }, (_, index) => index + 2)
      await Promise.all(others.map((each) => take(readPage({ number: each, skip: (each - 1) * pageSize }))))
      number = Math.max(1, count)
    }
    for (let last = first; !isEnd(last); ) {
      const known = byId.size
      number++
      last = await take(readPage({ number, skip }))
      if (last.entries.length === 0 && pages === 1) wholeBelow = Math.max(wholeBelow, skip + 1)
      // A server that repeats one page would never let the list end.
      if (last.entries.length > 0 && byId.size === known) {
        throw new UnclearAnswer(`GET ${path} shows the same page again`, last.exchange)
      }
      checkLength(skip, last.exchange)
    }
    const [total] = totals
    const isSteady = totals.size === 1 && total === byId.size
    const isWhole = isSteady || (pages === 1 && (total ?? 0) <= byId.size)
    const isShort = [...totals].some((each) => each !== undefined && each > byId.size)
    return { byId, pages, isWhole, isShort, exchange: first.exchange }
  }
}

/** How often a list that may be incomplete is read. */
const MAX_READS = 3

/**
 * A list in which nothing is missing: it is certainly complete, or shows the same IDs twice in a row. `path` is for messages. Throws
 * {@link UnclearAnswer} if it goes on changing, or counts more than it shows.
 */
export async function readWhole<T>(path: string, read: () => Promise<PagedList<T>>): Promise<PagedList<T>> {
  let before: PagedList<T> | undefined
  for (let reads = 1; ; reads++) {
    const list = await read()
    if (list.isWhole || (!list.isShort && before !== undefined && hasSameIds(before, list))) return list
    if (reads === MAX_READS) {
      const why = list.isShort ? 'counts more entries than it shows' : 'changes while it is read'
      throw new UnclearAnswer(`GET ${path} ${why}`, list.exchange)
    }
    before = list
  }
}

function hasSameIds({ byId: one }: PagedList<unknown>, { byId: other }: PagedList<unknown>): boolean {
  return one.size === other.size && [...one.keys()].every((id) => other.has(id))
}
