/** US dollars without a rounding error: a whole number of 10^-12 USD. */
export type Usd = bigint

const DECIMALS = 12
const ONE: Usd = 10n ** BigInt(DECIMALS)
/** Decimals in outputs; the cent is never rounded away. */
const SHOWN_DECIMALS = 4
/** A year has 8760 hours. */
const HOURS_A_MONTH = 730n

/** No amount is longer; a longer text is no amount. */
const AMOUNT = /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?(?:e([+-]?\d{1,3}))?$/i

/** The amount that a JSON number or a decimal text says. Undefined if it is neither. Decimals beyond 10^-12 are cut off. */
export function parseUsd(value: number | string): Usd | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = AMOUNT.exec(String(value).trim()) ?? []
  if (sign === undefined || whole + fraction === '') return undefined
  const shift = DECIMALS - fraction.length + Number(exponent)
  if (Math.abs(shift) > 60) return undefined
  const digits = BigInt(whole + fraction)
  const amount = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift)
  return sign === '-' ? -amount : amount
}

/** The amount with two to four decimals: `4.20`, `1.2072`. */
export function usdText(amount: Usd): string {
  return decimal(amount, SHOWN_DECIMALS)
}

/** The same as a JSON number. */
export function usdNumber(amount: Usd): number {
  return Number(usdText(amount))
}

/** The amount for people: `$4.32`, `$1,234.50`; four decimals where it is less than ten cents. */
export function dollars(amount: Usd): string {
  const isSmall = amount < ONE / 10n && amount > -ONE / 10n
  return withSign(decimal(amount, isSmall ? SHOWN_DECIMALS : 2))
}

/** What an hourly amount comes to in a month, in three digits: `$3,150`. */
export function dollarsAMonth(anHour: Usd): string {
  const month = anHour * HOURS_A_MONTH
  const digits = String(rounded(month, 0)).replace('-', '').length
  if (digits <= 3) return withSign(month < 100n * ONE ? decimal(month, 2) : String(rounded(month, 0)))
  const unit = 10n ** BigInt(digits - 3)
  return withSign(String(rounded(month / unit, 0) * unit))
}

/** At least two decimals, at most `most`, rounded half up. */
function decimal(amount: Usd, most: number): string {
  const units = rounded(amount, most)
  const digits = String(units < 0n ? -units : units).padStart(most + 1, '0')
  const [whole, fraction] = [digits.slice(0, -most), digits.slice(-most)]
  return `${units < 0n ? '-' : ''}${whole}.${fraction.slice(0, 2)}${fraction.slice(2).replace(/0+$/, '')}`
}

/** In units of 10^-`decimals` USD, half a unit away from zero. */
function rounded(amount: Usd, decimals: number): bigint {
  const unit = 10n ** BigInt(DECIMALS - decimals)
  const half = amount < 0n ? -unit / 2n : unit / 2n
  return (amount + half) / unit
}

function withSign(text: string): string {
  const grouped = text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',')
  return grouped.startsWith('-') ? `-$${grouped.slice(1)}` : `$${grouped}`
}
