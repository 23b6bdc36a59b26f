import { describe, expect, it } from 'vitest'
import { withSection } from '../../src/github/comment.ts'
import { ago, DAY, sapAccount } from '../sweep/accounts.ts'
import { comments, job } from './job.ts'

/** The deployment of pull request 41, which is merged, in a run for pull request 42. */
function account() {
  const made = sapAccount()
  made.github.world.addPull({ number: 41, state: 'MERGED' })
  made.github.world.addPull({ number: 42, state: 'MERGED' })
  made.world.add({ id: 'dep-0041', status: 'STOPPED', configurationName: 'pr-41-chat', createdAt: ago(DAY) })
  const environments = ['pr-41', 'pr-42'].map(
    (environment) =>
      made.github.world.addDeployment({ environment, ref: `branch-${environment.slice(3)}`, states: ['success'] }).id,
  )
  return { ...made, states: () => environments.map((id) => made.github.world.stateOf(id)) }
}

describe('a {pr} sweep in a run for a pull request', () => {
  it('of which nothing was deleted: its own environment is not marked', async () => {
    const made = account()
    const acted = await made.run({ name: 'pr-{pr}-*', 'github-environment': 'pr-{pr}' }, job('pull_request', 42))
    expect(acted.outputs['deleted-ids']).toBe('["dep-0041"]')
    expect(made.states()).toEqual(['inactive', 'success'])
  })

  it('in a dry run: nothing is marked', async () => {
    const made = account()
    await made.run({ name: 'pr-{pr}-*', 'github-environment': 'pr-{pr}', 'dry-run': 'true' }, job('pull_request', 42))
    expect(made.states()).toEqual(['success', 'success'])
  })

  it('too many selected: nothing is marked', async () => {
    const made = account()
    made.world.add({ id: 'dep-0042', status: 'STOPPED', configurationName: 'pr-42-chat', createdAt: ago(DAY) })
    await made.run(
      { name: 'pr-{pr}-*', 'github-environment': 'pr-{pr}', 'max-deletions': '1' },
      job('pull_request', 42),
    )
    expect(made.states()).toEqual(['success', 'success'])
  })
})

describe('the comment that steps share', () => {
  it('keeps the sections of the others whole, in whatever order they are written again', async () => {
    const made = sapAccount()
    made.github.world.addPull({ number: 42, state: 'MERGED' })
    for (const id of ['dep-a', 'dep-b', 'dep-c']) made.world.add({ id, status: 'STOPPED', createdAt: ago(DAY) })
    const step = (name: string) =>
      made.run(
        { 'deployment-id': `dep-${name}`, comment: 'true', 'if-not-found': 'ignore' },
        job('pull_request', 42, { GITHUB_ACTION: `step-${name}` }),
      )
    for (const name of ['a', 'b', 'c', 'b', 'a', 'c', 'b']) await step(name)
    const [body = '', ...others] = comments(made)
    expect(others).toEqual([])
    for (const id of ['dep-a', 'dep-b', 'dep-c']) expect(body.split(`<code>${id}</code>`)).toHaveLength(2)
    const order = ['dep-a', 'dep-b', 'dep-c'].map((id) => body.indexOf(`<code>${id}</code>`))
    expect(order).toEqual([...order].sort((a, b) => a - b))
  })

  it('keeps what stands before its section, even an end that somebody put there', () => {
    const first = withSection('<!-- begins -->', 'one', 'first')
    const end = first.slice(first.lastIndexOf('<!--'))
    const stray = `<!-- begins -->\n${end}\nby somebody\n${first.slice(first.indexOf('\n') + 1)}`
    expect(withSection(stray, 'one', 'second')).toBe(stray.replace('first', 'second'))
  })
})
