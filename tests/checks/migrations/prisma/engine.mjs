// Answers questions about Prisma schemas, one JSON object a line: {provider, from, to} gives {sql} or {error}.
// Its arguments are the engine's glue and its WebAssembly module. The adapter stands for a database that is empty.
import fs from 'node:fs'
import readline from 'node:readline'

globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message() {} }
const source = fs.readFileSync(process.argv[2])
const glue = await import('data:text/javascript;base64,' + source.toString('base64'))
const module = new WebAssembly.Module(fs.readFileSync(process.argv[3]))
const imports = {}
for (const { module: name, name: member } of WebAssembly.Module.imports(module)) {
  imports[name] ??= {}
  imports[name][member] = glue[member]
}
const instance = new WebAssembly.Instance(module, imports)
glue.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start()

const ok = (value) => ({ ok: true, value, map: (f) => ok(f(value)), flatMap: (f) => f(value) })

function adapter(provider) {
  const queryable = {
    provider,
    adapterName: 'empty',
    queryRaw: async () => ok({ columnNames: [], columnTypes: [], rows: [] }),
    executeRaw: async () => ok(0),
    executeScript: async () => ok(undefined),
    dispose: async () => ok(undefined),
    getConnectionInfo: () => ok({ schemaName: provider === 'sqlite' ? 'main' : 'public', supportsRelationJoins: true }),
  }
  const connect = async () => ok(queryable)
  return { provider, adapterName: 'empty', connect, connectToShadowDb: connect, errorRegistry: { consumeError() {} } }
}

const target = (text) =>
  text === null
    ? { tag: 'empty' }
    : { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: text }], configDir: '.' }

for await (const line of readline.createInterface({ input: process.stdin })) {
  const question = JSON.parse(line)
  let answer
  try {
    const datamodels = [['schema.prisma', question.to]]
    const engine = await glue.SchemaEngine.new({ datamodels }, () => {}, adapter(question.provider))
    const result = await engine.diff({
      from: target(question.from),
      to: target(question.to),
      script: true,
      shadowDatabaseUrl: null,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    })
    answer = { sql: result.stdout }
  } catch (error) {
    answer = { error: String((error && error.message) || error) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
