import { json } from '../core.ts'
import { invalid, paged, refusal, timestamp } from './replies.ts'
import type { Call } from './routes.ts'
import { type IssueComment, type State, slug, type Thread } from './state.ts'

const DOCS = '/rest/issues/comments'
/** REST docs do not name it; the website and the API refuse longer bodies. */
const LONGEST = 65_536
/** As GitHub words it; the REST docs do not name this limit either. */
const MOST = 2500

/** GET /repos/{owner}/{repo}/issues/{number}/comments, oldest first. */
export function listComments(state: State, { url, origin, canonicalPath }: Call, [number = '']: string[]): Response {
  const thread = state.threads.get(Number(number))
  if (thread === undefined) return refusal(404, 'Not Found', `${DOCS}#list-issue-comments`)
  return paged(url, commentsOf(state, thread.number), (each) => view(state, origin, each), canonicalPath)
}

/** The comments of one pull request or issue, oldest first. */
export function commentsOf(state: State, number: number): IssueComment[] {
  return [...state.comments.values()].filter((each) => each.number === number)
}

/** POST /repos/{owner}/{repo}/issues/{number}/comments. */
export function createComment(state: State, { origin, login, body }: Call, [number = '']: string[]): Response {
  const docs = `${DOCS}#create-an-issue-comment`
  const thread = state.threads.get(Number(number))
  if (thread === undefined) return refusal(404, 'Not Found', docs)
  if (thread.locked) return refusal(403, 'Unable to create comment because issue is locked.', docs)
  if (commentsOf(state, thread.number).length >= MOST) {
    return refusal(403, `Commenting is disabled on issues with more than ${MOST} comments`, docs)
  }
  const text = body['body']
  const error = wrongBody(text, docs)
  if (error !== undefined || typeof text !== 'string') return error ?? missingBody(docs)
  const comment = addComment(state, thread, text, login)
  const location = `${origin}/repos/${slug(state)}/issues/comments/${comment.id}`
  state.events.push({ at: state.now(), what: 'comment-created', id: String(comment.id) })
  return json(201, view(state, origin, comment), { location })
}

/** Adds a comment by `user`. */
export function addComment(state: State, thread: Thread, body: string, user: string): IssueComment {
  const at = state.now()
  const comment = { id: state.nextId++, number: thread.number, body, user, created: at, updated: at }
  state.comments.set(comment.id, comment)
  return comment
}

/** PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}. */
export function updateComment(state: State, { origin, body }: Call, [id = '']: string[]): Response {
  const docs = `${DOCS}#update-an-issue-comment`
  const comment = state.comments.get(Number(id))
  if (comment === undefined) return refusal(404, 'Not Found', docs)
  const text = body['body']
  const error = wrongBody(text, docs)
  if (error !== undefined || typeof text !== 'string') return error ?? missingBody(docs)
  comment.body = text
  comment.updated = state.now()
  state.events.push({ at: state.now(), what: 'comment-updated', id })
  return json(200, view(state, origin, comment))
}

/** GET /repos/{owner}/{repo}/issues/comments/{comment_id}. */
export function getComment(state: State, { origin }: Call, [id = '']: string[]): Response {
  const comment = state.comments.get(Number(id))
  if (comment === undefined) return refusal(404, 'Not Found', `${DOCS}#get-an-issue-comment`)
  return json(200, view(state, origin, comment))
}

/** DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}. */
export function deleteComment(state: State, _call: Call, [id = '']: string[]): Response {
  if (!state.comments.delete(Number(id))) return refusal(404, 'Not Found', `${DOCS}#delete-an-issue-comment`)
  state.events.push({ at: state.now(), what: 'comment-deleted', id })
  return new Response(null, { status: 204 })
}

function wrongBody(text: unknown, docs: string): Response | undefined {
  if (text === undefined) return missingBody(docs)
  if (typeof text !== 'string')
    return refusal(422, `Invalid request.\n\nFor 'properties/body', ${JSON.stringify(text)} is not a string.`, docs)
  if (text.trim() === '') return invalid(docs, 'IssueComment', 'body', "body can't be blank")
  if (text.length <= LONGEST) return undefined
  return invalid(docs, 'IssueComment', 'body', `body is too long (maximum is ${LONGEST} characters)`)
}

function missingBody(docs: string): Response {
  return refusal(422, 'Invalid request.\n\n"body" wasn\'t supplied.', docs)
}

function view(state: State, origin: string, comment: IssueComment): object {
  const { id, number, body, user, created, updated } = comment
  const isPull = state.threads.get(number)?.kind === 'pull'
  return {
    url: `${origin}/repos/${slug(state)}/issues/comments/${id}`,
    html_url: `https://github.com/${slug(state)}/${isPull ? 'pull' : 'issues'}/${number}#issuecomment-${id}`,
    issue_url: `${origin}/repos/${slug(state)}/issues/${number}`,
    id,
    node_id: `IC_${id}`,
    user: { login: user, id: 41_898_282, type: user.endsWith('[bot]') ? 'Bot' : 'User' },
    created_at: timestamp(created),
    updated_at: timestamp(updated),
    author_association: user.endsWith('[bot]') ? 'NONE' : 'MEMBER',
    body,
  }
}
