import type { Exchange } from '../http/exchange.ts'

/** An answer that no repetition can mend: no access, a contradiction, a request the provider will not take. */
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

/** An answer that is not as the provider's documents have it. It may be a passing fault: look again. */
export class UnclearAnswer extends Error {
  override readonly name = 'UnclearAnswer'
  readonly exchange: Exchange

  constructor(message: string, exchange: Exchange) {
    super(message)
    this.exchange = exchange
  }
}
