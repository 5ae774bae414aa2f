// Answers questions about Sequelize projects, one JSON object a line: {models, migrations} gives {sync, migrated} or {error}.
// `models` and `migrations` are texts of modules: `sync` is the schema that sync() makes of the models, `migrated` the one
// that the migrations make. Its argument is a folder that holds node_modules with sequelize and sql.js.
const fs = require('fs')
const path = require('path')
const readline = require('readline')
const { createRequire } = require('module')

const root = process.argv[2]
const load = createRequire(path.join(root, 'package.json'))
const { Sequelize, DataTypes } = load('sequelize')

// As much of the package `sqlite3` as Sequelize uses, on SQLite in WebAssembly: nothing is to be built.
function driver(SQL) {
  class Database {
    constructor(name, _mode, done) {
      this.filename = name
      this.base = new SQL.Database()
      setImmediate(() => done(null))
    }
    serialize(work) {
      work()
    }
    all(sql, given, done) {
      this.answer(sql, given, done)
    }
    run(sql, given, done) {
      this.answer(sql, given, done)
    }
    answer(sql, given, done) {
      if (typeof given === 'function') [given, done] = [undefined, given]
      let rows = []
      let failure = null
      try {
        const statement = this.base.prepare(sql)
        if (given) statement.bind(Object.keys(given).length ? given : undefined)
        while (statement.step()) rows.push(statement.getAsObject())
        statement.free()
      } catch (error) {
        failure = error
      }
      if (done) setImmediate(() => done.call({ lastID: 0, changes: 0 }, failure, rows))
    }
    close(done) {
      this.base.close()
      if (done) done(null)
    }
  }
  return { Database, OPEN_READWRITE: 2, OPEN_CREATE: 4 }
}

function module_(text) {
  const made = { exports: {} }
  new Function('module', 'exports', 'require', text)(made, made.exports, load)
  return made.exports
}

async function schema(sequelize) {
  const ask = (sql) => sequelize.query(sql, { raw: true, type: 'SELECT' })
  const tables = {}
  for (const { name } of await ask("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) {
    const columns = {}
    for (const one of await ask(`PRAGMA table_info(\`${name}\`)`)) {
      columns[one.name] = { type: one.type, required: !!one.notnull, default: one.dflt_value, primary: one.pk > 0 }
    }
    const indexes = []
    for (const one of await ask(`PRAGMA index_list(\`${name}\`)`)) {
      if (one.origin === 'pk') continue
      const parts = await ask(`PRAGMA index_info(\`${one.name}\`)`)
      indexes.push({ name: one.name, unique: !!one.unique, columns: parts.map((part) => part.name), made: one.origin })
    }
    const references = (await ask(`PRAGMA foreign_key_list(\`${name}\`)`)).map((one) => {
      return { column: one.from, table: one.table, to: one.to, on_delete: one.on_delete }
    })
    tables[name] = { columns, indexes, references }
  }
  return tables
}

async function main() {
  const SQL = await load('sql.js')()
  const open = (define) =>
    new Sequelize({ dialect: 'sqlite', storage: ':memory:', dialectModule: driver(SQL), logging: false, define })
  const { pluralize, singularize } = load('sequelize/lib/utils')
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const question = JSON.parse(line)
    let answer
    if (question.words) {
      answer = { sync: question.words.map(pluralize), migrated: question.words.map(singularize) }
      fs.writeSync(1, JSON.stringify(answer) + '\n')
      continue
    }
    let one, other
    try {
      one = open(question.define)
      const models = {}
      for (const text of question.models) {
        const model = module_(text)(one, DataTypes)
        models[model.name] = model
      }
      for (const model of Object.values(models)) if (model.associate) model.associate(models)
      await one.sync()
      other = open(question.define)
      for (const text of question.migrations) await module_(text).up(other.getQueryInterface(), Sequelize)
      answer = { sync: await schema(one), migrated: await schema(other) }
    } catch (error) {
      answer = { error: `${error.message} ${error.sql || ''} ${error.stack}` }
    }
    for (const each of [one, other]) if (each) await each.connectionManager._onProcessExit().catch(() => {})
    fs.writeSync(1, JSON.stringify(answer) + '\n')
  }
}

main()
