import type { Exchange } from '../http/exchange.ts'

/** An answer that retrying cannot fix: no access, a contradiction, or a request that the provider does not accept. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  /** `account`: nothing else will work with these credentials either. `target`: only this target is affected. */
  readonly scope: 'account' | 'target'
  readonly exchange: Exchange | undefined

  constructor(scope: 'account' | 'target', message: string, exchange?: Exchange) {
    super(message)
    this.scope = scope
    this.exchange = exchange
  }
}

/** An answer that does not match the provider's documents. The fault may pass: read again. */
export class UnclearAnswer extends Error {
  override readonly name = 'UnclearAnswer'
  readonly exchange: Exchange

  constructor(message: string, exchange: Exchange) {
    super(message)
    this.exchange = exchange
  }
}
