import * as v from 'valibot'
import { type GitHub, gitHubProblem } from './github.ts'

/** Where a comment belongs: one for each workflow and job, with a section for each step in it. */
export interface CommentPlace {
  pullRequest: number
  workflow: string
  job: string
  step: string
}

const COMMENT = v.object({ id: v.number(), node_id: v.string(), body: v.optional(v.nullable(v.string())) })
type Comment = v.InferOutput<typeof COMMENT>
const COMMENTS = v.array(COMMENT)
const AUTHORSHIP = v.record(v.string(), v.nullable(v.object({ viewerDidAuthor: v.optional(v.boolean()) })))

/** Just below the longest comment that GitHub accepts (65,536 characters). UTF-16 units. */
const LONGEST = 65_000

/**
 * Creates or updates one comment on the pull request, which is found by its author and a hidden mark at its beginning. Sections
 * of other steps of the job are kept. Rejects with a message for people.
 */
export async function upsertComment(github: GitHub, place: CommentPlace, section: string): Promise<void> {
  const mark = hidden('undeploy', place.workflow, place.job)
  try {
    const found = await github.list('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      issue_number: place.pullRequest,
    })
    const comments = v.parse(COMMENTS, found)
    const ours = await firstOwn(
      github,
      comments.filter(({ body }) => body?.startsWith(mark)),
    )
    const body = withSection(ours?.body ?? mark, place.step, section)
    if (ours === undefined) {
      await github.post('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        issue_number: place.pullRequest,
        body,
      })
    } else if (ours.body !== body) {
      await github.put('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { comment_id: ours.id, body })
    }
  } catch (error) {
    const doing = `commenting on pull request ${place.pullRequest}`
    throw new Error(gitHubProblem(error, doing, 'pull-requests: write'), { cause: error })
  }
}

/** The first by the token's own user: anybody can write a comment with this mark, and nobody else's is ever changed. */
async function firstOwn(github: GitHub, marked: readonly Comment[]): Promise<Comment | undefined> {
  for (let from = 0; from < marked.length; from += BATCH) {
    const group = marked.slice(from, from + BATCH)
    const ids = group.map((_, index) => `$id${index}: ID!`).join(', ')
    const nodes = group.map(
      (_, index) => `node${index}: node(id: $id${index}) { ... on IssueComment { viewerDidAuthor } }`,
    )
    const variables = Object.fromEntries(group.map(({ node_id }, index) => [`id${index}`, node_id]))
    const authors = v.parse(AUTHORSHIP, await github.graphql(`query (${ids}) { ${nodes.join(' ')} }`, variables))
    const own = group.find((_, index) => authors[`node${index}`]?.viewerDidAuthor)
    if (own !== undefined) return own
  }
  return undefined
}

/** How many comments one query reads. */
const BATCH = 50

/** The body with the step's section replaced, or added at the end. */
export function withSection(body: string, step: string, section: string): string {
  const [open, close] = [hidden('undeploy-step', step), hidden('undeploy-end', step)]
  const own = `${open}\n${section}\n${close}`
  const from = body.indexOf(open)
  const to = body.indexOf(close, from)
  const next = from < 0 || to < 0 ? `${body}\n${own}` : body.slice(0, from) + own + body.slice(to + close.length)
  return next.length > LONGEST ? `${body.slice(0, body.indexOf('-->') + 3)}\n${own}`.slice(0, LONGEST) : next
}

/** An HTML comment; its parts are encoded so that none can end it. */
function hidden(...parts: string[]): string {
  return `<!-- ${parts.map((part) => encodeURIComponent(part).replaceAll('-', '%2D')).join(' ')} -->`
}
