import { json } from '../core.ts'
import { type Field, parseQuery, type Selection } from './graphql-query.ts'
import { allows, commentNeeds } from './permissions.ts'
import { refusal, timestamp } from './replies.ts'
import type { IssueComment, Permissions, State, Thread } from './state.ts'

/** Answers POST /graphql: 200 with `data` and `errors`, also where everything went wrong. */
export function answerGraphql(
  state: State,
  { permissions, login }: { permissions: Permissions; login: string },
  body: Record<string, unknown>,
): Response {
  const { query, variables } = body as { query?: unknown; variables?: unknown }
  if (typeof query !== 'string')
    return json(200, { errors: [{ message: 'A query attribute must be specified and must be a string.' }] })
  const given = typeof variables === 'object' && variables !== null ? (variables as Record<string, unknown>) : {}
  const errors: object[] = []
  try {
    const selection = parseQuery(query, given)
    const data = select(selection, 'Query', [], (field, path) => queryField(field, path))
    return json(200, { data, ...(errors.length > 0 && { errors }) })
  } catch (error) {
    // A query that is wrong in itself has no `data` at all.
    if (error instanceof SyntaxError) return json(200, { errors: [{ message: error.message }] })
    throw error
  }

  function queryField(field: Field, path: string[]): unknown {
    if (field.name === 'viewer') return select(field.selection, 'User', path, (each) => viewerField(login, each))
    if (field.name === 'node') return node(field, path)
    if (field.name !== 'repository') throw undefinedField('Query', field)
    const { owner, name } = field.arguments
    const isOurs =
      String(owner).toLowerCase() === state.repository.owner.toLowerCase() &&
      String(name).toLowerCase() === state.repository.name.toLowerCase()
    if (isOurs) return select(field.selection, 'Repository', path, repositoryField)
    const message = `Could not resolve to a Repository with the name '${owner}/${name}'.`
    errors.push({ type: 'NOT_FOUND', path, locations: [field.location], message })
    return null
  }

  /** Of all nodes, only comments are known here. */
  function node(field: Field, path: string[]): unknown {
    const id = String(field.arguments['id'])
    const comment = state.comments.get(Number(/^IC_(\d+)$/.exec(id)?.[1]))
    const note = (type: string, message: string) => {
      errors.push({ type, path, locations: [field.location], message })
      return null
    }
    if (comment === undefined) return note('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`)
    if (!allows(state, permissions, commentNeeds('read'))) {
      return note('FORBIDDEN', 'Resource not accessible by integration')
    }
    return select(field.selection, 'IssueComment', path, (each) => commentField(comment, login, each))
  }

  function repositoryField(field: Field, path: string[]): unknown {
    const { owner, name } = state.repository
    if (field.name === 'name') return name
    if (field.name === 'nameWithOwner') return `${owner}/${name}`
    switch (field.name) {
      case 'pullRequest':
        return threadOrError(field, path, threadOf(field, 'pull'), 'a PullRequest')
      case 'issue':
        return threadOrError(field, path, threadOf(field, 'issue'), 'an Issue')
      case 'issueOrPullRequest':
        refuseFieldsOfUnion(field)
        return threadOrError(field, path, threadOf(field), 'an issue or pull request')
      default:
        throw undefinedField('Repository', field)
    }
  }

  function threadOf(field: Field, kind?: Thread['kind']): Thread | undefined {
    const number = field.arguments['number']
    // GraphQL's Int has 32 bits; one number beyond spoils the whole query.
    if (typeof number !== 'number' || number !== (number | 0)) {
      throw new SyntaxError(`Argument 'number' on Field '${field.name}' has an invalid value. Expected type 'Int!'.`)
    }
    if (field.selection.length === 0) throw new SyntaxError(`Field must have selections (field '${field.name}')`)
    const thread = state.threads.get(number)
    return kind === undefined || thread?.kind === kind ? thread : undefined
  }

  function threadOrError(field: Field, path: string[], thread: Thread | undefined, kind: string): unknown {
    const scope = thread?.kind === 'issue' ? 'issues' : 'pull-requests'
    const note = (type: string, message: string) => {
      errors.push({ type, path, locations: [field.location], message })
      return null
    }
    if (!allows(state, permissions, [{ scope, level: 'read' }])) {
      return note('FORBIDDEN', 'Resource not accessible by integration')
    }
    const number = field.arguments['number']
    if (thread === undefined) return note('NOT_FOUND', `Could not resolve to ${kind} with the number of ${number}.`)
    const type = thread.kind === 'pull' ? 'PullRequest' : 'Issue'
    return select(field.selection, type, path, (each) => threadField(state, thread, type, each))
  }
}

/** What was asked of one object, in the order and under the names it was asked for. */
function select(
  selection: readonly Selection[],
  type: string,
  path: string[],
  resolve: (field: Field, path: string[]) => unknown,
): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const each of selection) {
    if (each.kind === 'field') {
      result[each.alias] = each.name === '__typename' ? type : resolve(each, [...path, each.alias])
    } else if (each.type === type) {
      Object.assign(result, select(each.selection, type, path, resolve))
    }
  }
  return result
}

function viewerField(login: string, field: Field): unknown {
  if (field.name !== 'login') throw undefinedField('User', field)
  return login
}

function commentField({ id, body, user }: IssueComment, login: string, field: Field): unknown {
  const fields: Record<string, unknown> = { id: `IC_${id}`, databaseId: id, body, viewerDidAuthor: user === login }
  if (!Object.hasOwn(fields, field.name)) throw undefinedField('IssueComment', field)
  return fields[field.name]
}

function threadField({ repository }: State, thread: Thread, type: 'PullRequest' | 'Issue', field: Field): unknown {
  const { owner, name } = repository
  const closedAt = thread.closed === undefined ? null : timestamp(thread.closed)
  const both: Record<string, unknown> = {
    id: `${type}_${thread.number}`,
    number: thread.number,
    state: thread.state,
    title: thread.title,
    url: `https://github.com/${owner}/${name}/${thread.kind === 'pull' ? 'pull' : 'issues'}/${thread.number}`,
    closed: thread.state !== 'OPEN',
    createdAt: timestamp(thread.created),
    closedAt,
    locked: thread.locked,
  }
  const isMerged = thread.state === 'MERGED'
  const pull: Record<string, unknown> = {
    merged: isMerged,
    mergedAt: isMerged ? closedAt : null,
    isDraft: false,
    headRefName: thread.headRef,
    baseRefName: thread.baseRef,
  }
  const fields = type === 'PullRequest' ? { ...both, ...pull } : both
  if (!Object.hasOwn(fields, field.name)) throw undefinedField(type, field)
  return fields[field.name]
}

/** A union has no fields of its own but `__typename`: `... on PullRequest { … }` is needed. */
function refuseFieldsOfUnion({ selection }: Field): void {
  const direct = selection.find((each) => each.kind === 'field' && each.name !== '__typename')
  if (direct !== undefined) throw new SyntaxError("Selections can't be made directly on unions")
}

function undefinedField(type: string, field: Field): SyntaxError {
  return new SyntaxError(`Field '${field.name}' doesn't exist on type '${type}'`)
}

/** Whoever is nobody gets no GraphQL at all, public or not. */
export function refuseGraphql(token: string | undefined): Response {
  return refusal(
    401,
    token === undefined ? 'This endpoint requires you to be authenticated.' : 'Bad credentials',
    '/graphql',
  )
}
