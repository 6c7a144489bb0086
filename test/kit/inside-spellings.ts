/** The ways in which the host of a URL may write one IPv4 address, some of which no reader should understand. */
export function spellingsOf(address: readonly number[]): readonly string[] {
  const [a = 0, b = 0, c = 0, d = 0] = address
  const dotted = address.join('.')
  const whole = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d
  const hex = (number: number) => number.toString(16)
  const octal = (number: number) => number.toString(8)
  const [high, low] = [hex(a * 256 + b), hex(c * 256 + d)]
  return [
    dotted,
    `${dotted}.`,
    String(whole),
    `${whole}.`,
    `0x${hex(whole)}`,
    `0X${hex(whole).toUpperCase()}`,
    `0x00000000${hex(whole)}`,
    `0${octal(whole)}`,
    `0000${octal(whole)}`,
    address.map((part) => `0x${hex(part)}`).join('.'),
    address.map((part) => `0x0000${hex(part)}`).join('.'),
    address.map((part) => `0${octal(part)}`).join('.'),
    address.map((part) => `000${octal(part)}`).join('.'),
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${b * 2 ** 16 + c * 2 ** 8 + d}`,
    `0x${hex(a)}.${b}.0${octal(c)}.${d}`,
    `0${octal(a)}.0x${hex(b * 2 ** 16 + c * 2 ** 8 + d)}`,
    // More than fits, which some readers cut off.
    `${a + 256}.${b}.${c}.${d}`,
    String(whole + 2 ** 32),
    ...[FULL_WIDTH, CIRCLED_DIGITS, MATHEMATICAL, ARABIC].map((digits) => inDigits(dotted, digits)),
    ...['。', '．', '｡', '%2e', '%E3%80%82', '\u00ad.'].map((dot) => address.join(dot)),
    [...dotted].map((sign) => `%${hex(sign.charCodeAt(0))}`).join(''),
    `[::ffff:${dotted}]`,
    `[::FFFF:${high}:${low}]`,
    `[0:0:0:0:0:ffff:${high}:${low}]`,
    `[::${dotted}]`,
    `[::${high}:${low}]`,
    `[64:ff9b::${dotted}]`,
    `[64:ff9b:1::${high}:${low}]`,
    `[2002:${high}:${low}::]`,
    `[2001:0:${high}:${low}::1]`,
    `[2001:0:0:0:0:0:${hex(0xffff - (a * 256 + b))}:${hex(0xffff - (c * 256 + d))}]`,
    `[fe80::5efe:${dotted}]`,
  ]
}

const FULL_WIDTH = 0xff10
const MATHEMATICAL = 0x1d7ce
const ARABIC = 0x0660
/** One to nine; nought stands elsewhere. */
const CIRCLED_DIGITS = 0x245f

function inDigits(dotted: string, zero: number): string {
  return dotted.replace(/\d/g, (digit) => {
    const isCircledNought = zero === CIRCLED_DIGITS && digit === '0'
    return isCircledNought ? '\u24ea' : String.fromCodePoint(zero + Number(digit))
  })
}
