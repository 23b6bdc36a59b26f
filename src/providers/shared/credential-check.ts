import type { HttpResponse } from '../../http/client.ts'

/** What is learnt of a key from the requests that are sent with it. */
export interface CredentialCheck {
  /** Passes the answer on, and learns from it. */
  watch(request: Promise<HttpResponse>): Promise<HttpResponse>
  /**
   * Whether any request with the key has worked; then a 403 is about one thing, and not about the key. Of requests sent together
   * any may be answered first, so a key that has not worked yet is judged when all of them have ended.
   */
  hasWorked(): Promise<boolean>
}

/** `isSuccess` says what shows that a key works. */
export function createCredentialCheck(isSuccess: (answer: HttpResponse) => boolean): CredentialCheck {
  const underWay = new Set<Promise<HttpResponse>>()
  let worked = false
  return {
    async watch(request) {
      underWay.add(request)
      try {
        const answer = await request
        if (isSuccess(answer)) worked = true
        return answer
      } finally {
        underWay.delete(request)
      }
    },
    async hasWorked() {
      if (!worked) await Promise.allSettled(underWay)
      return worked
    },
  }
}
