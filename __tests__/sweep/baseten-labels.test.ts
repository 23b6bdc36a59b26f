import { describe, expect, it } from 'vitest'
import { LABELS_OF_EVERY_TYPE } from '../../emulators/baseten/labels.ts'
import { ago, basetenAccount, DAY, errorsOf, idsOf, reasonOf } from './accounts.ts'

const createdAt = ago(DAY)

/** Deployments with labels of all kinds, beside production, which has none. */
function labelled() {
  const account = basetenAccount()
  const { world, github } = account
  github.world.addPull({ number: 42, state: 'CLOSED' })
  github.world.addPull({ number: 43, state: 'OPEN' })
  world.addModel({ id: 'm1', name: 'llama' })
  world.addDeployment('m1', { id: 'live', name: 'main', production: true, createdAt })
  const add = (id: string, labels: Record<string, unknown> | null, overrides = {}) =>
    world.addDeployment('m1', { id, name: `x-${id}`, labels, createdAt, overrides })
  add('mine', { team: 'ml', pr: 42 })
  add('open', { team: 'ml', pr: 43 })
  add('theirs', { team: 'web', pr: 42 })
  add('kept', { team: 'ml', pr: 42, keep: true })
  add('every', { ...LABELS_OF_EVERY_TYPE })
  add('none', null)
  add('empty', {})
  return { ...account, add }
}

describe('a sweep by label', () => {
  it('deletes what has all labels and none that exclude, whatever its name', async () => {
    const { run, asked } = labelled()
    const done = await run({ label: 'team=ml\npr=4?\n!keep=true' })
    expect(asked().sort()).toEqual(['mine', 'open'])
    expect(reasonOf(done, 'mine')).toBe('confirmed gone')
    expect(done.log.join('\n')).toContain('it is labelled team=ml, pr=42')
  })

  it('deletes nothing by a label that nothing has', async () => {
    const { run, asked } = labelled()
    const { outputs } = await run({ label: 'team=nobody' })
    expect(asked()).toEqual([])
    expect(outputs).toMatchObject({ status: 'nothing-to-delete' })
  })

  it('meets no nested value, whatever the pattern, and no name of what every object has', async () => {
    const { run, asked } = labelled()
    await run({ label: 'nested=*' })
    await run({ label: 'list=*' })
    await run({ label: 'constructor=*' })
    expect(asked()).toEqual([])
  })

  it('needs both the name and the label where both are given', async () => {
    const { run, asked } = labelled()
    await run({ name: 'x-mine\nx-none', label: 'team=*' })
    expect(asked()).toEqual(['mine'])
  })

  it('keeps what {pr} in a label says to belong to an open pull request', async () => {
    const { run, asked } = labelled()
    const done = await run({ label: 'team=ml\npr={pr}\n!keep=true' })
    expect(asked()).toEqual(['mine'])
    expect(reasonOf(done, 'open')).toBe('pull request 43 is open')
  })

  it('keeps what needs two pull requests as long as one is open', async () => {
    const { run, asked, add } = labelled()
    add('both', { pr: 42, base: '43' })
    await run({ label: 'pr={pr}\nbase={pr}' })
    expect(asked()).toEqual([])
  })

  it('keeps production, whatever its labels', async () => {
    const { run, asked, add, world } = labelled()
    add('prod', { team: 'ml', stage: 'live' })
    world.promote('m1', 'prod', 'production')
    const done = await run({ label: 'stage=live' })
    expect(asked()).toEqual([])
    expect(reasonOf(done, 'prod')).toMatch(/serves production/)
  })

  it('keeps what a server shows no labels of, or none as documented', async () => {
    const { run, asked, add } = labelled()
    add('old', { team: 'ml' }, { labels: undefined })
    add('odd', { team: 'ml' }, { labels: ['team=ml'] })
    const done = await run({ label: 'team=ml\n!keep=true', name: 'x-o*\n!x-open' })
    expect(asked()).toEqual([])
    expect([reasonOf(done, 'old'), reasonOf(done, 'odd')]).toEqual([
      'its labels are not shown',
      'its labels are not shown',
    ])
  })

  it('keeps what holds a secret where the label should be', async () => {
    const { run, asked, add } = labelled()
    add('secret', { token: 'emulated-baseten-key' })
    const done = await run({ label: 'token=*' })
    expect(asked()).toEqual([])
    expect(reasonOf(done, 'secret')).toBe('its label token holds a secret, so it cannot be checked')
  })
})

describe('a line that excludes, and keeps nothing', () => {
  it.each([
    ['!keep=True', 'in another letter case', 'keep=true'],
    ['!Keep=true', 'in another letter case', 'keep=true'],
    ['!no-touch=yes', 'with another separator', 'no_touch=yes'],
    ['!keep=t.*', "as a regular expression ('.*' is '*' here)", 'keep=true'],
  ])('%s, but would %s: nothing is deleted', async (line, how, label) => {
    const { run, asked, world } = labelled()
    world.deployment('m1', 'kept').labels = { team: 'ml', keep: true, no_touch: 'yes' }
    const done = await run({ label: `team=ml\n${line}` })
    expect(asked()).toEqual([])
    expect(done.ok).toBe(false)
    expect(errorsOf(done)).toEqual([
      `'${line}' in 'label' matches none of the labels found, but read ${how} it would keep x-kept (${label}), which is selected: nothing was deleted. Write the line so that it matches what it is to keep, or remove it`,
    ])
  })

  it('of a key that nothing has is a warning; of a value that nothing has is none', async () => {
    const { run } = labelled()
    const warnings = async (label: string) =>
      (await run({ label, 'dry-run': 'true' })).log.filter((line) => line.startsWith('warning: '))
    expect(await warnings('team=ml\n!kepp=yes')).toEqual([
      "warning: '!kepp=yes' in 'label': none of the 8 deployments found has a label 'kepp', so it keeps nothing; is it misspelt?",
    ])
    expect(await warnings('team=ml\n!keep=yes')).toEqual([])
  })

  it('is read in other ways also where it excludes something else', async () => {
    const { run, asked, world } = labelled()
    world.deployment('m1', 'kept').labels = { team: 'ml', keep: 'True' }
    const done = await run({ label: 'team=ml\n!keep=true' })
    expect(asked()).toEqual([])
    expect(done.log.join()).toContain('read in another letter case it would keep')
  })

  it('is no matter where it excludes something, and nothing like it is selected', async () => {
    const { run, asked } = labelled()
    await run({ label: 'team=*\n!team=ML\n!keep=true\n!pr=43' })
    expect(asked()).toEqual([])
    const plain = labelled()
    await plain.run({ label: 'team=*\n!keep=true\n!pr=43' })
    expect(plain.asked().sort()).toEqual(['mine', 'theirs'])
  })

  it('and one that selects nothing is a notice', async () => {
    const { run } = labelled()
    const { log } = await run({ label: 'team=mi' })
    expect(log).toContain("notice: 'team=mi' in 'label' matches none of the 8 deployments found")
  })
})

describe('labels are read again right before the deletion', () => {
  it.each([
    ['changed', { team: 'web' }],
    ['excluded', { team: 'ml', keep: true }],
    ['gone', null],
    ['of another pull request', { team: 'ml', pr: 43 }],
  ])('and what has labels that are %s by then stays', async (_, labels) => {
    const { run, asked, world, justBefore } = labelled()
    const path = '/v1/models/m1/deployments'
    let lists = 0
    justBefore(
      (method, at) => method === 'GET' && at === path && ++lists === 2,
      () => {
        world.deployment('m1', 'mine').labels = labels
      },
    )
    const done = await run({ label: 'team=ml\npr={pr}\n!keep=true' })
    expect(asked()).toEqual([])
    expect(idsOf(done, 'deleted')).toEqual([])
    expect(reasonOf(done, 'mine')).toBe('its labels are not those that were listed, so it may be another one by now')
  })
})
