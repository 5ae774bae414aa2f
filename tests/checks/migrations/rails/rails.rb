# Runs migrations and dumps the schema, as Rails does: a line of JSON in, a line of JSON out.
# In: {"migrations": [{"version": 1, "name": "A", "text": "class A ..."}]}; out: {"schemas": [one after each]} or {"error": ""}.
require "json"
require "logger"
require "stringio"
require "active_record"

ActiveRecord::Base.establish_connection(adapter: "postgresql", host: ARGV[0], username: "test", database: "postgres")
ActiveRecord::Migration.verbose = false
ActiveRecord::Base.connection.execute("SET client_min_messages TO warning")
$stdout.sync = true
puts ActiveRecord.version

def dump(version)
  out = StringIO.new
  pool = ActiveRecord::Base.connection_pool
  ActiveRecord::SchemaDumper.dump(ActiveRecord.version >= Gem::Version.new("7.2") ? pool : ActiveRecord::Base.connection, out)
  out.string.sub(/version: \d[\d_]*|version: 0/, "version: #{version}")
end

$stdin.each_line do |line|
  begin
    connection = ActiveRecord::Base.connection
    connection.execute("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public")
    connection.schema_cache.clear!
    schemas = JSON.parse(line)["migrations"].map do |one|
      Object.send(:remove_const, one["name"]) if Object.const_defined?(one["name"])
      eval(one["text"])
      Object.const_get(one["name"]).new.exec_migration(connection, :up)
      dump(one["version"])
    end
    puts({ schemas: schemas, version: ActiveRecord.version.to_s }.to_json)
  rescue StandardError, ScriptError => error
    puts({ error: error.message }.to_json)
  end
end
