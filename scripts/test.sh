#!/usr/bin/env bash
# Runs every check and every test. Arguments go to mocha: scripts/test.sh --grep histogram
set -euo pipefail
cd "$(dirname "$0")/.."

node_modules/.bin/biome check .
node_modules/.bin/tsc -p tsconfig.test.json --noEmit
# The guest kernel runs the tests under test/guest/ compiled: there, a TypeScript loader would cost a minute.
rm -rf dist-test
node_modules/.bin/tsc -p tsconfig.test.json --outDir dist-test
exec node_modules/.bin/mocha "$@"
