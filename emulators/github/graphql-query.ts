/** A field asked for, with its alias, arguments and what is asked below it. */
export interface Field {
  kind: 'field'
  alias: string
  name: string
  arguments: Record<string, Value>
  selection: Selection[]
  location: { line: number; column: number }
}

/** `... on Type { … }`, also from a named fragment. */
export interface Fragment {
  kind: 'fragment'
  type: string
  selection: Selection[]
}

export type Selection = Field | Fragment
export type Value = string | number | boolean | null

interface Token {
  text: string
  offset: number
}

const TOKEN = /#[^\n]*|\.\.\.|[_A-Za-z][_0-9A-Za-z]*|-?[0-9]+|"(?:[^"\\\n]|\\.)*"|[!$():=@[\]{|}]|[\s,]+/gy

/** Reads the small part of GraphQL such a query uses. Throws a SyntaxError on anything else. */
export function parseQuery(source: string, variables: Record<string, unknown>): Selection[] {
  const tokens = tokenize(source)
  const fragments = new Map<string, Fragment>()
  let position = 0

  const peek = () => tokens[position]?.text
  function take(expected?: string): Token {
    const token = tokens[position]
    if (token === undefined || (expected !== undefined && token.text !== expected)) {
      throw new SyntaxError(`Parse error on ${JSON.stringify(token?.text ?? 'end of file')}`)
    }
    position += 1
    return token
  }

  function selectionSet(): Selection[] {
    take('{')
    const selection: Selection[] = []
    while (peek() !== '}') selection.push(peek() === '...' ? spread() : field())
    take('}')
    return selection
  }

  function spread(): Selection {
    take('...')
    const name = take().text
    if (name !== 'on') return fragmentNamed(name)
    return { kind: 'fragment', type: take().text, selection: selectionSet() }
  }

  /** Filled once its definition is read, which may come later. */
  function fragmentNamed(name: string): Fragment {
    const known = fragments.get(name) ?? { kind: 'fragment', type: '', selection: [] }
    fragments.set(name, known)
    return known
  }

  function field(): Field {
    const token = take()
    if (!/^[_A-Za-z]/.test(token.text)) throw new SyntaxError(`Parse error on ${JSON.stringify(token.text)}`)
    const isAliased = peek() === ':'
    if (isAliased) take(':')
    const name = isAliased ? take().text : token.text
    const given = peek() === '(' ? fieldArguments() : {}
    const selection = peek() === '{' ? selectionSet() : []
    const location = locate(source, token.offset)
    return { kind: 'field', alias: token.text, name, arguments: given, selection, location }
  }

  function fieldArguments(): Record<string, Value> {
    const given: Record<string, Value> = {}
    take('(')
    while (peek() !== ')') {
      const name = take().text
      take(':')
      given[name] = value()
    }
    take(')')
    return given
  }

  function value(): Value {
    const { text } = take()
    if (text === '$') return scalar(variables[take().text])
    return /^["0-9-]|^(?:true|false|null)$/.test(text) ? scalar(JSON.parse(text)) : text
  }

  function skipVariables(): void {
    if (peek() !== '(') return
    while (take().text !== ')');
  }

  let operation: Selection[] | undefined
  while (position < tokens.length) {
    if (peek() === 'fragment') {
      take('fragment')
      const fragment = fragmentNamed(take().text)
      take('on')
      fragment.type = take().text
      fragment.selection = selectionSet()
      continue
    }
    if (peek() === 'query') {
      take('query')
      if (peek() !== '{' && peek() !== '(') take()
      skipVariables()
    }
    operation = selectionSet()
  }
  const undefinedFragment = [...fragments].find(([, { type }]) => type === '')
  if (undefinedFragment !== undefined)
    throw new SyntaxError(`Fragment ${undefinedFragment[0]} was used, but not defined`)
  if (operation === undefined) throw new SyntaxError('Unexpected end of document')
  return operation
}

function scalar(value: unknown): Value {
  const isScalar = ['string', 'number', 'boolean'].includes(typeof value)
  return isScalar ? (value as Value) : null
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  let end = 0
  for (const match of source.matchAll(TOKEN)) {
    end = match.index + match[0].length
    if (!/^[\s,#]/.test(match[0])) tokens.push({ text: match[0], offset: match.index })
  }
  if (end < source.length) throw new SyntaxError(`Parse error on ${JSON.stringify(source.charAt(end))}`)
  return tokens
}

function locate(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}
