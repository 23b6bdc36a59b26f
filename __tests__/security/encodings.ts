/** A secret in which every character that any encoding changes occurs. */
export const SECRET = 'Zk/9"+x\\<é>&\'_7=~%#@q'
/** The same for places that take printable ASCII only, such as headers. */
export const HEADER_SECRET = 'Zk/9"+x\\<y>&\'_7=~%#@q'

/** How a secret may come back: as an API, a library, a gateway or a log line of either would write it. */
export function encodingsOf(secret: string): [name: string, text: string][] {
  const json = JSON.stringify(secret).slice(1, -1)
  const bytes = Buffer.from(secret)
  const html = (quote: string, apostrophe: string) =>
    secret
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', quote)
      .replaceAll("'", apostrophe)
  const within = (before: string, after: string) => Buffer.from(before + secret + after).toString('base64')
  return [
    ['as it is', secret],
    ['in JSON', json],
    ['in JSON within JSON', JSON.stringify(json).slice(1, -1)],
    ['in JSON with escaped slashes', json.replaceAll('/', '\\/')],
    [
      'in JSON of ASCII only',
      json.replace(/[<>&\u0080-\uffff]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ],
    ['in a URL', encodeURIComponent(secret)],
    ['in a URL with small letters', encodeURIComponent(secret).replace(/%../g, (it) => it.toLowerCase())],
    ['in a URL within a URL', encodeURIComponent(encodeURIComponent(secret))],
    ['in a form', new URLSearchParams({ s: secret }).toString().slice(2)],
    ['in HTML', html('&quot;', '&#x27;')],
    ['in HTML with numbers', secret.replace(/[&<>"']/g, (it) => `&#${it.charCodeAt(0)};`)],
    ['in base64', bytes.toString('base64')],
    ['in base64 for URLs', bytes.toString('base64url')],
    ['in base64 behind one character', within('a', '')],
    ['in base64 between others', within('id:', ':end')],
    ['in base64 as a header has it', within('Bearer ', '\n')],
    ['in hex', bytes.toString('hex')],
    ['in hex with capitals', bytes.toString('hex').toUpperCase()],
  ]
}

/** How much of the secret can be read in `text`: the names of the encodings in which at least half of it is there. */
export function readableIn(text: string, secret: string): string[] {
  return encodingsOf(secret).flatMap(([name, encoded]) => {
    const half = Math.floor(encoded.length / 2)
    const halves = [encoded.slice(0, half), encoded.slice(-half)]
    return halves.some((part) => text.includes(part)) ? [name] : []
  })
}
