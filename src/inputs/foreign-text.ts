import * as v from 'valibot'
import type { InputReader } from './reader.ts'
import type { InputSources } from './texts.ts'

const TEXT = v.fallback(v.optional(v.string()), undefined)
const TITLED = v.fallback(
  v.optional(v.object({ title: TEXT, head: v.fallback(v.optional(v.object({ ref: TEXT, label: TEXT })), undefined) })),
  undefined,
)

/** Where payloads have texts that anybody can choose by opening a pull request or an issue (GitHub Docs, "Webhook events"). */
const PAYLOAD = v.object({
  pull_request: TITLED,
  issue: TITLED,
  workflow_run: v.fallback(v.optional(v.object({ head_branch: TEXT, display_title: TEXT })), undefined),
})

/**
 * Refuses lists that a text of the event would make longer: a branch of a fork may be called `a,x-main`, and an ID that is made
 * of its name would be two. As a JSON array, it is one. `names`: the inputs with lists of IDs.
 */
export function refuseForeignText(reader: InputReader, sources: InputSources, names: readonly string[]): void {
  const texts = foreignTexts(sources).filter((text) => /[,\r\n]/.test(text))
  for (const name of names) {
    const value = reader.text(name)
    if (value.startsWith('[') || !texts.some((text) => value.includes(text))) continue
    reader.mistake(
      `'${name}' holds a text of the event that anybody can choose, such as the name of a branch, and a comma or line break in it would make several IDs of one; pass it as a JSON array: \${{ format('[{0}]', toJSON(github.head_ref)) }}`,
    )
  }
}

function foreignTexts({ env, readFile }: InputSources): string[] {
  const texts = [env['GITHUB_HEAD_REF'], env['GITHUB_REF_NAME']]
  try {
    const json: unknown = JSON.parse(readFile(env['GITHUB_EVENT_PATH'] ?? ''))
    const payload = v.safeParse(PAYLOAD, json)
    if (payload.success) {
      const { pull_request: pull, issue, workflow_run: run } = payload.output
      texts.push(pull?.title, pull?.head?.ref, pull?.head?.label, issue?.title, run?.head_branch, run?.display_title)
    }
  } catch {
    // Without an event, no input can hold a part of it. What needs the event reports that it is missing.
  }
  return texts.flatMap((text) => (text === undefined || text.trim() === '' ? [] : [text.trim()]))
}
