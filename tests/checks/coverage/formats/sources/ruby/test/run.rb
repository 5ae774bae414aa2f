require "simplecov"
SimpleCov.start do
  enable_coverage :branch
  command_name "unit"
  formatter SimpleCov::Formatter::SimpleFormatter
end
require_relative "../lib/calc"
require_relative "../lib/text"
Calc.new.sign(1)
Calc.new.kind(0)
Text.shout("a")
