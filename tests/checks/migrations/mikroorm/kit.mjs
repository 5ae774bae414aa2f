// Answers questions about MikroORM's entities, one JSON object a line: {dialect, base, head, keeps, strict} gives
// {made, before, sql, after} or {error}: the SQL that makes the database of `base`, the snapshot of it, the SQL that
// `migration:create` then writes for `head`, and the snapshot after it. No database is asked.
// Its argument is a folder that holds node_modules with MikroORM, of version 6 or 7.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import Module, { createRequire } from 'node:module'
import { compile, serve } from '../asked.mjs'

const [root] = process.argv.slice(2)
const require = createRequire(path.join(root, 'package.json'))
// No driver that has to be built is there, and none is asked for anything.
const usual = Module._load
Module._load = (name, ...rest) => ['sqlite3', 'better-sqlite3'].includes(name) ? { verbose: () => ({}) } : usual(name, ...rest)
require('reflect-metadata')
const ts = require('typescript')
const version = Number(JSON.parse(fs.readFileSync(path.join(root, 'node_modules/@mikro-orm/core/package.json'))).version.split('.')[0])
const place = (name) => path.join(root, 'node_modules', name)

async function load(name, file = 'index.js') {
  return version < 7 ? require(name) : import(path.join(place(name), file))
}

const core = await load('@mikro-orm/core')
const migrations = await load('@mikro-orm/migrations')
const drivers = {}
for (const [dialect, name] of [['postgres', 'postgresql'], ['mysql', 'mysql'], ['sqlite', 'sqlite']]) {
  if (fs.existsSync(place(`@mikro-orm/${name}`))) drivers[dialect] = await load(`@mikro-orm/${name}`)
}
const decorators = version < 7 ? core : await load('@mikro-orm/decorators', 'legacy/index.js')
const modules = { '@mikro-orm/core': core, '@mikro-orm/decorators/legacy': decorators }
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mikro-orm-'))
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))
let count = 0

function entitiesOf(text, strict) {
  const out = compile(ts, text, { target: ts.ScriptTarget.ES2022, useDefineForClassFields: false, strictNullChecks: strict })
  const module = { exports: {} }
  const own = path.join(folder, `entities${count++}.cjs`)
  fs.writeFileSync(own, `module.exports = (require, exports) => {\n${out}\n}`)
  require(own)((name) => modules[name] ?? require(name), module.exports)
  return Object.values(module.exports).filter((one) => one instanceof core.EntitySchema ||
    (typeof one === 'function' && !(one.prototype instanceof core.Type) && !one.name.startsWith('Plain')))
}

async function open({ dialect, keeps, strict }, text) {
  core.MetadataStorage.clear()
  const entities = entitiesOf(text, strict)
  const driver = drivers[dialect]
  return driver.MikroORM.init({
    entities, dbName: 'app', connect: false, extensions: [migrations.Migrator], ...(version < 7 ? {} : { metadataProvider: decorators.ReflectMetadataProvider }),
    metadataCache: { enabled: false }, discovery: { warnWhenNoEntities: false }, logger: () => {},
    migrations: { path: folder, pathTs: folder, snapshot: true, snapshotName: 'snapshot' },
    ...(keeps ? { namingStrategy: core.EntityCaseNamingStrategy } : {}),
  })
}

const migratorOf = (orm) => orm.getMigrator ? orm.getMigrator() : orm.migrator
const target = (orm) => JSON.parse(JSON.stringify((orm.getSchemaGenerator ? orm.getSchemaGenerator() : orm.schema).getTargetSchema()))

async function answer({ base, head, ...given }) {
  const first = await open(given, base)
  const made = (await migratorOf(first).getSchemaDiff(false, true)).up
  const before = target(first)
  fs.writeFileSync(path.join(folder, 'snapshot.json'), JSON.stringify(before))
  const second = await open(given, head)
  const sql = (await migratorOf(second).getSchemaDiff(false, false)).up
  return { made, before, sql, after: target(second) }
}

await serve(answer)
