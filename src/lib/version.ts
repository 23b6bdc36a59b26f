/** The version of the action, equal to the one in `package.json` (a test keeps it so). */
export const VERSION = '0.1.0'
