import { createComment, deleteComment, getComment, listComments, updateComment } from './comments.ts'
import { createStatus, getDeployment, listDeployments, listStatuses } from './deployments.ts'
import { commentNeeds, type Need } from './permissions.ts'
import { getPull, listCommits } from './pulls.ts'
import type { State } from './state.ts'

/** What an endpoint gets of a request. */
export interface Call {
  url: URL
  origin: string
  /** The path by which Link headers name the same list. */
  canonicalPath: string
  /** Who asks. */
  login: string
  body: Record<string, unknown>
}

/** One endpoint of the repository. */
export interface Route {
  method: string
  /** Below `/repos/{owner}/{repo}`; the groups are what `answer` gets. */
  path: RegExp
  needs: readonly Need[]
  /** Where the documentation describes it. */
  docs: string
  answer(state: State, call: Call, parts: string[]): Response
}

const deployments = (level: Need['level']): Need[] => [{ scope: 'deployments', level }]
const COMMENTS = '/rest/issues/comments'
const DEPLOYMENTS = '/rest/deployments/deployments'
const STATUSES = '/rest/deployments/statuses'

/** The endpoints an action of this kind uses, with the permissions the REST docs name for them. */
export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/pulls\/([0-9]+)$/,
    needs: [{ scope: 'pull-requests', level: 'read' }],
    docs: '/rest/pulls/pulls#get-a-pull-request',
    answer: getPull,
  },
  {
    method: 'GET',
    path: /^\/pulls\/([0-9]+)\/commits$/,
    needs: [{ scope: 'pull-requests', level: 'read' }],
    docs: '/rest/pulls/pulls#list-commits-on-a-pull-request',
    answer: listCommits,
  },
  {
    method: 'GET',
    path: /^\/issues\/([0-9]+)\/comments$/,
    needs: commentNeeds('read'),
    docs: `${COMMENTS}#list-issue-comments`,
    answer: listComments,
  },
  {
    method: 'POST',
    path: /^\/issues\/([0-9]+)\/comments$/,
    needs: commentNeeds('write'),
    docs: `${COMMENTS}#create-an-issue-comment`,
    answer: createComment,
  },
  {
    method: 'GET',
    path: /^\/issues\/comments\/([0-9]+)$/,
    needs: commentNeeds('read'),
    docs: `${COMMENTS}#get-an-issue-comment`,
    answer: getComment,
  },
  {
    method: 'PATCH',
    path: /^\/issues\/comments\/([0-9]+)$/,
    needs: commentNeeds('write'),
    docs: `${COMMENTS}#update-an-issue-comment`,
    answer: updateComment,
  },
  {
    method: 'DELETE',
    path: /^\/issues\/comments\/([0-9]+)$/,
    needs: commentNeeds('write'),
    docs: `${COMMENTS}#delete-an-issue-comment`,
    answer: deleteComment,
  },
  {
    method: 'GET',
    path: /^\/deployments$/,
    needs: deployments('read'),
    docs: `${DEPLOYMENTS}#list-deployments`,
    answer: listDeployments,
  },
  {
    method: 'GET',
    path: /^\/deployments\/([0-9]+)$/,
    needs: deployments('read'),
    docs: `${DEPLOYMENTS}#get-a-deployment`,
    answer: getDeployment,
  },
  {
    method: 'GET',
    path: /^\/deployments\/([0-9]+)\/statuses$/,
    needs: deployments('read'),
    docs: `${STATUSES}#list-deployment-statuses`,
    answer: listStatuses,
  },
  {
    method: 'POST',
    path: /^\/deployments\/([0-9]+)\/statuses$/,
    needs: deployments('write'),
    docs: `${STATUSES}#create-a-deployment-status`,
    answer: createStatus,
  },
]
