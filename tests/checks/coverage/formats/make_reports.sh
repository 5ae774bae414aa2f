#!/usr/bin/env bash
# Writes the reports that the tests of the readers use, each with the tool that it is named after.
#
#     bash make_reports.sh SOURCES REPORTS
#
# Needs on PATH: coverage (coverage.py), gcovr, gcc, lcov, clang, llvm-cov, llvm-profdata, go, ruby with SimpleCov,
# phpunit with pcov, java with JaCoCo's jars in $JACOCO (a folder), and nyc, c8, jest in $NODE_TOOLS (a
# `node_modules/.bin`), vitest in $VITEST (another). What each tool prints of its totals goes to printed.txt.
set -euo pipefail
sources=$(realpath "$1") reports=$(realpath "$2")
work=$(mktemp -d)/shop
trap 'rm -rf "$(dirname "$work")"' EXIT
cp -r "$sources" "$work"
find "$work" -name '*.py.txt' -exec sh -c 'mv "$1" "${1%.txt}"' _ {} \;
exec 3> >(sed "s,$reports/,,g; s/\x1b\[[0-9;]*m//g" >"$reports/printed.txt")
said() { echo "== $*" >&3; }

cd "$work/py"
printf '[lcov]\nline_checksums = true\n' >.coveragerc
for branch in "" --branch; do
    kind=coverage-py${branch:+-branch}
    said "$kind: $(coverage --version | sed -n 1p)"
    coverage run $branch --source=pkg run.py
    coverage report >&3
    coverage json -q -o "$reports/$kind.json"
    coverage xml -q -o "$reports/$kind.xml"
    coverage lcov -q -o "$reports/$kind.lcov"
    rm .coverage
done
cd "$work/twins"
coverage run run.py
coverage xml -q -o "$reports/coverage-py-twins.xml"

cd "$work/c"
gcc --coverage -O0 -o shop main.c calc.c && ./shop
said "gcovr: $(gcovr --version | sed -n 1p)"
gcovr --json "$reports/gcovr.json" --cobertura "$reports/gcovr-cobertura.xml" --lcov "$reports/gcovr.lcov" \
    --jacoco "$reports/gcovr-jacoco.xml" --clover "$reports/gcovr-clover.xml"
gcovr --txt-summary >&3
said "$(lcov --version)"
lcov -q --capture --rc lcov_branch_coverage=1 --checksum -d . -o "$reports/lcov.info"
lcov --summary --rc lcov_branch_coverage=1 "$reports/lcov.info" >&3 2>&1
rm -f ./*.gc* shop
clang -fprofile-instr-generate -fcoverage-mapping -o shop main.c calc.c && LLVM_PROFILE_FILE=shop.raw ./shop
llvm-profdata merge -o shop.prof shop.raw
said "$(llvm-cov --version | grep version)"
llvm-cov report ./shop -instr-profile=shop.prof >&3
llvm-cov export ./shop -instr-profile=shop.prof >"$reports/llvm.json"
llvm-cov export -summary-only ./shop -instr-profile=shop.prof >"$reports/llvm-summary.json"
llvm-cov export -format=lcov ./shop -instr-profile=shop.prof >"$reports/llvm.lcov"

cd "$work/go"
said "$(go version)"
GOFLAGS=-mod=mod go test -coverprofile="$reports/go.out" ./... >/dev/null
go tool cover -func="$reports/go.out" >&3
GOFLAGS=-mod=mod go test -coverpkg=./... -covermode=atomic -coverprofile="$reports/go-coverpkg.out" ./... >/dev/null
go tool cover -func="$reports/go-coverpkg.out" >&3

cd "$work/ruby"
said "SimpleCov $(ruby -e 'require "simplecov"; puts SimpleCov::VERSION')"
ruby test/run.rb >&3
cat coverage/.last_run.json >&3
cp coverage/.resultset.json "$reports/simplecov.resultset.json"

cd "$work/php"
said "$(phpunit --version)"
phpunit --coverage-filter src --coverage-text --colors=never --coverage-clover "$reports/phpunit-clover.xml" \
    --coverage-cobertura "$reports/phpunit-cobertura.xml" tests/CalcTest.php >&3

cd "$work/java/shop"
javac --release 8 -g -nowarn -d classes $(find src/main -name '*.java') 2>/dev/null
jars=$(printf '%s:' "$JACOCO"/org.jacoco.{core,report}.jar "$JACOCO"/asm{,-commons,-tree,-analysis}.jar)
javac -cp "$jars" -d . ../WriteReport.java
java -cp ".:$jars" WriteReport classes org.shop.Calc "$reports/jacoco.xml"
said "JaCoCo: as the report's own counters"
grep -o '</package>.*' "$reports/jacoco.xml" >&3

cd "$work/js"
ln -s "$(realpath "$VITEST/..")" node_modules
for tool in nyc c8; do
    said "$tool $("$NODE_TOOLS/$tool" --version)"
    "$NODE_TOOLS/$tool" --all --include 'src/**' -r json -r json-summary -r lcovonly -r cobertura -r clover -r text-summary node test/run.js >&3
    for name in coverage-final.json coverage-summary.json lcov.info cobertura-coverage.xml clover.xml; do
        [ -e "coverage/$name" ] && cp "coverage/$name" "$reports/$tool-$name"
    done
    rm -rf coverage .nyc_output
done
said "jest $("$NODE_TOOLS/jest" --version)"
"$NODE_TOOLS/jest" --config '{}' --silent --coverage --coverageReporters json --coverageReporters json-summary --coverageReporters clover \
    --coverageReporters text-summary --coverageReporters lcovonly --coverageReporters cobertura --collectCoverageFrom 'src/**' --rootDir . test >&3 2>/dev/null
cp coverage/coverage-final.json "$reports/jest-coverage-final.json"
cp coverage/lcov.info "$reports/jest-lcov.info"
cp coverage/clover.xml "$reports/jest-clover.xml"
rm -rf coverage
said "vitest $("$VITEST/vitest" --version)"
"$VITEST/vitest" run --globals --coverage.enabled --coverage.provider=v8 --coverage.include='src/**' --dir test --silent \
    --coverage.reporter=json --coverage.reporter=lcovonly --coverage.reporter=text-summary >&3 2>/dev/null
cp coverage/coverage-final.json "$reports/vitest-coverage-final.json"
cp coverage/lcov.info "$reports/vitest-lcov.info"
exec 3>&-
wait
