import { describe, expect, it } from 'vitest'
import type { BasetenAction } from '../../../src/providers/baseten/action.ts'
import { collateralOf } from '../../../src/providers/baseten/collateral.ts'
import { environmentDetails } from '../../../src/providers/baseten/environment-details.ts'
import { protectionOf } from '../../../src/providers/baseten/guards.ts'
import { nextBasetenStep } from '../../../src/providers/baseten/rules.ts'
import type { BasetenDeployment, BasetenEnvironment } from '../../../src/providers/baseten/schema.ts'
import { siblingDetails } from '../../../src/providers/baseten/siblings.ts'
import type { BasetenDetails } from '../../../src/providers/baseten/snapshot.ts'
import type { TargetEvent, TargetHistory } from '../../../src/providers/history.ts'
import type { Guard, Policy } from '../../../src/providers/provider.ts'
import type { ActionResult, Step } from '../../../src/providers/step.ts'
import { targetKey } from '../../../src/providers/target.ts'
import { EXCHANGE, hoursAgo, RECEIPTS } from './support.ts'

type Family = readonly [string, Partial<BasetenDeployment>][]

function detailsOf(
  id: string,
  family: Family,
  environments: readonly BasetenEnvironment[] = [],
  count = family.length,
): BasetenDetails {
  const deployments = family.map(
    ([id, more], index): BasetenDeployment => ({
      ...{ id, status: 'ACTIVE', name: id, created_at: hoursAgo(50 - index) },
      ...{ is_production: false, is_development: false, ...more },
    }),
  )
  const model = { id: 'm1', name: 'm', created_at: undefined, deployments_count: count }
  const details = siblingDetails({ model, deployments, environments })(id)
  if (details === undefined) throw new Error(`no deployment ${id}`)
  return details
}

/** A look after `ms`. */
const saw = (ms = 0, times = 1): TargetEvent<BasetenAction> => ({
  ...{ type: 'observed', at: ms, until: ms, times, status: 'ACTIVE' },
})
const acted = (action: BasetenAction, actionResult: ActionResult, ms = 0): TargetEvent<BasetenAction> => ({
  type: 'requested',
  at: ms,
  until: ms,
  action,
  actionResult,
})
const freed = (environment: string, actionResult: ActionResult, ms = 0) =>
  acted({ verb: 'delete-environment', final: false, environment }, actionResult, ms)

function rules(
  allow: readonly Guard[] = [],
  selected: readonly string[] = ['d1'],
  stayed: readonly string[] = [],
): Policy {
  const keys = (ids: readonly string[]) =>
    new Set(ids.map((id) => targetKey({ resource: 'deployment', id, parent: 'm1' })))
  return { allow: new Set(allow), selected: keys(selected), notDeleted: keys(stayed) }
}

function next(details: BasetenDetails, by: Policy, before: TargetHistory<BasetenAction> = [], ms = 0): Step {
  const observation = { state: 'present', snapshot: { status: 'ACTIVE', details }, exchange: EXCHANGE } as const
  return nextBasetenStep(observation, [...before, saw(ms)], by)
}

const sentences = (details: BasetenDetails, by: Policy) => collateralOf(details, by).map(({ sentence }) => sentence)
const verbOf = (step: Step) => (step.type === 'act' ? step.action.verb : undefined)
const asEnd = (outcome: string, reason: string) => ({ type: 'end', outcome, reason: expect.stringContaining(reason) })
const asWait = (until: string) => expect.objectContaining({ type: 'wait', until })

const STAGING: BasetenEnvironment = { name: 'staging', current_deployment: { id: 'd1' } }
const STAGED: Family = [
  ['d1', { environment: 'staging' }],
  ['other', {}],
]
const ENVIRONMENT = rules(['environment'])

describe('a deployment of an environment, with allow: environment', () => {
  const details = detailsOf('d1', STAGED, [STAGING])

  it('the environment goes first', () => {
    const action = { verb: 'delete-environment', final: false, environment: 'staging' }
    expect(next(details, ENVIRONMENT)).toMatchObject({ type: 'act', action })
  })

  it('accepted, and still shown in it: waits, and asks for nothing more', () => {
    expect(next(details, ENVIRONMENT, [saw(), freed('staging', RECEIPTS.accepted)])).toEqual(asWait('settled'))
  })

  it('the environment is shown no more, but the deployment still names it: waits', () => {
    expect(next(detailsOf('d1', STAGED), ENVIRONMENT)).toEqual(asWait('settled'))
  })

  it('free of it: DELETE of the deployment', () => {
    const free = detailsOf('d1', [
      ['d1', {}],
      ['other', {}],
    ])
    expect(verbOf(next(free, ENVIRONMENT, [saw(), freed('staging', RECEIPTS.accepted)]))).toBe('delete')
  })

  it('no clear answer and still shown: asks again', () => {
    expect(verbOf(next(details, ENVIRONMENT, [saw(), freed('staging', RECEIPTS.unsure)]))).toBe('delete-environment')
  })

  it('404 and still shown for half a minute: it is not supported here', () => {
    const before = [saw(), freed('staging', RECEIPTS.absent)]
    expect(next(details, ENVIRONMENT, before, 29_999)).toEqual(asWait('confirmed'))
    expect(next(details, ENVIRONMENT, before, 30_000)).toEqual(asEnd('refused', 'not supported here'))
  })

  it('405: not supported here, at once', () => {
    const refusal: ActionResult = { ...RECEIPTS.refused, status: 405, problem: 'HTTP 405' }
    expect(next(details, ENVIRONMENT, [saw(), freed('staging', refusal)])).toEqual(asEnd('refused', 'HTTP 405'))
  })

  it('refused: once more, and after five seconds it is final', () => {
    const once = [saw(), freed('staging', RECEIPTS.refused)]
    expect(verbOf(next(details, ENVIRONMENT, once))).toBe('delete-environment')
    const again = (ms: number) => [...once, saw(), freed('staging', RECEIPTS.refused, ms)]
    expect(verbOf(next(details, ENVIRONMENT, again(4999)))).toBe('delete-environment')
    expect(next(details, ENVIRONMENT, again(5000))).toEqual(asEnd('refused', 'HTTP 400: not now'))
  })

  it('refused while a promotion is under way, which passes by itself: borne until the deadline', () => {
    const promoted: BasetenEnvironment = { ...STAGING, in_progress_promotion: { status: 'RAMPING_UP' } }
    const refused = [0, 600_000].flatMap((ms) => [saw(), freed('staging', RECEIPTS.refused, ms)])
    expect(verbOf(next(detailsOf('d1', STAGED, [promoted]), ENVIRONMENT, refused))).toBe('delete-environment')
  })

  it('what became of another environment says nothing about this one', () => {
    const before = [saw(), freed('canary', RECEIPTS.accepted), saw(), freed('blue', RECEIPTS.absent)]
    expect(verbOf(next(details, ENVIRONMENT, before, 9))).toBe('delete-environment')
  })

  it('without it, nothing of the sort', () => {
    expect(next(details, rules(['last', 'development']))).toEqual(asEnd('protected', "'allow: environment'"))
  })
})

describe('an environment whose deployment serves production too', () => {
  const blue: BasetenEnvironment = { name: 'blue', current_deployment: { id: 'live' } }

  it.each<[string, readonly BasetenEnvironment[], ReadonlySet<string>]>([
    [
      'the environment production says so',
      [blue, { name: 'production', current_deployment: { id: 'live' } }],
      new Set(),
    ],
    ['as its candidate', [blue, { name: 'production', candidate_deployment: { id: 'live' } }], new Set()],
    ['its own flag says so', [{ name: 'blue', current_deployment: { id: 'live', is_production: true } }], new Set()],
    ['the model says so', [blue], new Set(['live'])],
  ])('%s: stays', (_what, environments, production) => {
    const stays = environmentDetails(environments, 'model', production).get('blue')?.keptBecause
    expect(stays).toContain('its deployment live serves production too')
  })

  it('another deployment serves production: goes', () => {
    const production: BasetenEnvironment = { name: 'production', current_deployment: { id: 'other' } }
    expect(environmentDetails([blue, production], 'model').get('blue')?.keptBecause).toBeUndefined()
  })
})

describe('what else goes, as the plan tells it', () => {
  it('the environments, and what that does to others there', () => {
    const environment: BasetenEnvironment = {
      ...{ name: 'staging', current_deployment: { id: 'other' }, candidate_deployment: { id: 'd1' } },
      in_progress_promotion: { status: 'PAUSED' },
    }
    const details = detailsOf(
      'd1',
      [
        ['d1', {}],
        ['other', {}],
      ],
      [environment],
    )
    expect(sentences(details, ENVIRONMENT)).toEqual([
      'the environment staging is deleted with it',
      'deployment other is scaled to zero',
    ])
  })

  it('the model, where it is the last deployment', () => {
    expect(sentences(detailsOf('d1', [['d1', {}]]), rules(['last']))).toEqual([
      'its model m is deleted with it, because it is the last deployment',
    ])
  })

  it('nothing, where nothing does', () => {
    expect(
      sentences(
        detailsOf('d1', [
          ['d1', {}],
          ['other', {}],
        ]),
        rules(['last', 'environment']),
      ),
    ).toEqual([])
    expect(sentences({ resource: 'model' }, rules())).toEqual([])
    expect(sentences({ resource: 'chain' }, rules())).toEqual([])
  })
})

describe('the last deployment, with allow: last', () => {
  const TWO: Family = [
    ['old', {}],
    ['d1', {}],
  ]
  const both = ['old', 'd1']

  it('alone: DELETE model', () => {
    expect(verbOf(next(detailsOf('d1', [['d1', {}]]), rules(['last'])))).toBe('delete-model')
  })

  it('the others are to go as well: waits for them', () => {
    expect(next(detailsOf('d1', TWO), rules(['last'], both))).toEqual(asWait('settled'))
  })

  it('the other one was to go, but has ended without: goes alone', () => {
    expect(verbOf(next(detailsOf('d1', TWO), rules(['last'], both, ['old'])))).toBe('delete')
  })

  it('without allow: last, it stays although the other one has ended without going', () => {
    expect(next(detailsOf('d1', TWO), rules([], both, ['old']))).toEqual(asEnd('protected', 'last deployment'))
  })

  it('the other one is not to go: goes alone', () => {
    expect(verbOf(next(detailsOf('d1', TWO), rules(['last'])))).toBe('delete')
  })

  it('DELETE model accepted: waits until it is gone', () => {
    const before = [saw(), acted({ verb: 'delete-model', final: true }, RECEIPTS.accepted)]
    expect(next(detailsOf('d1', [['d1', {}]]), rules(['last']), before)).toEqual(asWait('gone'))
  })

  it('DELETE model 404, but still shown: looks again before it is repeated', () => {
    const before = [saw(), acted({ verb: 'delete-model', final: true }, RECEIPTS.absent)]
    expect(next(detailsOf('d1', [['d1', {}]]), rules(['last']), before)).toEqual(asWait('confirmed'))
  })

  it('the model counts more than is shown: stays', () => {
    const reason = protectionOf(detailsOf('d1', [['d1', {}]], [], 3), rules(['last']))
    expect(reason).toContain('counts 2 more')
  })
})

it('in every mix of roles, selections and permissions: nothing goes that must stay', () => {
  const roles: Partial<BasetenDeployment>[] = [
    {},
    { is_production: true },
    { is_development: true },
    { environment: 'staging' },
    { environment: 'staging', is_development: true },
  ]
  const guards = ['environment', 'development', 'last'] as const
  const allowed = Array.from({ length: 8 }, (_, bits) => guards.filter((_guard, bit) => bits & (1 << bit)))
  const ids = ['a', 'b', 'c']
  const selections = Array.from({ length: 8 }, (_, bits) => ids.filter((_id, bit) => bits & (1 << bit)))
  const seen = new Map<string, number>()
  for (const roleA of roles) {
    for (const roleB of roles) {
      for (const size of [1, 2, 3]) {
        const family: Family = [['a', roleA] as const, ['b', roleB] as const, ['c', {}] as const]
          .slice(0, size)
          .map(([id, role]): [string, Partial<BasetenDeployment>] => [id, role])
        for (const allow of allowed) {
          for (const selected of selections) {
            const steps = family.flatMap(([id, role]): [Partial<BasetenDeployment>, string | undefined][] =>
              selected.includes(id)
                ? [[role, verbOf(next(detailsOf(id, family, [{ name: 'staging' }]), rules(allow, selected)))]]
                : [],
            )
            for (const [role, verb] of steps) {
              seen.set(verb ?? 'none', (seen.get(verb ?? 'none') ?? 0) + 1)
              if (verb === undefined) continue
              expect(role.is_production ?? false).toBe(false)
              if (role.is_development) expect(allow).toContain('development')
              if (role.environment) expect(allow).toContain('environment')
              if (role.environment && verb !== 'delete-model') expect(verb).toBe('delete-environment')
              if (verb === 'delete-model') {
                expect(allow).toContain('last')
                expect(family).toHaveLength(1)
              }
            }
            // One is always left that is not asked to go by itself.
            expect(steps.filter(([, verb]) => verb !== undefined && verb !== 'delete-model').length).toBeLessThan(size)
          }
        }
      }
    }
  }
  expect([...seen.keys()].sort()).toEqual(['delete', 'delete-environment', 'delete-model', 'none'])
})
