/** The actions on Model Studio. `release` releases one capacity instance of a reservation. */
export type AlibabaAction = { verb: 'release'; final: false; instance: string } | { verb: 'delete'; final: true }

/** What was requested, for people: `its deletion`. */
export function requestText(action: AlibabaAction): string {
  switch (action.verb) {
    case 'release':
      return `the release of its capacity instance ${action.instance}`
    case 'delete':
      return 'its deletion'
  }
}
