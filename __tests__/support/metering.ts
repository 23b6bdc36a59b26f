/** Whether a request asks for price or use, which goes beside everything else: what a deletion takes is told without it. */
export function isMetering({ path }: { path: string }): boolean {
  return /^\/v1\/(?:instance_type_prices$|billing\/|models\/[^/]+\/deployments\/[^/]+\/metrics\?)/.test(path)
}

/** The requests that a deletion needs. */
export function withoutMetering<T extends { path: string }>(requests: readonly T[]): T[] {
  return requests.filter((request) => !isMetering(request))
}
