# Functions that put an editor of another Debian suite into a folder of its own; sourced by fetch-neovim, fetch-helix and
# fetch-emacs, which set `suite`, `work` (a folder to work in) and `say`.

# The mirror that this machine's own package manager uses for its own suite; third-party sources do not count.
mirror() {
  local codename=
  [ -r /etc/os-release ] && codename=$(. /etc/os-release && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}")
  local found=
  [ -z "$codename" ] || found=$(awk -v suite="$codename" '
    FNR == 1 { uri = "" }
    /^URIs:/ { uri = $2 }
    /^Suites:/ { for (i = 2; i <= NF; i++) if ($i == suite && uri != "") { print uri; exit } }
    /^deb / {
      for (i = 2; i < NF; i++) if ($i ~ /:\/\// && $(i + 1) == suite) { print $i; exit }
    }' /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list 2> /dev/null || true)
  echo "${found:-http://deb.debian.org/debian}"
}

# Downloads the packages and all they depend on into $1/archives, as if nothing were installed.
download() {
  local apt=$1; shift
  mkdir -p "$apt"/state/lists/partial "$apt"/cache/archives/partial
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  echo "deb [signed-by=$keyring] $(mirror) $suite main" > "$apt/sources.list"
  # Of the machine's settings only those of the network hold here; its hooks are for its own packages.
  { apt-config dump Acquire; echo 'Dir::Etc::main "/dev/null"; Dir::Etc::parts "/dev/null";'; } > "$apt/apt.conf"
  local options=(-qq -o "Dir::State=$apt/state" -o "Dir::Cache=$apt/cache" -o Dir::State::status=/dev/null
    -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null
    -o APT::Install-Recommends=false -o APT::Sandbox::User=root -o APT::Keep-Downloaded-Packages=true
    -o Acquire::Languages=none -o Acquire::Retries=2 -o Debug::NoLocking=true)
  APT_CONFIG=$apt/apt.conf apt-get "${options[@]}" update >&2 \
    && APT_CONFIG=$apt/apt.conf apt-get "${options[@]}" install -y --download-only "$@" >&2
}

# Unpacks the packages $1 with all they depend on to $2, and lets the binary $3 load the unpacked libraries alone.
unpack() {
  local packages=$1 home=$2 binary=$3
  command -v apt-get > /dev/null && command -v dpkg > /dev/null || { say "no apt-get here"; return 1; }
  say "fetching $packages of Debian $suite from $(mirror)"
  # shellcheck disable=SC2086  # one word for each package
  download "$work/apt" $packages patchelf || return 1
  local archive tree=$work/tree
  mkdir -p "$tree"
  for archive in "$work"/apt/cache/archives/*.deb; do dpkg -x "$archive" "$tree" || return 1; done

  local loader libraries
  loader=$(find "$tree/usr/lib" -name 'ld-linux*.so*' -print -quit)
  [ -n "$loader" ] || { say "the packages hold no dynamic loader"; return 1; }
  libraries=$(dirname "$loader")
  # The paths are set in the binary, not in LD_LIBRARY_PATH, since language servers would inherit that.
  local final=$home${libraries#"$tree"}
  "$loader" --library-path "$libraries" "$tree/usr/bin/patchelf" --set-interpreter "$final/${loader##*/}" \
    --force-rpath --set-rpath "$final:$final/lua/5.1" "$tree/$binary" || return 1
  mkdir -p "$tree/bin"
}
