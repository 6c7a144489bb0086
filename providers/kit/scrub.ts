/**
 * Takes the credentials that went with a request out of what came back: some servers repeat what they refuse, and what they say
 * of it is logged and told to clients.
 */
export function withoutCredentials(text: string, ...sent: readonly Readonly<Record<string, string>>[]): string {
  let clean = text
  for (const credential of sent.flatMap(credentialsIn)) clean = clean.replaceAll(credential, '[redacted]')
  return clean
}

const CREDENTIAL_NAMES = /auth|key|token|secret|cookie/i
/** Shorter ones would be found in words that have nothing to do with them. */
const MIN_LENGTH = 6

/** The whole value of a header, and what follows its scheme. */
function credentialsIn(headers: Readonly<Record<string, string>>): readonly string[] {
  const values = Object.entries(headers).flatMap(([name, value]) => (CREDENTIAL_NAMES.test(name) ? [value] : []))
  return values.flatMap((value) => [value, ...value.split(' ').slice(1)]).filter(({ length }) => length >= MIN_LENGTH)
}
