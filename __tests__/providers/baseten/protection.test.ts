import { describe, expect, it } from 'vitest'
import { nextBasetenStep } from '../../../src/providers/baseten/rules.ts'
import type { BasetenDeployment, BasetenEnvironment, BasetenModel } from '../../../src/providers/baseten/schema.ts'
import { siblingDetails } from '../../../src/providers/baseten/siblings.ts'
import type { Guard } from '../../../src/providers/provider.ts'
import type { Step } from '../../../src/providers/step.ts'
import { targetKey } from '../../../src/providers/target.ts'
import { EXCHANGE, hoursAgo } from './support.ts'

interface Situation {
  deployments: BasetenDeployment[]
  model?: Partial<BasetenModel>
  environments?: BasetenEnvironment[]
  /** IDs that are to go; only the one in question where absent. */
  selected?: readonly string[]
  allow?: readonly Guard[]
}

const EVERY_GUARD: Guard[] = ['environment', 'development', 'last', 'prepaid', 'reservation', 'orchestration']

function deployment(id: string, more: Partial<BasetenDeployment> = {}): BasetenDeployment {
  return {
    id,
    status: 'ACTIVE',
    name: id,
    is_production: false,
    is_development: false,
    created_at: hoursAgo(1),
    ...more,
  }
}

/** A deployment that is always left, so that the rule of the last one stays out of it. */
const OTHER = deployment('other')

function stepFor(id: string, situation: Situation): Step {
  const { deployments, model = {}, environments = [], selected = [id], allow = [] } = situation
  const about = { id: 'm1', name: 'm', created_at: undefined, deployments_count: 0, ...model }
  const details = siblingDetails({ model: about, deployments, environments })(id)
  if (details === undefined) throw new Error(`no deployment ${id}`)
  const saw = { type: 'observed', at: 0, until: 0, times: 1, status: 'ACTIVE' } as const
  const keys = selected.map((each) => targetKey({ resource: 'deployment', id: each, parent: 'm1' }))
  const policy = { allow: new Set(allow), selected: new Set(keys) }
  return nextBasetenStep(
    { state: 'present', snapshot: { status: 'ACTIVE', details }, exchange: EXCHANGE },
    [saw],
    policy,
  )
}

const goes = (step: Step) => step.type === 'act' && step.action.verb === 'delete'
const asGuarded = (reason: string) => ({ type: 'end', outcome: 'protected', reason: expect.stringContaining(reason) })

describe('production stays, whatever is allowed', () => {
  const rows: [string, Situation][] = [
    ['is_production', { deployments: [deployment('d1', { is_production: true }), OTHER] }],
    ['production_deployment_id', { deployments: [deployment('d1'), OTHER], model: { production_deployment_id: 'd1' } }],
    ["environment: 'production'", { deployments: [deployment('d1', { environment: 'production' }), OTHER] }],
    [
      'current deployment of the environment production',
      {
        deployments: [deployment('d1'), OTHER],
        environments: [{ name: 'production', current_deployment: { id: 'd1' } }],
      },
    ],
    [
      'candidate for the environment production',
      {
        deployments: [deployment('d1'), OTHER],
        environments: [{ name: 'production', candidate_deployment: { id: 'd1' } }],
      },
    ],
    [
      'production and development at once',
      { deployments: [deployment('d1', { is_development: true }), OTHER], model: { production_deployment_id: 'd1' } },
    ],
    [
      'production and another environment at once',
      {
        deployments: [deployment('d1', { environment: 'staging' }), OTHER],
        environments: [{ name: 'production', current_deployment: { id: 'd1' } }],
      },
    ],
  ]

  it.each(rows)('%s', (_, situation) => {
    expect(stepFor('d1', situation)).toEqual(asGuarded('serves production'))
    expect(stepFor('d1', { ...situation, allow: EVERY_GUARD })).toEqual(asGuarded('serves production'))
  })

  it('says the two ways out', () => {
    const step = stepFor('d1', { deployments: [deployment('d1', { is_production: true }), OTHER] })
    expect(step).toEqual(asGuarded('promote another deployment'))
    expect(step).toEqual(asGuarded("'resource: model'"))
  })
})

describe('the development deployment', () => {
  const rows: [string, Situation][] = [
    ['is_development', { deployments: [deployment('d1', { is_development: true }), OTHER] }],
    [
      'development_deployment_id',
      { deployments: [deployment('d1'), OTHER], model: { development_deployment_id: 'd1' } },
    ],
  ]

  it.each(rows)('%s: stays, and says how to allow it', (_, situation) => {
    expect(stepFor('d1', situation)).toEqual(asGuarded("'allow: development'"))
  })

  it.each(rows)('%s, allowed: goes', (_, situation) => {
    expect(goes(stepFor('d1', { ...situation, allow: ['development'] }))).toBe(true)
  })

  it.each(rows)('%s, but the only one of the model: stays, allowed or not', (_, situation) => {
    const alone: Situation = { ...situation, deployments: situation.deployments.slice(0, 1), allow: ['development'] }
    expect(stepFor('d1', alone)).toEqual(asGuarded('last deployment'))
  })

  it('allowed, but it serves the environment staging as well: stays', () => {
    const deployments = [deployment('d1', { is_development: true }), OTHER]
    const environments = [{ name: 'staging', current_deployment: { id: 'd1' } }]
    expect(stepFor('d1', { deployments, environments, allow: ['development'] })).toEqual(asGuarded('staging'))
  })

  it('allowed, and its environment is called development: goes', () => {
    const deployments = [deployment('d1', { is_development: true, environment: 'development' }), OTHER]
    expect(goes(stepFor('d1', { deployments, allow: ['development'] }))).toBe(true)
  })
})

describe('what an environment holds stays', () => {
  const rows: [string, Situation][] = [
    ['its environment is not null', { deployments: [deployment('d1', { environment: 'staging' }), OTHER] }],
    [
      'it is the current deployment',
      { deployments: [deployment('d1'), OTHER], environments: [{ name: 'staging', current_deployment: { id: 'd1' } }] },
    ],
    [
      'it is the candidate of a promotion',
      {
        deployments: [deployment('d1'), OTHER],
        environments: [{ name: 'staging', candidate_deployment: { id: 'd1' } }],
      },
    ],
  ]

  it.each(rows)('%s', (_, situation) => {
    expect(stepFor('d1', situation)).toEqual(asGuarded('the environment staging'))
    expect(stepFor('d1', { ...situation, allow: ['development'] })).toEqual(asGuarded('the environment staging'))
  })

  it('names every environment it is in, once', () => {
    const deployments = [deployment('d1', { environment: 'staging' }), OTHER]
    const environments = [
      { name: 'staging', current_deployment: { id: 'd1' } },
      { name: 'canary', candidate_deployment: { id: 'd1' } },
    ]
    expect(stepFor('d1', { deployments, environments })).toEqual(asGuarded('the environment staging, canary:'))
  })

  it('goes where the environments hold other deployments only, or none', () => {
    const environments = [
      { name: 'production', current_deployment: { id: 'other' }, candidate_deployment: null },
      { name: 'staging', current_deployment: null },
      { name: 'new' },
    ]
    const deployments = [deployment('d1', { environment: null }), OTHER]
    const model = { production_deployment_id: 'other', development_deployment_id: null }
    expect(goes(stepFor('d1', { deployments, model, environments }))).toBe(true)
  })
})

describe('one deployment of a model always stays', () => {
  const [a, b, c] = [
    deployment('a', { created_at: hoursAgo(3) }),
    deployment('b', { created_at: hoursAgo(2) }),
    deployment('c', { created_at: hoursAgo(1) }),
  ]
  const going = ({ selected = ['a', 'b', 'c'], ...situation }: Situation) =>
    selected.filter((id) => goes(stepFor(id, { ...situation, selected })))

  it('the only deployment stays as the last one', () => {
    expect(stepFor('a', { deployments: [a] })).toEqual(asGuarded('last deployment'))
  })

  it('a selection that covers all that remain keeps the newest', () => {
    expect(going({ deployments: [c, a, b] })).toEqual(['a', 'b'])
    expect(stepFor('c', { deployments: [c, a, b], selected: ['a', 'b', 'c'] })).toEqual(asGuarded('last deployment'))
  })

  it('created at the same moment: one stays all the same', () => {
    const same = [a, b, c].map((each) => ({ ...each, created_at: hoursAgo(1) }))
    expect(going({ deployments: same })).toEqual(['a', 'b'])
  })

  it('created nobody knows when: one stays all the same', () => {
    const unknown = [a, b, c].map((each) => ({ ...each, created_at: 'yesterday' }))
    expect(going({ deployments: unknown })).toHaveLength(2)
  })

  it('one that was not selected stays, so all selected ones go', () => {
    expect(going({ deployments: [a, b, c], selected: ['b', 'c'] })).toEqual(['b', 'c'])
  })

  it('production was selected too, and stays: all others go', () => {
    expect(going({ deployments: [{ ...a, is_production: true }, b, c] })).toEqual(['b', 'c'])
  })

  it('an allowed development deployment goes as well, so the newest stays', () => {
    const deployments = [{ ...b, is_development: true }, a]
    const selected = ['a', 'b']
    expect(going({ deployments, selected, allow: ['development'] })).toEqual(['a'])
    const swapped = [b, { ...a, is_development: true }]
    expect(going({ deployments: swapped, selected, allow: ['development'] })).toEqual(['a'])
  })

  it('in every mix of roles, selections and permissions: nothing guarded goes, and one at least is left', () => {
    const roles: Partial<BasetenDeployment>[] = [
      {},
      { is_production: true },
      { is_development: true },
      { environment: 'staging' },
    ]
    const subsets = [[], ['a'], ['b'], ['c'], ['a', 'b'], ['a', 'c'], ['b', 'c'], ['a', 'b', 'c']]
    let cases = 0
    for (const roleA of roles) {
      for (const roleB of roles) {
        for (const roleC of roles) {
          for (const selected of subsets) {
            for (const allow of [[], ['development']] satisfies Guard[][]) {
              const deployments = [
                { ...a, ...roleA },
                { ...b, ...roleB },
                { ...c, ...roleC },
              ]
              const gone = selected.filter((id) => goes(stepFor(id, { deployments, selected, allow })))
              const wrong = deployments.filter(
                ({ id, is_production, is_development, environment }) =>
                  gone.includes(id) && (is_production || environment || (is_development && allow.length === 0)),
              )
              expect(wrong).toEqual([])
              expect(gone.length).toBeLessThan(deployments.length)
              cases++
            }
          }
        }
      }
    }
    expect(cases).toBe(4 ** 3 * 8 * 2)
  })
})
