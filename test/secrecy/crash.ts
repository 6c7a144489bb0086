/**
 * Loaded into a gateway before its own code: as soon as it says that it is ready, an error that nobody foresaw. It carries what
 * errors of libraries carry: the request with its headers, the address with its user, and what caused it.
 */
const secret = process.env.CRASH_SECRET ?? ''
const cause = Object.assign(new Error(`connect to redis://default:${secret}@127.0.0.1/ failed`), {
  options: { headers: { authorization: `Bearer ${secret}`, apikey: secret } },
})
const message = `POST https://chat.example/v1?api_access_token=${secret} with Authorization: Bearer ${secret}`
const error = Object.assign(new Error(message, { cause }), { request: { headers: { apikey: secret } }, body: secret })

const write = process.stdout.write.bind(process.stdout)
process.stdout.write = (line: string | Uint8Array) => {
  if (String(line).startsWith('ready ')) setImmediate(fail)
  return write(line)
}

function fail(): void {
  if (process.env.CRASH_HOW === 'rejection') void Promise.reject(error)
  else throw error
}
