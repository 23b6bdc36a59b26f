'use strict'
// Stands in `dist/` for the parts of undici that the action never runs; `scripts/build.ts` lists them with the reasons.

function leftOut() {
  throw new Error('Undeploy called a part of undici that its bundle leaves out')
}

module.exports = leftOut
module.exports.fetch = leftOut
// @actions/github makes one when it is loaded, and never uses it.
module.exports.ProxyAgent = class {}
