import { endedMark, raisedMark, type ScriptHalves } from "./halves.ts";

const line = `require 'json'
require 'set'
module JudgeLine
  OUT = $stdout.dup
  IN = $stdin.dup
  $stdout.reopen($stderr)
  $stdout.sync = true
  # What the answer raised, with the names of its classes.
  class Raised < StandardError
    attr_reader :names
    def initialize(text, names)
      super(text)
      @names = names
    end
  end
  def self.pack(value)
    case value
    when nil, true, false, Integer, String then value
    when Float then value.finite? ? value : { '$f' => value.to_s }
    when Symbol then { '$y' => value.to_s }
    when Array then value.map { |one| pack(one) }
    when Hash then { '$t' => value.map { |key, one| [pack(key), pack(one)] } }
    when Set then { '$s' => value.map { |one| pack(one) } }
    else { '$o' => value.class.name }
    end
  end
  def self.unpack(value)
    return value.map { |one| unpack(one) } if value.is_a?(Array)
    return value unless value.is_a?(Hash)
    key, inside = value.first
    case key
    when '$f' then { 'Infinity' => Float::INFINITY, '-Infinity' => -Float::INFINITY }.fetch(inside, Float::NAN)
    when '$y' then inside.to_s.to_sym
    when '$t' then inside.to_h { |row| [unpack(row[0]), unpack(row[1])] }
    when '$s' then Set.new(unpack(inside))
    else Object.new
    end
  end
  def self.write(value)
    OUT.write(JSON.generate(value, max_nesting: 4096) + "\\n")
    OUT.flush
  end
  def self.read
    text = IN.gets
    text && JSON.parse(text, max_nesting: 4096)
  end
  def self.ask(given)
    write(pack(given))
    reply = begin; read; rescue StandardError; nil; end
    unless reply.is_a?(Array) && reply.size == 2
      warn('${endedMark}')
      exit!(98)
    end
    raise Raised.new("${raisedMark} #{reply[1][0]}", reply[1][1]) if reply[0] == 'e'
    unpack(reply[1])
  end
  def self.serve(name)
    while (given = read)
      reply = begin
        ['v', pack(TOPLEVEL_BINDING.receiver.send(name, *unpack(given)))]
      rescue Exception => error
        raise if error.is_a?(SystemExit)
        ['e', ["#{error.class}: #{error.message}"[0, 300], error.class.ancestors.map(&:to_s)]]
      end
      write(reply)
    end
  end
end
`;

/** What tests use of test-unit and minitest. */
const cases = `module Judge
  class Failed < StandardError; end
  module Assertions
    def assert(holds, text = nil) = holds ? true : raise(Failed, "assertion failed: #{text}")
    def assert_equal(wanted, came, text = nil) = assert(wanted == came, text || "expected #{wanted.inspect}, got #{came.inspect}")
    def assert_not_equal(a, b, text = nil) = assert(a != b, text)
    def assert_in_delta(wanted, came, delta = 0.001, text = nil) = assert((wanted - came).abs <= delta, text)
    def assert_nil(came, text = nil) = assert(came.nil?, text)
    def assert_not_nil(came, text = nil) = assert(!came.nil?, text)
    def assert_true(came, text = nil) = assert(came == true, text)
    def assert_false(came, text = nil) = assert(came == false, text)
    def assert_raise(*kinds)
      yield
    rescue Failed
      raise
    rescue StandardError => error
      wanted = kinds.grep(Class)
      names = error.is_a?(JudgeLine::Raised) ? error.names : error.class.ancestors.map(&:to_s)
      assert(wanted.empty? || wanted.any? { |kind| names.include?(kind.to_s) }, 'another error was raised')
      error
    else
      assert(false, 'nothing was raised')
    end
    alias assert_raises assert_raise
    alias refute_nil assert_not_nil
    def refute(holds, text = nil) = assert(!holds, text)
  end
  class Case
    include Assertions
    KINDS = []
    def self.inherited(kind) = (super; KINDS << kind)
    def setup; end
    def teardown; end
  end
  at_exit do
    next if $! && !$!.is_a?(SystemExit)
    failed = 0
    Case::KINDS.each do |kind|
      kind.public_instance_methods.grep(/\\Atest/).sort.each do |name|
        one = kind.new
        begin
          one.setup
          one.send(name)
        rescue StandardError => error
          failed += 1
          warn("#{error.class}: #{error.message}")
        ensure
          one.teardown
        end
      end
    end
    exit!(1) if failed > 0
  end
end
module Test; module Unit; TestCase = Judge::Case; Assertions = Judge::Assertions; end; end
module Minitest; Test = Judge::Case; end
module Kernel
  alias judge_require require
  def require(name) = %w[test/unit minitest/autorun].include?(name) ? true : judge_require(name)
end
`;

export const rubyHalves: ScriptHalves = {
  driver: (before, name, tests) => `${line}${cases}${before}\ndef ${name}(*given) = JudgeLine.ask(given)\n${tests}\n`,
  subject: (program, name) => `${line}${program}\nJudgeLine.serve(:${name})\n`,
};
