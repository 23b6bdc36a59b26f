import type { HttpResponse } from './client.ts'
import { HttpError } from './errors.ts'

/** What is known about the routes to the hosts that requests go to. */
export interface Routes {
  /**
   * Runs `work`, a request to `url`. The first one behind a proxy goes alone: a wrong password that is tried many times at once
   * locks an account. Once the proxy has refused, no more are sent.
   */
  through(url: URL, isProxied: boolean, work: () => Promise<HttpResponse>): Promise<HttpResponse>
  /** The host has not answered any request yet. */
  isSilent(url: URL): boolean
}

export function createRoutes(): Routes {
  const heard = new Set<string>()
  let blocked: HttpError | undefined
  let first: Promise<unknown> | undefined

  const tried = async (host: string, work: () => Promise<HttpResponse>): Promise<HttpResponse> => {
    try {
      const response = await work()
      heard.add(host)
      return response
    } catch (error) {
      if (error instanceof HttpError) {
        if (error.exchange.status !== undefined) heard.add(host)
        if (error.failure === 'blocked') blocked ??= error
      }
      throw error
    }
  }

  return {
    async through({ host }, isProxied, work) {
      if (!isProxied) return tried(host, work)
      if (first === undefined) {
        const alone = tried(host, work)
        first = alone.catch(() => undefined)
        return alone
      }
      await first
      if (blocked !== undefined) throw blocked
      return tried(host, work)
    },
    isSilent: ({ host }) => !heard.has(host),
  }
}
