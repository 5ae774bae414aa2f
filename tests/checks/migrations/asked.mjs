// What the kits share that ask an ORM for node itself: questions and answers, one JSON object a line, and TypeScript.
import fs from 'node:fs'
import readline from 'node:readline'

export async function serve(answer) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let found
    try {
      found = await answer(JSON.parse(line))
    } catch (error) {
      found = { error: String((error && error.stack) || error) }
    }
    fs.writeSync(1, JSON.stringify(found) + '\n')
  }
  process.exit(0)
}

// A program of one file, so that the compiler says of each property what its type is.
export function compile(ts, text, { target, ...more }) {
  const file = '/entities.ts'
  const options = { target, module: ts.ModuleKind.CommonJS, experimentalDecorators: true, emitDecoratorMetadata: true,
    noResolve: true, noLib: true, ...more }
  const host = {
    getSourceFile: (name) => name === file ? ts.createSourceFile(name, text, target, true) : undefined,
    writeFile: (name, out) => { host.out = out }, getDefaultLibFileName: () => 'lib.d.ts', useCaseSensitiveFileNames: () => true,
    getCanonicalFileName: (name) => name, getCurrentDirectory: () => '/', getNewLine: () => '\n',
    fileExists: (name) => name === file, readFile: () => undefined,
  }
  ts.createProgram([file], options, host).emit()
  return host.out
}
