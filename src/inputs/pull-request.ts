import { quoted } from '../lib/format.ts'
import type { Criteria } from '../sweep/criteria.ts'
import type { InputReader } from './reader.ts'

/** GraphQL's Int, which is what GitHub takes for a number of a pull request. */
const LARGEST = 2 ** 31 - 1

/** The `pull-request` input: `closed` for any closed pull request, or the number of one. */
export function readPullRequest(reader: InputReader): Criteria['pullRequest'] {
  const value = reader.text('pull-request')
  if (value === 'closed') return value
  const number = /^[1-9]\d{0,9}$/.test(value) ? Number(value) : Number.NaN
  if (number <= LARGEST) return number
  reader.mistake(
    `'pull-request' is ${quoted(value)}; allowed: closed, or the number of a pull request, such as \${{ github.event.pull_request.number }}`,
  )
  return 'closed'
}
