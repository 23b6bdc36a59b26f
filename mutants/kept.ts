/** A small, plausible mistake in the source, and the tests that must notice it. */
export interface Mutant {
  /** A snippet that is in `src` once; its one place is found by it, whatever file it moves to. */
  from: string
  to: string
  /** Where the snippet is in several files: a part of the path of the one that is meant. */
  in?: string
  /** Test files or folders below `__tests__`. */
  tests: readonly string[]
  /** Why no test notices: nothing that a user sees depends on it, or only how soon. */
  survives?: string
}

type Mistake = readonly [from: string, to: string, file?: string]

function noticedBy(tests: string | readonly string[], mistakes: readonly Mistake[]): Mutant[] {
  return mistakes.map(([from, to, file]) => ({
    ...{ from, to, tests: [tests].flat() },
    ...(file === undefined ? {} : { in: file }),
  }))
}

function surviving(survives: string, mistakes: readonly Mistake[]): Mutant[] {
  return noticedBy([], mistakes).map((mutant) => ({ ...mutant, survives }))
}

const CLASSIFYING = [
  'classify',
  'name-patterns',
  'pattern',
  'plan-pull-requests',
  'changed',
  'keep-latest',
  'plan',
  'cap',
  'recheck',
].map((name) => `sweep/${name}.test.ts`)

const GROUPS = noticedBy(
  [
    'providers/sap-ai-core/resource-groups.test.ts',
    'sweep/sap-resource-groups.test.ts',
    'sweep/sap-several-groups.test.ts',
    'teardown/contents.test.ts',
  ],
  [
    ['if (OF_THE_TENANT.has(id)) return', "if (id === '') return"],
    ["if (running !== undefined && !policy.allow.has('executions')) {", "if (running === undefined && id === '') {"],
    ['if (!policy.selected.has(key)) return', "if (key === '') return"],
    ['if (executions.length > 0) return stopExecutions', 'if (executions.length > 99) return stopExecutions'],
    ['if (deployments.length > 0) {\n    const reason', 'if (deployments.length > 99) {\n    const reason'],
    ["status === 'PENDING' || status === 'RUNNING') && !isStopping", "status !== 'STOPPED') && !isStopping"],
    [
      "if (guard !== undefined) return [{ ...candidate, listed, class: 'protected'",
      "if (guard === '') return [{ ...candidate, listed, class: 'protected'",
    ],
    [
      "if (changed !== undefined) return [{ ...candidate, class: 'unknown'",
      "if (changed === '') return [{ ...candidate, class: 'unknown'",
    ],
    ['&& !state.isOpen', ''],
    ['if (present.length > 1) {', 'if (present.length > 99) {'],
    ['if (!isShared || isNamed === undefined || isNamed(name)) return undefined', 'if (isShared) return undefined'],
    ["resourceGroup === 'default' && isFoundationModel", 'isFoundationModel'],
    ['each.length === 1 ? each[0]?.value : each', 'each.length > 0 ? each[0]?.value : each'],
  ],
)

const SELECTION = [
  ...noticedBy('sweep/name-patterns.test.ts', [
    ['if (numbers.length > MAX_NUMBERS) {', 'if (numbers.length > MAX_NUMBERS + 1) {'],
    ['a.size > MAX_NUMBERS || b.size === 0 ? a', 'a.size >= MAX_NUMBERS || b.size === 0 ? a'],
    ['line.slice(1).trim()', 'line.slice(1)'],
    ["lines.length === 1 && lines[0] === 'none'", "lines.includes('none')"],
  ]),
  ...noticedBy(
    [...CLASSIFYING, 'sweep/unreadable-names.test.ts'],
    [
      ['if (isDigit(characters[place - 1])) break', ''],
      ['if (end > place && Number.isSafeInteger(number))', 'if (end > place)'],
      ["if (match.kind === 'unreadable') return ['unknown', match.why]", ''],
      ["if (match.kind === 'ambiguous') return ['unknown', match.why]", ''],
      ['const guard = protectedByName(snapshot.name, protect) ?? guardOf(', 'const guard = guardOf('],
      ['if (statuses !== undefined && !statuses.has(snapshot.status)) {', 'if (false) {'],
      [
        'if (ageMs === undefined && (olderThanMs > 0 || unusedForMs > 0 || keepLatest > 0)) {',
        'if (ageMs === undefined && olderThanMs > 0) {',
      ],
      ['(ageMs ?? 0) <= olderThanMs', '(ageMs ?? 0) < olderThanMs'],
      ['Math.max(0, context.now - createdAt)', 'context.now - createdAt'],
      ['youngestFirst.slice(0, keepLatest)', 'youngestFirst.slice(1, keepLatest + 1)'],
      ['bornAt(b) - bornAt(a)', 'bornAt(a) - bornAt(b)'],
      ['if (count > maxDeletions) {', 'if (count > maxDeletions + 1) {'],
      [
        'if (protect.length === 0) return undefined\n  if (name === undefined) return',
        'if (name === undefined && false) return',
      ],
      ['name.length > LONGEST_NAME', 'name.length > LONGEST_NAME * 100'],
      ["return name.includes(MASK) ? '", "return name.includes('no such text') ? '"],
      ['return target.id.includes(MASK)', 'return false'],
      ['if (now.name !== planned.name) return', 'if (false) return'],
      ['if (!sameSecond(now.createdAt, planned.createdAt))\n    return', 'if (false)\n    return'],
      ['!begun && criteria.statuses !== undefined', 'criteria.statuses !== undefined && begun'],
      ['return protectedByName(now.name, criteria.protect)', 'return undefined'],
      ['keepTogether(candidates, context)\n', '\n'],
      ["case 'open':\n      return `pull request ${number} is open`", "case 'open':\n      return undefined"],
    ],
  ),
]

const INPUTS = [
  ...noticedBy('inputs', [
    ["if (value !== '' && list.length === 0) mistake(", 'if (false) mistake('],
    ['if (number >= least && number <= LARGEST_NUMBER)', 'if (number <= LARGEST_NUMBER)'],
    ["reader.oneOf('resource', isKnown ? known : own) ?? 'deployment'", "'deployment'"],
    ['if (lines.length > 0 && include.length === 0 &&', 'if (false &&'],
    ["if (line.includes('{pr}')) reader.mistake(`'name'", "if (false) reader.mistake(`'name'"],
    ['if (!isExact) return sweep', 'return sweep'],
  ]),
  ...noticedBy(['run/endings.test.ts'], [['for (const secret of reading.secrets) runtime.secrets.add(secret)', '']]),
]

const DECISIONS = [
  ...noticedBy('run/endings.test.ts', [
    ["dryRun && step.until !== 'confirmed'", 'dryRun'],

    [
      "actionResult.result === 'accepted' && action.final && actionResult.tombstone !== undefined",
      "actionResult.result === 'accepted' && actionResult.tombstone !== undefined",
    ],
    ['if (stop?.aborted) throw error', ''],
    ['limits.stop.aborted ? { brokenOff: limits.reason() } : {}', '{}'],
    ['problems.push(unexpected(messageOf(error)))', ''],
    ['return published && isDone(whole)', 'return isDone(whole)'],
    [
      'runner.error(`The outputs could not be written: ${messageOf(error)}`)\n    return false',
      'runner.error(`The outputs could not be written: ${messageOf(error)}`)\n    return true',
    ],
  ]),
  ...noticedBy(
    ['run/endings.test.ts', 'properties/found.test.ts'],
    [
      ["if (error instanceof HttpError && error.failure === 'unsent') return 'too-late'", ''],
      ['options.stop?.aborted || clock', 'clock'],
      ["if (step.until === 'gone' && !state.isAwaited) return this.#end(state, 'accepted', ACCEPTED)", ''],
    ],
  ),
  ...noticedBy('teardown', [
    ['tookMs >= HANGS_MS', 'false'],
    ["missing?.type !== 'not-found' ||", ''],
    ['a.phase.notAfter - b.phase.notAfter ||', ''],
    ['targets.slice(0, Math.max(this.#concurrency, room))', 'targets'],
    ['this.#writesIn(CONFIRM_MS) - census.ready', 'this.#writesIn(CONFIRM_MS)'],
    ['Math.max(phase.due, lastDue.get(list) ?? 0)', 'Math.min(phase.due, lastDue.get(list) ?? phase.due)'],
    ['targets.slice(0, Math.max(this.#concurrency, room))', 'targets.slice(0, Math.max(0, room))'],
    ['this.#bulk?.isOffered() === false', 'false'],
  ]),
  ...noticedBy(
    ['providers/shared/together.test.ts', 'providers/baseten/races.test.ts'],
    [['apartMs <= APART_MS ||', 'true ||']],
  ),
  ...noticedBy('run/limits.test.ts', [
    ["over.signal.addEventListener('abort', () => cutOff.abort())", ''],
    ['if (cancelled.aborted) onCancel()', ''],
    ['state.timesOutdated > 1 ? now : observation', 'observation'],
  ]),
  ...noticedBy(
    ['teardown', 'run/endings.test.ts', 'run/limits.test.ts', 'run/cancel.test.ts', 'sweep/recheck.test.ts', 'http'],
    [
      ["observation.state === 'present' ? whenReplaced(history) : undefined", 'undefined'],
      ["observation.state === 'present' && !deletionAccepted(history)) {", 'false) {'],
      ['if (replaced !== undefined) return replaced', ''],
      ['if (dryRun) return planned(step, step.action.verb)', ''],
      ['times >= MAX_UNKNOWN', 'times >= 1000 * MAX_UNKNOWN'],
      ["if (error instanceof ProviderError && error.scope === 'account') this.#broken ??= error", ''],
      ['clock.now() > request.notAfter', 'false'],
    ],
  ),
  ...noticedBy(
    ['run/feedback-scope.test.ts', 'run/environment.test.ts'],
    [
      [
        'if (byNumber.size === 0 && own !== undefined) byNumber.set',
        'if (own !== undefined && !byNumber.has(own)) byNumber.set',
      ],
      ["return isGone && results.some(({ outcome }) => outcome === 'deleted')", 'return isGone'],
      ['body.indexOf(close, from)', 'body.indexOf(close)'],
    ],
  ),
]

const PROOF = [
  ...noticedBy('providers/baseten/absence-edges.test.ts', [
    ['if (model.status === 404) {\n        const { byId }', 'if (true) {\n        const { byId }'],
    ['Math.floor(a / 1000) === Math.floor(b / 1000)', 'Math.abs(a - b) < 1000'],
    ['again?.obstacle(target) ??\n    protectedWith(now, policy, run, criteria.protect)', 'again?.obstacle(target)'],
  ]),

  ...noticedBy(
    ['providers/stray-404.test.ts', 'providers/short-lists.test.ts', 'providers/sap-ai-core', 'providers/shared'],
    [["action.final && actionResult.result === 'accepted')\n}", "actionResult.result === 'accepted')\n}"]],
  ),
]

const BASETEN_RULES = [
  'protection',
  'lifted-guards',
  'sequence',
  'refusals',
  'environments',
  'with-environment',
  'with-model',
].map((name) => `providers/baseten/${name}.test.ts`)

const BASETEN = [
  ...noticedBy('providers/baseten/unnamed-promotion.test.ts', [
    ['candidate !== undefined || promotion !== undefined) {', 'candidate !== undefined) {'],
    ['if (model.production_deployment_id != null) production.add(model.production_deployment_id)', ''],
    ['.filter(({ id }) => id !== details.id)', '.filter(({ id }) => id !== undefined && id !== details.id)'],
  ]),
  ...noticedBy('providers/baseten/chain-deployments.test.ts', [
    [
      "details.resource !== 'deployment' || details.siblings?.[0]?.id !== details.id",
      'details.siblings?.[0]?.id !== details.id',
    ],
  ]),
  ...noticedBy(BASETEN_RULES, [
    ['if (isLast(details, policy)) return lastStep(details, status, history)', ''],
    ['if (others > 0) {', 'if (others > 1) {'],

    ['&& !INACTIVE.has(status)) return deactivateFirst', ') return deactivateFirst'],
    ['policy.selected.has(key) && !notDeleted?.has(key) &&', 'policy.selected.has(key) &&'],
    ['policy.selected.has(key) &&', '', 'baseten'],
    ["if (!policy.allow.has('development')) {", 'if (false) {'],
    ['if (keptBecause !== undefined) return keptBecause', ''],
    ["name === 'development' && !allow.has('development')", 'false'],
    ['if (isProduction || holders.some(({ name }) => name === PRODUCTION))', 'if (isProduction)'],
    ['deployment.is_production || model.production_deployment_id === id', 'deployment.is_production'],
    ['return environmentReason(details, policy)', 'return undefined'],
    ["if (tries.some(({ actionResult }) => actionResult.result === 'accepted')) continue", ''],
    ["if (count === undefined) return 'its model does not say", "if (false) return 'its model does not say"],
    ['return count > shown.size ?', 'return count > shown.size + 1 ?'],
  ]),
]

const SAP = [
  ...noticedBy('providers/sap-ai-core/bulk.test.ts', [
    ["'not-in-bulk') write.state.phase = { at: 'undecided' }", "'not-in-bulk') write.state.phase = write.phase"],
  ]),
  ...noticedBy('providers/baseten/faults.test.ts', [
    [
      "result.outcome === 'already-gone' && snapshots(result.history).length === 0",
      "result.outcome === 'already-gone'",
    ],
    ["requested('unknown', ({ final }) => !final)", "requested('unknown')"],
  ]),
  ...noticedBy('providers/sap-ai-core/resource-groups.test.ts', [
    ['(!list.isShort && before !== undefined', '(before !== undefined'],
    ["await readWhole('/lm/executions', read)", 'await read()'],
    ["await readWhole('/lm/deployments', readDeployments)", 'await readDeployments()'],
    ['if (never?.ids.has(id)) reader', "if (id === '') reader"],
  ]),
  ...noticedBy('inputs/credentials.test.ts', [
    ['    ...misplacedSecrets(env, providers),\n', ''],
    ['if (problem !== undefined && isTooLongToShow(line)) return UNREADABLE', ''],
  ]),
  ...noticedBy('sweep/protections.test.ts', [
    ['isUnmatched ? [...readingsOf(line), ...slipsOf(line)] : readingsOf(line)', 'readingsOf(line)'],
    ['ids.includes(source)', "source === ''"],
    ['!(isNumberLast &&', '!(isNumberFirst &&'],
    ['doubtAbout(source, covered, isUnmatched)', 'isUnmatched ? doubtAbout(source, covered, true) : undefined'],
  ]),
  ...noticedBy('providers/stray-404.test.ts', [['if (!(await api.hasWorked())) throw noSuchApi(answer)', '']]),
  ...noticedBy('providers/alibaba-model-studio/absence.test.ts', [
    ["return mistypedAs(observations, targets, known, 'deployment')", 'return observations'],
    ["canWait ? observations : mistypedAs(observations, targets, [...list.byId.keys()], 'deployment')", 'observations'],
  ]),
  ...noticedBy('providers/sap-ai-core/bulk-answers.test.ts', [
    ['isSuccess(answer) && meta.success &&', 'meta.success &&'],
    [
      "result: 'unknown', problem: `${describeSap(answer)}, but nothing",
      "result: 'accepted', problem: `${describeSap(answer)}, but nothing",
    ],
    ["if (code === UNKNOWN_ID) return { result: 'not-found', exchange }", ''],
  ]),

  ...noticedBy('providers/sap-ai-core/token-secrecy.test.ts', [
    ['isSecret: true,', '', 'sap-ai-core'],
    ['if (held === undefined || held.token === refused) await refresh()', 'await refresh()'],
  ]),
  ...noticedBy('providers/sap-ai-core', [
    ["case 'STOPPED':\n    case 'DEAD':", "case 'STOPPED':"],
    ["case 'UNKNOWN':\n", ''],

    [
      "details.orchestration === false || policy.allow.has('orchestration')",
      "details.orchestration !== true || policy.allow.has('orchestration')",
    ],
    ['lookedAt(history) - asked.until < STOP_TRACE_MS', 'true'],
    ["targetStatus === 'STOPPED' || mayStillShow", 'mayStillShow'],
    ['const triedBoth = acts(', 'const triedBoth = !acts('],
    ["told === '' || told.includes(MASK) ? undefined : false", "told === '' ? undefined : false"],
    ['last.until - last.createdAt < YOUNG_MS', 'false'],
    [
      "scenarioId.toLowerCase() === 'orchestration' || name.toLowerCase() === 'defaultorchestrationconfig'",
      "scenarioId.toLowerCase() === 'orchestration'",
    ],
  ]),
]

const ALIBABA = [
  ...noticedBy('providers/alibaba-model-studio/reservation-edges.test.ts', [
    ["last?.actionResult.result === 'accepted' && !isStuck(history)", "last?.actionResult.result === 'accepted'"],
    ['return `read-failed ${event.createdAt}`', "return 'read-failed'"],
  ]),
  ...noticedBy('providers/alibaba-model-studio/workspace.test.ts', [
    ['isSuccess(answer) && PASSING.test(code)', 'PASSING.test(code)'],
    [
      'workspace !== undefined && workspace !== workspaceId',
      'workspace !== undefined && !workspace.startsWith(workspaceId)',
    ],
  ]),
  ...noticedBy('providers/alibaba-model-studio', [
    ["if (details.prepaid && !policy.allow.has('prepaid')) {", 'if (false) {'],
    ["if (details.reservation && !policy.allow.has('reservation')) {", 'if (false) {'],
    ['if (details.workspaceUnknown) {', 'if (false) {'],

    ["if (status !== 'STOPPED') return waitOrFail", 'if (false) return waitOrFail'],
    ['if (prepaid !== undefined) return stayFor(prepaid, history)', ''],
    ['if (underWay !== undefined) return { type:', 'if (false) return { type:'],
    ['answer.status === 404 && GONE_CODES.has', 'GONE_CODES.has'],
    ["GONE_CODES.has(code ?? '') && !isAboutPath(message)", "GONE_CODES.has(code ?? '')"],
    ["(code === undefined || code === '' || code === '200' || code === 'Success')", 'true'],
    ['if (deployment.deployed_model !== id) {', 'if (false) {'],
    ['if (of === deployment && on === instance) return operation', 'return operation'],
  ]),
]

const REDACTION = [
  ...noticedBy('security/leaks.test.ts', [
    ['[0, 1, 2].map((before)', '[0, 1].map((before)'],
    ["form.replaceAll('+', '-').replaceAll('/', '_')", 'form'],
    [
      'const line = (text: string) => logLine(secrets.redact(text))',
      'const line = (text: string) => secrets.redact(logLine(text))',
    ],
    ["Buffer.from(`${decoded(url.username)}:${password}`).toString('base64')", 'password'],
    ['[text, withLineBreaks(text), plainPem(text)]', '[text, withLineBreaks(text)]', 'sap-ai-core'],
  ]),
  ...noticedBy(
    ['security', 'runner', 'lib'],
    [
      ["shown.includes('\\\\') ? redacted(body, redact) : body", 'body'],
      ['encodeURIComponent(encodeURIComponent(whole)),', ''],
      ["bytes.toString('hex').toUpperCase(),", ''],
      ['quoted.replace(/[<>&\\u007f-\\uffff]/g, unicodeEscape),', ''],
      [
        "output: (name, value) => keep('OUTPUT', 'set-output', name, secrets.redact(value))",
        "output: (name, value) => keep('OUTPUT', 'set-output', name, value)",
      ],
      ['await summary.addRaw(secrets.redact(markdown)).write()', 'await summary.addRaw(markdown).write()'],
      [
        'longestFirst = [...forms].sort((a, b) => b.length - a.length)',
        'longestFirst = [...forms].sort((a, b) => a.length - b.length)',
      ],
      ["tame = flat.replaceAll('##[', '# #[')", 'tame = flat'],
    ],
  ),
  ...noticedBy('report/room.test.ts', [['    limit / 2,\n', '    limit,\n']]),
]

const REQUESTS = noticedBy('http/limiter-room.test.ts', [
  ['if (next) next()\n    else underWay--', 'underWay--\n    if (next) next()'],
])

const SURVIVORS = [
  ...surviving(
    'The times of a write and of an observation never mix: the last event of a decision is an observation.',
    [["last !== undefined && last.type !== 'requested' && last.until", 'last !== undefined && last.until']],
  ),
  ...surviving('Only how soon the next look comes: one that met nothing has changed nothing.', [
    ["return actionResult.result !== 'not-found'", 'return true'],
  ]),

  ...surviving('The report is free of secrets before; a second time costs nothing and protects what is added later.', [
    ['reportFile(report, VERSION).map(runtime.secrets.redact)', 'reportFile(report, VERSION)'],
  ]),
  ...surviving(
    'A production that something is in guards the model anyway; so does one whose deployment is not shown.',
    [
      [
        'name !== PRODUCTION || current_deployment != null || candidate_deployment != null',
        'name !== PRODUCTION || current_deployment != null',
      ],
    ],
  ),
  ...surviving('The JSON form of the plain secret is the same; it stands there for the reader.', [
    ['    quoted,\n', ''],
  ]),
  ...surviving('The client lets no more through at once; what waits there too long comes back undone.', [
    ['const room = this.#concurrency - this.#writes', 'const room = 100'],
  ]),
  ...surviving('Where there is a problem, at least one target is not gone.', [
    ['if (report.problems.length > 0 || report.results.some(', 'if (report.results.some('],
  ]),
  ...surviving('No answer has an object without a prototype; what has one is walked through all the same.', [
    ['prototype === Object.prototype || prototype === null', 'prototype === Object.prototype'],
  ]),
  ...surviving('A real event loop needs the two turns; the fake clock of the tests has no timers to miss.', [
    ['  await clock.sleep(0)\n  await clock.sleep(0)\n', ''],
  ]),
]

const GITHUB = [
  ...noticedBy('run/pull-request-check.test.ts', [
    ['return failure?.message ?? watch', 'return watch'],
    ["return { state: 'unreadable', error }\n      shown", 'return observation\n      shown'],
    ['const OLDEST_AT_WRITE_MS = 5000', 'const OLDEST_AT_WRITE_MS = 6000'],
    ['const OLDEST_AT_OBSERVATION_MS = 2000', 'const OLDEST_AT_OBSERVATION_MS = 3000'],
    ['shown.get(targetKey(target)) !== stateText(observation.snapshot)', 'false'],
    ['for (const target of targets) shown.delete(targetKey(target))', ''],
  ]),
  ...noticedBy('sweep/pull-request-input.test.ts', [
    ['watch.obstacle(numbersOf(target)) ??', ''],
    ['watch.obstacle(numbers) ??', ''],
    ['!numbers.includes(pullRequest) && numbers.length <= MAX_NUMBERS', 'false'],
    ["pullRequest !== 'closed' && others.length > 0", 'false'],
  ]),
  ...noticedBy('github/failures.test.ts', [
    ['LATER_TYPE.test(type) || LATER_WORDS.test(message)', 'LATER_TYPE.test(type)'],
    ["if (status === 403) return headers['retry-after'] !== undefined", ''],
  ]),
  ...noticedBy('github/event.test.ts', [['base?.repo?.id === undefined || base.repo.id === repository?.id', 'true']]),
  ...noticedBy('github/environment.test.ts', [
    ['head.repo !== null && head.repo.full_name === base.repo?.full_name', 'head.repo !== null'],
    ['refs.has(ref) || commits.has(sha) || commits.has(ref)', 'refs.has(ref) || commits.has(ref)'],
    ['owners.length === 0 && refs.size > 1', 'false'],
    ['active.filter((each) => !isProduction(each, name))', 'active'],
  ]),
  ...noticedBy('github/comment.test.ts', [['?.viewerDidAuthor)', ')']]),
  ...noticedBy('run/feedback-plan.test.ts', [['isGone && results.some', 'results.some']]),
  ...noticedBy('sweep/provider-clock.test.ts', [
    ['Math.min(earliest ?? ahead, ahead)', 'Math.max(earliest ?? ahead, ahead)'],
    ['serverTime === undefined ? 0 :', 'serverTime === undefined ? (earliest ?? 0) :'],
    ["if (method !== 'GET' || status", 'if (status'],
    ['const now = providerTime(clock.now())', 'const now = clock.now()'],
  ]),
]

const USE = [
  ...noticedBy('providers/baseten/usage-rules.test.ts', [
    ['found.reduce((sum, value) => sum + value, 0)', 'found[0] ?? 0'],
    ['start_epoch_millis > start || end_epoch_millis < end', 'end_epoch_millis < end'],
    ['if (values.length !== label_sets.length) return', 'if (false) return'],
    ['!Number.isFinite(value) || value < 0', '!Number.isFinite(value)'],
    ['if (counts.length >= needed) continue', 'if (counts.length >= 0) continue'],
    ["return kind !== 'TRAINING_JOB'", 'return true'],
    ['return requests === 0 ? 0 : undefined', 'return 0'],
    ['daily !== undefined && sumOf(daily) !== requests', 'false'],
    ["windows('sum').flatMap(daysWithin)", "windows('sum').flatMap(daysOf)"],
    ["if (billed.kind === 'requests') {", 'if (false) {'],
    ['if (unreadable?.reading.kind === ', 'if (false && unreadable?.reading.kind === '],
  ]),
  ...noticedBy('sweep/baseten-unused.test.ts', [
    ["usage?.kind === 'unused' ? undefined : (usage", "usage?.kind !== 'in-use' ? undefined : (usage"],
    ["if (kind === 'unused') candidate.reason", "if (kind !== 'in-use') candidate.reason"],
    ['(ageMs ?? 0) <= unusedForMs', 'false'],
    ['again?.obstacle(target) ??\n', '\n'],
    ['const MOST_PER_SECOND = 50', 'const MOST_PER_SECOND = 500'],
    ['fresh ? askAgain() : latest()', 'latest()'],
  ]),
  ...noticedBy('providers/baseten/prices.test.ts', [
    ['if (replicas === 0) continue', ''],
    [
      'if (price === undefined || replicas === undefined) return undefined',
      'if (price === undefined || replicas === undefined) continue',
    ],
    ['price < 0 ? undefined : parseUsd(price)', 'parseUsd(price)'],
  ]),
  ...noticedBy('sweep/baseten-costs.test.ts', [
    ["hasPrices === true && unknown === 0 ? usdText(known) : ''", "hasPrices === true ? usdText(known) : ''"],
    ["const isOff = status === 'INACTIVE' || status === 'SCALED_TO_ZERO'", 'const isOff = false'],
  ]),
  ...noticedBy('sweep/labels.test.ts', [
    ['if (!Object.hasOwn(labels, key)) return', 'if (!(key in labels)) return'],
    ['if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {', 'if (false) {'],
    ["if (value.kind === 'null') return matchPattern(pattern, 'null').matches", ''],
    ['value.number === Number(pattern.source)', 'false'],
    ["if (value.kind === 'nested') {", 'if (false) {'],
  ]),
  ...noticedBy('sweep/baseten-labels.test.ts', [
    ['if (!pattern.excludes) return []', 'return []'],
    ['!isDeepStrictEqual(matchCriteria(now, criteria), matchCriteria(planned, criteria))', 'false'],
  ]),
]

/** Answers that pass, and those that prove nothing. */
const DOUBTFUL = [
  ...noticedBy(
    ['http', 'teardown'],
    [
      ['[408, 421, 425, 429, 499].includes(status)', '[408, 429].includes(status)'],
      ['!(isHtml && wire.status === 200)', 'true'],
      ['isHtml && wire.status === 200', 'isHtml'],
      ['if (leftMs <= 0) return undefined', ''],
      [
        "if (last?.actionResult.result !== 'unknown') return undefined\n    const",
        'if (true) return undefined\n    const',
      ],
      ['Math.min(leftMs, backoff(1 + polls(state), this.#options.random))', 'leftMs'],
      ['if (status === 203 || ', 'if ('],
      ['if (status === 206) return', 'if (false) return'],
      ['return age !== undefined && Number(age) !== 0 ?', 'return false ?'],
      ['if (/NO_APPLICATION_PROTOCOL/.test(known)) {', 'if (false) {'],
    ],
  ),
  ...noticedBy(
    ['providers/sap-ai-core', 'providers/stray-404-passing.test.ts'],
    [
      [
        'haveWorked && answer.status === 404 && codeOf(answer) === undefined',
        'answer.status === 404 && codeOf(answer) === undefined',
      ],
      ['haveWorked && answer.status === 404 && codeOf(answer) === undefined', 'haveWorked && answer.status === 404'],
      ['haveWorked && answer.status === 404 && codeOf(answer) === undefined', 'false'],
    ],
  ),
  ...noticedBy(
    ['providers/alibaba-model-studio', 'providers/stray-404-passing.test.ts'],
    [
      ['isStray(answer) && (await keyHasWorked())', 'isStray(answer)'],
      ['isStray(answer) && (await keyHasWorked())', 'false'],
      ['saysGone(answer) || isStray(answer) ||', 'saysGone(answer) ||'],
      ['if (isStray(answer)) throw new UnclearAnswer(describeAlibaba(answer), exchange)', ''],
    ],
  ),
]

/** What "gone" rests on, and how long refusals are borne: the same for all providers. */
const GONE = [
  ...noticedBy('providers/shared/common-rules.test.ts', [
    ['isOurs && !isDoubtful && !isPartial && everyObservationAgrees(history)', 'isOurs'],
    ['(ms < ROUND_MS || rounds < 2)', 'false'],
    ['ms < UNEXPLAINED_MS || rounds < UNEXPLAINED_ROUNDS', 'ms < UNEXPLAINED_MS'],
    ['if (ms >= freshMs) return', 'if (rounds >= 2) return'],
    ['>= LAG_MS * 4 ** (missed.length - 1)', '>= LAG_MS'],
    ['doubt !== undefined && shownMs < CONTRADICTION_MS', 'doubt !== undefined'],
    ["(snapshot.isBeingDeleted ? waitUntilGone('is being deleted') : undefined) ??", ''],
  ]),
  ...noticedBy(
    ['providers/baseten/sequence.test.ts', 'providers/sap-ai-core', 'providers/alibaba-model-studio'],
    [
      ['passing.has(status) ? undefined :', ''],
      ['last.until - changed.until < SETTLING_MS', 'false'],
      ['last.until - first.until >= stableMs', 'true'],
      ['last.until - last.at >= BACK_MS', 'true'],
      ['past.tries + past.failedAtOnce >= MAX_TRIES', 'past.tries + past.failedAtOnce > MAX_TRIES'],
      ["plain.includes('prepaid') ||", ''],
      ["plain.startsWith('ptu') && value != null", 'false'],
      ['if (deployment.id === target.id) return', 'if (true) return'],
      ['entries.length < wholeBelow && (total ?? 0) <= byId.size', 'entries.length < wholeBelow'],
    ],
  ),
]

export const MUTANTS: readonly Mutant[] = [
  ...[
    SELECTION,
    GROUPS,
    INPUTS,
    DECISIONS,
    PROOF,
    GONE,
    DOUBTFUL,
    BASETEN,
    SAP,
    ALIBABA,
    REDACTION,
    GITHUB,
    USE,
    REQUESTS,
    SURVIVORS,
  ].flat(),
]
