/** What can be asked of Model Studio. `release` is of one capacity instance of a reservation. */
export type AlibabaAction = { verb: 'release'; final: false; instance: string } | { verb: 'delete'; final: true }
