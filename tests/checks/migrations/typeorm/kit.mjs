// Answers questions about TypeORM's entities, one JSON object a line: {dialect, base, head} gives {base, sql} or {error}:
// the statements that make the database of `base`, and those that then lead to `head`.
// Its arguments are a folder that holds node_modules with typeorm, and the socket folder of a PostgreSQL server.
import path from 'node:path'
import { createRequire } from 'node:module'
import { compile, serve } from '../asked.mjs'

const [root, socket] = process.argv.slice(2)
const require = createRequire(path.join(root, 'package.json'))
require('reflect-metadata')
const ts = require('typescript')
const typeorm = require('typeorm')
const { SnakeNamingStrategy } = require('typeorm-naming-strategies')
process.stdout.write = () => true

function load(text) {
  const out = compile(ts, text, { target: ts.ScriptTarget.ES2020 })
  const module = { exports: {} }
  new Function('require', 'module', 'exports', out)(require, module, module.exports)
  return Object.values(module.exports).filter((one) => typeof one === 'function' || one instanceof typeorm.EntitySchema)
}

function options(dialect, text, snake) {
  typeorm.getMetadataArgsStorage && globalThis.typeormMetadataArgsStorage && delete globalThis.typeormMetadataArgsStorage
  const entities = load(text)
  const shared = { entities, logging: false, synchronize: false, ...(snake ? { namingStrategy: new SnakeNamingStrategy() } : {}) }
  if (dialect === 'sqlite') return { type: 'sqljs', ...shared }
  return { type: 'postgres', host: socket, username: 'test', database: 'postgres', installExtensions: true, ...shared }
}

async function statements(source) {
  const log = await source.driver.createSchemaBuilder().log()
  return log.upQueries.map((one) => one.query)
}

async function answer({ dialect, base, head, snake }) {
  let first = await new typeorm.DataSource(options(dialect, base, snake)).initialize()
  try {
    if (dialect === 'postgres') {
      await first.query('DROP SCHEMA public CASCADE')
      await first.query('CREATE SCHEMA public')
      await first.query('CREATE EXTENSION IF NOT EXISTS "uuid-ossp"')
    }
    const made = await statements(first)
    await first.synchronize()
    // What it would do again and again, though nothing changed.
    const always = new Set(await statements(first))
    const database = dialect === 'sqlite' ? first.driver.export() : undefined
    const second = await new typeorm.DataSource({ ...options(dialect, head, snake), ...(database ? { database } : {}) }).initialize()
    try {
      return { base: made, sql: (await statements(second)).filter((one) => !always.has(one)), always: always.size }
    } finally {
      await second.destroy()
    }
  } finally {
    await first.destroy()
  }
}

await serve(answer)
