import { describe, expect, it } from 'vitest'
import { type CommentPlace, upsertComment, withSection } from '../../src/github/comment.ts'
import { type Repository, repository } from './repository.ts'

const PLACE: CommentPlace = { pullRequest: 42, workflow: 'Clean up', job: 'undeploy', step: 'first' }

function withPull(options: Parameters<typeof repository>[0] = {}): Repository {
  const made = repository(options)
  made.world.addPull({ number: 42 })
  return made
}

const bodies = ({ world }: Repository) => world.comments(42).map(({ body }) => body)
const writes = ({ emulator }: Repository) =>
  emulator.requests.flatMap(({ method, path }) => (method === 'GET' || path === '/graphql' ? [] : [method]))

describe('the comment of a job', () => {
  it('is written, then found again and updated: never a second one', async () => {
    const repo = withPull()
    await upsertComment(repo.connect(), PLACE, 'one')
    await upsertComment(repo.connect(), PLACE, 'two')
    expect(bodies(repo)).toHaveLength(1)
    expect(bodies(repo)[0]).toContain('two')
    expect(bodies(repo)[0]).not.toContain('one')
    expect(writes(repo)).toEqual(['POST', 'PATCH'])
  })

  it('that would not change is not written again', async () => {
    const repo = withPull()
    await upsertComment(repo.connect(), PLACE, 'same')
    await upsertComment(repo.connect(), PLACE, 'same')
    expect(writes(repo)).toEqual(['POST'])
  })

  it('is shared by the steps of the job, a section each, in the order they first came', async () => {
    const repo = withPull()
    await upsertComment(repo.connect(), PLACE, 'FIRST v1')
    await upsertComment(repo.connect(), { ...PLACE, step: 'second' }, 'SECOND')
    await upsertComment(repo.connect(), PLACE, 'FIRST v2')
    const [body = '', ...others] = bodies(repo)
    expect(others).toEqual([])
    expect(body).toMatch(/FIRST v2[\s\S]*SECOND/)
    expect(body).not.toContain('FIRST v1')
  })

  it('of another job or workflow is another one', async () => {
    const repo = withPull()
    await upsertComment(repo.connect(), PLACE, 'a')
    await upsertComment(repo.connect(), { ...PLACE, job: 'other' }, 'b')
    await upsertComment(repo.connect(), { ...PLACE, workflow: 'other' }, 'c')
    expect(bodies(repo)).toHaveLength(3)
  })

  it.each([
    ['undeploy', 'Clean', 'up undeploy'],
    ['dashes', '-->', '--'],
    ['line breaks', 'a\nb', 'c --> <script>'],
    ['nothing', '', ''],
  ])('names cannot end its mark or be taken for others: %s', async (_what, workflow, job) => {
    const repo = withPull()
    const place = { ...PLACE, workflow, job }
    await upsertComment(repo.connect(), { ...PLACE, workflow: 'Clean up', job: 'undeploy' }, 'other')
    await upsertComment(repo.connect(), place, 'one')
    await upsertComment(repo.connect(), place, 'two')
    expect(bodies(repo)).toHaveLength(2)
    expect(bodies(repo)[1]?.split('\n')[0]).toMatch(/^<!-- [^<>\n]* -->$/)
  })

  it('that people wrote is left alone, also where it quotes ours', async () => {
    const repo = withPull()
    await upsertComment(repo.connect(), PLACE, 'ours')
    const [ours = ''] = bodies(repo)
    const [first] = repo.world.comments(42)
    repo.world.removeComment(first?.id ?? 0)
    const quotes = [`> ${ours}`, `Look:\n${ours}`, ` ${ours}`, 'nothing to do with it']
    for (const quote of quotes) repo.world.addComment(42, quote, 'octocat')
    await upsertComment(repo.connect(), PLACE, 'ours')
    expect(bodies(repo)).toEqual([...quotes, ours])
  })

  it.each([1, 60])(
    'that somebody else wrote with our mark (%i times) is never changed: ours is another one',
    async (times) => {
      const repo = withPull()
      await upsertComment(repo.connect(), PLACE, 'ours')
      const [ours = ''] = bodies(repo)
      repo.world.removeComment(repo.world.comments(42)[0]?.id ?? 0)
      for (let n = 0; n < times; n++) repo.world.addComment(42, ours.replace('ours', `theirs ${n}`), 'mallory')
      await upsertComment(repo.connect(), PLACE, 'one')
      await upsertComment(repo.connect(), PLACE, 'two')
      expect(bodies(repo).filter((body) => body.includes('theirs'))).toHaveLength(times)
      expect(bodies(repo)).toHaveLength(times + 1)
      expect(bodies(repo).at(-1)).toContain('two')
      expect(writes(repo)).toEqual(['POST', 'POST', 'PATCH'])
    },
  )

  it('belongs to who wrote it: a token of another user has its own', async () => {
    const repo = withPull()
    repo.world.tokens.set('github_pat_x', { 'pull-requests': 'write' })
    repo.world.logins.set('github_pat_x', 'octocat')
    await upsertComment(repo.connect(), PLACE, 'of the bot')
    await upsertComment(repo.connect({ token: 'github_pat_x' }), PLACE, 'of octocat')
    await upsertComment(repo.connect({ token: 'github_pat_x' }), PLACE, 'of octocat, again')
    expect(repo.world.comments(42).map(({ user }) => user)).toEqual(['github-actions[bot]', 'octocat'])
    expect(bodies(repo)[0]).toContain('of the bot')
    expect(bodies(repo)[1]).toContain('of octocat, again')
  })

  it('whose author cannot be told is not changed', async () => {
    const repo = withPull()
    await upsertComment(repo.connect(), PLACE, 'one')
    repo.emulator.faults.push({ kind: 'status', status: 404, body: '{}', when: ({ path }) => path === '/graphql' })
    await expect(upsertComment(repo.connect(), PLACE, 'two')).rejects.toThrow('commenting on pull request 42')
    expect(writes(repo)).toEqual(['POST'])
  })

  it('is found on any page', async () => {
    const repo = withPull()
    for (let n = 0; n < 150; n++) repo.world.addComment(42, `comment ${n}`, 'octocat')
    await upsertComment(repo.connect(), PLACE, 'one')
    for (let n = 0; n < 150; n++) repo.world.addComment(42, `more ${n}`, 'octocat')
    await upsertComment(repo.connect(), PLACE, 'two')
    expect(bodies(repo).filter((body) => body.startsWith('<!-- undeploy'))).toHaveLength(1)
  })

  it('whose sections would be longer than GitHub takes keeps the newest one', async () => {
    const repo = withPull()
    for (let n = 0; n < 5; n++) {
      await upsertComment(repo.connect(), { ...PLACE, step: `step-${n}` }, `${n} ${'x'.repeat(20_000)}`)
    }
    const [body = '', ...others] = bodies(repo)
    expect(others).toEqual([])
    expect(body.length).toBeLessThan(65_536)
    expect(body).toContain('\n4 xxx')
    await upsertComment(repo.connect(), { ...PLACE, step: 'step-4' }, 'short')
    expect(bodies(repo)).toHaveLength(1)
  })
})

describe('a section', () => {
  const open = /<!-- undeploy%2Dstep first -->/
  it('whose end is missing, because somebody edited the comment, is added anew', () => {
    const broken = withSection('<!-- mark -->', 'first', 'one').replace(/<!-- undeploy%2Dend.*/, '')
    const mended = withSection(broken, 'first', 'two')
    expect(mended).toContain('two')
    expect(mended).toMatch(open)
  })

  it('keeps what somebody added around it', () => {
    const body = `${withSection('<!-- mark -->', 'first', 'one')}\nThanks!`
    const next = withSection(body, 'first', 'two')
    expect(next).toMatch(/two[\s\S]*Thanks!$/)
    expect(next).not.toContain('one')
  })

  it('of another step stays whole, also where its end stands before the beginning of ours', () => {
    const both = withSection(withSection('<!-- mark -->', 'first', 'one'), 'second', 'two')
    const [, end = ''] = /(<!-- undeploy%2Dend second -->)/.exec(both) ?? []
    const odd = `${end}\n${both}`
    expect(withSection(odd, 'second', 'NEW')).toBe(odd.replace('\ntwo\n', '\nNEW\n'))
    expect(withSection(both, 'first', 'NEW')).toBe(both.replace('\none\n', '\nNEW\n'))
  })

  it.each(['$&', "$' $` $1", '\\1'])('%s stays as it is', (section) => {
    expect(withSection(withSection('<!-- m -->', 's', 'x'), 's', section)).toContain(`\n${section}\n`)
  })
})

describe('a comment that cannot be written', () => {
  it('for want of a permission: what to add is named', async () => {
    const repo = withPull({ permissions: { contents: 'read', 'pull-requests': 'read' } })
    await expect(upsertComment(repo.connect(), PLACE, 'x')).rejects.toThrow(
      /commenting on pull request 42: Resource not accessible.*'permissions: pull-requests: write' \(GitHub asks for .*pull_requests=write\)/,
    )
  })

  it.each<[string, (repo: Repository) => void, string]>([
    [
      'the conversation is locked',
      ({ world }) => void Object.assign(world.thread(42) ?? {}, { locked: true }),
      'issue is locked',
    ],
    [
      'the list of comments is full',
      ({ world }) => {
        for (let n = 0; n < 2500; n++) world.addComment(42, 'x')
      },
      'more than 2500 comments',
    ],
    [
      'the repository is archived',
      ({ emulator }) =>
        void emulator.faults.push({
          kind: 'status',
          status: 403,
          body: '{"message":"Repository was archived so is read-only."}',
          headers: { 'content-type': 'application/json' },
          when: ({ method }) => method === 'POST',
        }),
      'archived',
    ],
  ])('because %s: said in the words of GitHub, and no permission is blamed', async (_what, prepare, words) => {
    const repo = withPull()
    prepare(repo)
    const problem = await upsertComment(repo.connect(), PLACE, 'x').then(String, String)
    expect(problem).toContain(words)
    expect(problem).not.toContain('permission')
  })

  it('is not sent again where nobody knows whether it was written', async () => {
    const repo = withPull()
    repo.emulator.faults.push({ kind: 'lost-answer', when: ({ method }) => method === 'POST' })
    await expect(upsertComment(repo.connect(), PLACE, 'x')).rejects.toThrow('commenting on pull request 42')
    await upsertComment(repo.connect(), PLACE, 'y')
    expect(bodies(repo)).toHaveLength(1)
    expect(bodies(repo)[0]).toContain('y')
  })

  it('an update is sent again, because twice is the same', async () => {
    const repo = withPull()
    await upsertComment(repo.connect(), PLACE, 'x')
    repo.emulator.faults.push({ kind: 'status', status: 503, when: ({ method }) => method === 'PATCH' })
    await upsertComment(repo.connect(), PLACE, 'y')
    expect(bodies(repo)[0]).toContain('y')
  })
})
