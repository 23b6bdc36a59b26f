import type { HttpResponse } from '../../http/client.ts'

/** Whether any request with this key has succeeded; then a 403 is about one resource. */
export interface CredentialCheck {
  /** Passes the answer on and remembers whether the key worked. */
  watch(request: Promise<HttpResponse>): Promise<HttpResponse>
  /**
   * Whether any request with the key has succeeded; then a 403 is about one resource and not about the key. Requests that are
   * sent together can be answered in any order, so the decision waits until all of them have ended.
   */
  hasWorked(): Promise<boolean>
}

/** `isSuccess` tells which answers show that a key works. */
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
