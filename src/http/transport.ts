/** One request as it is sent. */
export interface WireRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  url: URL
  headers: Record<string, string>
  body?: string
  /** The client certificate, if the server asks for one. */
  identity?: ClientIdentity
  signal: AbortSignal
}

/** A client certificate with its private key, both as PEM. */
export interface ClientIdentity {
  certificate: string
  key: string
}

/** The head of an answer; the caller reads the body and limits its size. */
export interface WireResponse {
  status: number
  headers: Record<string, string>
  body: AsyncIterable<Uint8Array>
}

/** Sends one request once. Rejects with the network's own error, or with the signal's reason. */
export type Transport = (request: WireRequest) => Promise<WireResponse>

/** The network with all its connections. */
export interface Network {
  transport: Transport
  /** Ends every connection; nothing can be sent afterwards. */
  close: () => Promise<void>
}

/** Long enough for a slow proxy, short enough to try again within the request's own deadline. Milliseconds. */
export const CONNECT_TIMEOUT_MS = 10_000

/** A header that comes more than once, as one. */
export function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}
