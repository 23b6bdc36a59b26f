/** A small, plausible mistake in the source, and the tests that must notice it. */
export interface Mutant {
  /** A snippet that is in `src` once; its one place is found by it, whatever file it moves to. */
  from: string
  to: string
  /** Where the snippet is in several files: a part of the path of the one that is meant. */
  in?: string
  /** Test files or folders. */
  tests: readonly string[]
  /** Why no test can notice: nothing that anybody sees depends on it. */
  equivalent?: string
}

const PROVIDERS = '__tests__/providers/'
const BASETEN_PROMOTION = [`${PROVIDERS}baseten/unnamed-promotion.test.ts`]
const HIDDEN = [`${PROVIDERS}hidden-targets.test.ts`]
const NAMES = ['__tests__/sweep/name-patterns.test.ts']
const LEAKS = ['__tests__/security/leaks.test.ts']
const LIMITS = ['__tests__/run/limits.test.ts']
const ALIBABA = `${PROVIDERS}alibaba-model-studio/`
const SAP = `${PROVIDERS}sap-ai-core/`

export const MUTANTS: readonly Mutant[] = [
  { from: 'if (numbers.length > MAX_NUMBERS) {', to: 'if (numbers.length > MAX_NUMBERS + 1) {', tests: NAMES },
  { from: 'a.size > MAX_NUMBERS || b.size === 0 ? a', to: 'a.size >= MAX_NUMBERS || b.size === 0 ? a', tests: NAMES },
  { from: 'pattern.slice(1).trim()', to: 'pattern.slice(1)', tests: NAMES },
  {
    from: "sources.length === 1 && sources[0] === 'none'",
    to: "sources.includes('none')",
    tests: NAMES,
  },

  // Baseten
  {
    from: 'candidate !== undefined || promotion !== undefined) {',
    to: 'candidate !== undefined) {',
    tests: BASETEN_PROMOTION,
  },
  {
    from: 'if (model.production_deployment_id != null) production.add(model.production_deployment_id)',
    to: '',
    tests: BASETEN_PROMOTION,
  },
  {
    from: '.filter(({ id }) => id !== details.id)',
    to: '.filter(({ id }) => id !== undefined && id !== details.id)',
    tests: BASETEN_PROMOTION,
  },
  {
    from: 'return fromList(targets, snapshots, answer, await verifyMissing(missing, look))',
    to: 'return fromList(targets, snapshots, answer, await verifyMissing(missing.slice(0, 8), look))',
    tests: HIDDEN,
  },
  {
    from: 'return fromList(targets, seen.snapshots, seen.answer, await verifyMissing(missing, one))',
    to: 'return fromList(targets, seen.snapshots, seen.answer, await verifyMissing(missing.slice(0, 8), one))',
    tests: HIDDEN,
  },

  // SAP AI Core
  { from: 'isSuccess(answer) && meta.success &&', to: 'meta.success &&', tests: [`${SAP}bulk-answers.test.ts`] },
  {
    from: "result: 'unknown', problem: `${describeSap(answer)}, but nothing",
    to: "result: 'accepted', problem: `${describeSap(answer)}, but nothing",
    tests: [`${SAP}bulk-answers.test.ts`],
  },
  {
    from: "if (code === UNKNOWN_ID) return { result: 'not-found', exchange }",
    to: '',
    tests: [`${SAP}bulk-answers.test.ts`],
  },
  {
    from: 'resources.length < wholeBelow && count <= byId.size',
    to: 'resources.length < wholeBelow',
    tests: [`${SAP}short-pages.test.ts`],
  },
  {
    from: 'if (byId.size === known) throw',
    to: 'if (false) throw',
    in: 'sap-ai-core',
    tests: [`${SAP}short-pages.test.ts`],
  },
  { from: 'isSecret: true,', to: '', in: 'sap-ai-core', tests: [`${SAP}token-secrecy.test.ts`] },
  {
    from: 'if (held === undefined || held.token === refused) await refresh()',
    to: 'await refresh()',
    tests: [`${SAP}token-secrecy.test.ts`],
  },

  // Alibaba Model Studio
  {
    from: 'rest.can_delete !== false',
    to: 'rest.can_delete === true',
    tests: [`${ALIBABA}reservation-edges.test.ts`],
  },
  {
    from: "last?.actionResult.result === 'accepted' && !isStuck(history)",
    to: "last?.actionResult.result === 'accepted'",
    tests: [`${ALIBABA}reservation-edges.test.ts`],
  },
  {
    from: 'isSuccess(answer) && PASSING.test(code)',
    to: 'PASSING.test(code)',
    tests: [`${ALIBABA}workspace.test.ts`],
  },
  {
    from: 'workspace !== undefined && workspace !== workspaceId',
    to: 'workspace !== undefined && !workspace.startsWith(workspaceId)',
    tests: [`${ALIBABA}workspace.test.ts`],
  },
  {
    from: 'marks.get(id) !== undefined && marks.get(id) === before.get(id)',
    to: 'marks.get(id) === before.get(id)',
    tests: [`${ALIBABA}list-proof.test.ts`],
  },

  // Redaction
  { from: '[0, 1, 2].map((before)', to: '[0, 1].map((before)', tests: LEAKS },
  { from: "form.replaceAll('+', '-').replaceAll('/', '_')", to: 'form', tests: LEAKS },
  {
    from: 'const line = (text: string) => logLine(secrets.redact(text))',
    to: 'const line = (text: string) => secrets.redact(logLine(text))',
    tests: LEAKS,
  },

  // Deadlines and cancellations
  { from: 'hard.abort()\n  })', to: '})', tests: LIMITS },
  { from: 'if (cancelled.aborted) onCancel()', to: '', tests: LIMITS },
  {
    from: 'outdated.has(course) ? clock.now() : answeredAt(observation.exchange)',
    to: 'answeredAt(observation.exchange)',
    tests: LIMITS,
  },
]
