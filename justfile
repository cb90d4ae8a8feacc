# Lockstep's own workspace. On a machine without `just`: npx --yes rust-just <recipe>

# List the recipes.
_default:
    @just --list --unsorted

# Check the protos and bring the bindings, the index and the status maps in step.
proto-generate *flags: _ready
    @node dist/lockstep.js generate {{ flags }}

# Run every check, and say what proto-generate would change. Writes nothing.
proto-check *flags: _ready
    @node dist/lockstep.js check {{ flags }}

# proto-generate on every save, until Ctrl-C.
proto-watch *flags: _ready
    @node dist/lockstep.js watch {{ flags }}

# Run the tests: real buf, real git, real processes, in temporary workspaces.
test *flags: _examples
    @node node_modules/vitest/vitest.mjs run {{ flags }}

# Pack what is published, install it in an empty folder, and run it on every Node that it supports.
test-package *flags: _ready
    @node node_modules/vitest/vitest.mjs run --config tests/package/vitest.config.ts {{ flags }}

# Check formatting, style and types.
lint: _generated
    @node node_modules/@biomejs/biome/bin/biome ci
    @node node_modules/typescript/bin/tsc

# Format the sources, and mend what the linter can mend.
format: _ready
    @node node_modules/@biomejs/biome/bin/biome check --write

# Write the documentation that is made from the table of rules anew.
docs: _ready
    @node node_modules/vitest/vitest.mjs run tests/rules.test.ts --update

# Record the terminal sessions in the README anew, with the real commands.
record: _ready
    @node node_modules/vitest/vitest.mjs run tests/session --update

# Build the command line into dist/, if it is not up to date.
build: _ready

# Pack what is published: lockstep-VERSION.tgz. npm alone would not build it, because .npmrc ignores scripts.
package:
    @npm pack --ignore-scripts=false

# Renew the lockfile after a change of package.json, for all platforms.
relock:
    @node scripts/relock.mjs

# Compare Lockstep with the commands that it replaces: just bench a, just bench b, just bench c 1 cold,leaf
bench *flags: _generated
    @node bench/compare.mjs {{ flags }}

# Measure how the cost of a run grows with the number of files, and with the size of one: just bench-growth size
bench-growth *flags: _ready
    @node bench/growth.mjs {{ flags }}

# Measure what 5,000 files of hand-written code cost a run.
bench-mirrors *rounds: _ready
    @node bench/mirrors.mjs {{ rounds }}

# Compare the bundled protoc-gen-es with the original, up to a proto of 4 MB: this takes minutes.
bench-plugins: _ready
    @node bench/plugins.mjs

# Fix the comments of several thousand public protos, and compare what they compile to.
bench-fix: _ready
    @node bench/fix-corpus.mjs

# Run the Gaius engine in the foreground. `just gaius stop` stops one that runs in the background.
gaius *flags: _examples
    @node examples/dist/gaius/gaius.js {{ flags }}

# Ask the engine: just gaius-cli --cmd "/gpu status" --format json
[positional-arguments]
gaius-cli *flags:
    @node scripts/ready.mjs examples
    @[ -e generated/index.js ] || node dist/lockstep.js generate >&2
    @node examples/dist/gaius/gaius-cli.js "$@"

# Restart the Gaius engine from nothing, in the background, and start all its endpoints.
restart-clean *flags: _examples
    @node examples/dist/gaius/gaius.js restart-clean {{ flags }}

# Run a fleet of GPU nodes, simulated on this computer: just navarch up, just navarch status
[positional-arguments]
navarch *flags: _examples
    @node examples/dist/navarch/navarch.js "$@"

# Start the example systems, drive them through their command lines, check what comes back, stop them.
smoke: _examples
    @node examples/dist/smoke.js

# Install what the lockfile has and build dist/, each only when it is out of date.
_ready:
    @node scripts/ready.mjs

# What the tests, the type checker and the examples import from generated/. Standard output is left to
# the program that needs it.
_generated: _ready
    @node dist/lockstep.js generate >&2

# Build the programs of the example systems into examples/dist/, if they are not up to date.
_examples: _generated
    @node scripts/ready.mjs examples
