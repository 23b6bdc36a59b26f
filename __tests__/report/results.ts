import type { Exchange } from '../../src/http/exchange.ts'
import type { TargetEvent } from '../../src/providers/history.ts'
import type { RunReport } from '../../src/report/report.ts'
import type { Outcome, Result } from '../../src/teardown/result.ts'

export const NOON = Date.UTC(2026, 10, 21, 12)

/** A result with nothing special about it. */
export function result(outcome: Outcome, id = 'd1', more: Partial<Result> = {}): Result {
  return {
    target: { resource: 'deployment', id, parent: 'm1' },
    outcome,
    reason: `it is ${outcome}`,
    history: [],
    startedAt: NOON,
    endedAt: NOON + 1500,
    ...more,
  }
}

export function reportOf(results: readonly Result[], more: Partial<RunReport> = {}): RunReport {
  return {
    provider: 'baseten',
    scope: [more.provider ?? 'baseten'],
    dryRun: false,
    results,
    problems: [],
    plan: undefined,
    startedAt: NOON,
    endedAt: NOON + 2000,
    ...more,
  }
}

export const EXCHANGE: Exchange = {
  at: NOON,
  ms: 120,
  method: 'DELETE',
  path: '/v1/models/m1/deployments/d1',
  status: 200,
  requestId: 'req-1',
}

/** A deletion from the first look to the last. */
export const DELETION: readonly TargetEvent[] = [
  { type: 'observed', at: NOON, until: NOON, times: 1, status: 'ACTIVE', exchange: { ...EXCHANGE, method: 'GET' } },
  {
    type: 'requested',
    at: NOON + 100,
    until: NOON + 220,
    action: { verb: 'delete', final: true },
    actionResult: { result: 'accepted', tombstone: { id: 'd1', deleted: true }, exchange: EXCHANGE },
  },
  {
    type: 'not-found',
    at: NOON + 1500,
    until: NOON + 1500,
    times: 1,
    exchange: { ...EXCHANGE, method: 'GET', status: 404 },
  },
]

/** A JSON value nested deeper than can be written again. */
export function bottomless(): unknown {
  return JSON.parse('['.repeat(300_000) + ']'.repeat(300_000))
}

/** What a provider, or whoever names deployments, could put into a text. */
export const HOSTILE = [
  'a|b|c',
  '`code` ```js',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '</summary></details><h1>owned',
  'line\r\n# heading\n\n| --- |\n- [ ] item',
  '[click](https://evil.example.com) ![x](http://evil.example.com/x.png)',
  'https://evil.example.com www.evil.example.com',
  '@octocat @org/team #1 org/repo#2',
  '*bold* _it_ ~~gone~~ $x$ \\\\ &lt;b&gt; &#64;x',
  '::error::owned ##[error]owned ::set-output name=status::deleted',
  '\u001b[31mred\u001b[0m \u202egnp.exe \u2028next\u2029 \u0085 \u0000',
  '<!-- comment',
]
