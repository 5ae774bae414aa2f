// Answers questions about Drizzle schemas, one JSON object a line: {dialect, base, head} gives {base, head, sql} or {error}.
// Its argument is a folder that holds node_modules with drizzle-kit and drizzle-orm.
import fs from 'node:fs'
import path from 'node:path'
import { serve } from '../asked.mjs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const root = process.argv[2]
const api = createRequire(path.join(root, 'package.json'))('drizzle-kit/api')
const makers = {
  postgresql: [api.generateDrizzleJson, api.generateMigration],
  sqlite: [api.generateSQLiteDrizzleJson, api.generateSQLiteMigration],
  mysql: [api.generateMySQLDrizzleJson, api.generateMySQLMigration],
}
let count = 0
// The kit talks to people, and asks them about renames: only answers go out here.
process.stdout.write = () => true

async function load(text) {
  const file = path.join(root, `schema-${process.pid}-${count++}.mjs`)
  fs.writeFileSync(file, text)
  try {
    return await import(pathToFileURL(file))
  } finally {
    fs.unlinkSync(file)
  }
}

await serve(async (question) => {
  const [snapshot, migrate] = makers[question.dialect]
  const empty = await snapshot({})
  const base = question.base === null ? empty : await snapshot(await load(question.base), empty.id)
  const head = await snapshot(await load(question.head), base.id)
  return { base, head, sql: await migrate(base, head) }
})
