#!/usr/bin/env bash
# A machine on which nobody has installed anything: a minimal Debian 12 with python3, python3-venv, git and
# ca-certificates, in a chroot with its own processes, as an ordinary user. `up`, a call, `down`; then no process and no
# file outside the checkout may be left. Needs root and debootstrap. The chroot uses this machine's way to the package
# registries: its settings of apt, pip and npm are copied, whatever they are.
#
#   ./hujiao drill fresh-machine [--keep] [--json]
set -euo pipefail

keep=no json=no
for argument in "$@"; do
  case $argument in
    --keep) keep=yes ;;
    --json) json=yes ;;
    *) echo "✗ fresh-machine takes --keep and --json, not $argument" >&2; exit 2 ;;
  esac
done
checkout=$(cd "$(dirname "$0")/.." && pwd)
python=${HUJIAO_PYTHON:-$checkout/.venv/bin/python}
fail() { echo "✗ $*" >&2; [ $json = yes ] && echo "{\"ok\": false, \"error\": \"$*\"}"; exit 1; }

[ "$(id -u)" = 0 ] || fail "This drill makes a chroot: run it as root."
if ! command -v debootstrap >/dev/null; then
  echo "  … debootstrap"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq debootstrap; } >/dev/null 2>&1 ||
    fail "debootstrap is missing: apt-get install debootstrap"
fi

work=$(mktemp -d "${TMPDIR:-/var/tmp}/hujiao-fresh.XXXXXX")
root=$work/root
mounted=()
clean() {
  for folder in "${mounted[@]}"; do umount "$folder" || keep=yes; done
  [ $keep = yes ] && echo "  The machine is kept in $work" || rm -rf --one-file-system "$work"
}
trap clean EXIT

# The mirror and the keyring that this machine's own apt uses.
source=$(PYTHONPATH=$checkout/src "$python" - <<'PY'
import os
from hujiao.embedded.apt_sources import debian_sources
for source in debian_sources(os.environ):
    if source.uri.startswith(("http", "file", "ftp")):
        signed = source.signed_by if source.signed_by.startswith("/") else ""
        print(source.uri, signed)
        break
PY
)
read -r mirror keyring <<<"$source"
[ -n "${mirror:-}" ] || fail "This machine's apt sources name no Debian mirror: set HUJIAO_DEBIAN_MIRROR."

began=$SECONDS
echo "  … Debian 12 (minbase)"
debootstrap --variant=minbase --include=python3,python3-venv,git,ca-certificates \
  ${keyring:+--keyring="$keyring"} bookworm "$root" "$mirror" >"$work/debootstrap.log" 2>&1 ||
  fail "debootstrap failed: $(tail -1 "$work/debootstrap.log")"
echo "  ✓ Debian 12 (minbase): $(du -sm "$root" | cut -f1) MB ($((SECONDS - began)) s)"

# How this machine reaches the registries: names, trust, settings, and the folders that those settings name.
cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
rm -rf "$root/etc/apt" && cp -a /etc/apt "$root/etc/apt"
cp -a /usr/share/keyrings/. "$root/usr/share/keyrings/"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
chroot "$root" useradd --create-home --shell /bin/bash newcomer
user_home=$root/home/newcomer
for file in /etc/pip.conf /etc/xdg/pip/pip.conf /etc/npmrc; do
  [ -f $file ] && install -D -m 644 $file "$root$file"
done
[ -f ~/.config/pip/pip.conf ] && install -D -m 644 ~/.config/pip/pip.conf "$user_home/.config/pip/pip.conf"
[ -f ~/.pip/pip.conf ] && install -D -m 644 ~/.pip/pip.conf "$user_home/.pip/pip.conf"
[ -f ~/.npmrc ] && install -m 600 ~/.npmrc "$user_home/.npmrc"
named() {
  { cat /etc/pip.conf ~/.config/pip/pip.conf ~/.pip/pip.conf /etc/npmrc ~/.npmrc 2>/dev/null || true
    env | grep -E '^(PIP|npm_config|NPM_CONFIG)_' || true; } |
    grep -oE '(^|[ =:]|file://)/[A-Za-z0-9._/-]+' | sed -E 's#^.*(file://|[ =:])##' | sort -u
}
for path in $(named); do
  case $path in /etc/*|/usr|/usr/*) continue ;; esac
  [ -d "$path" ] || continue
  top=/$(cut -d/ -f2-3 <<<"$path")
  mountpoint -q "$root$top" && continue
  mkdir -p "$root$top" && mount --bind -o ro "$top" "$root$top" && mounted+=("$root$top")
done
# What such settings look like in the environment goes along; nothing else of this session does.
env -0 | grep -zE '^(PIP_|npm_config_|NPM_CONFIG_|[a-zA-Z]+_proxy=|[A-Z]+_PROXY=|SSL_CERT_|REQUESTS_CA_BUNDLE=|NODE_EXTRA_CA_CERTS=|HUJIAO_DEBIAN_MIRROR=)' |
  while IFS= read -r -d '' line; do printf 'export %q\n' "$line"; done >"$root/etc/profile.d/registries.sh" || true

git clone --quiet --no-hardlinks "file://$checkout" "$user_home/hujiao"
git -C "$user_home/hujiao" remote remove origin
chroot "$root" chown -R newcomer: /home/newcomer

cat >"$root/drill.sh" <<'INNER'
set -uo pipefail
# The user's own settings of pip and npm were there before.
files() { find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /home/newcomer/hujiao -o -path /drill \) -prune -o -type f -print 2>/dev/null | sort; }
as_newcomer() { (exec_newcomer "$1"); }
# In a subshell of its own, this becomes the program itself: a signal to it reaches the program.
exec_newcomer() { exec setpriv --reuid newcomer --regid newcomer --init-groups --reset-env bash -lc ". /etc/profile.d/registries.sh; cd ~/hujiao && $1"; }
mkdir -p /drill
files >/drill/before
began=$(date +%s.%N)
as_newcomer "./hujiao up" 2>&1 | tee /drill/up.log
[ "${PIPESTATUS[0]}" = 0 ] || exit 11
up=$(date +%s.%N)
as_newcomer "./hujiao doctor" >/drill/doctor.log 2>&1 || true
exec_newcomer "exec ./hujiao agents --count 2" >/drill/agents.log 2>&1 &
agents=$!
as_newcomer "exec timeout 300 ./hujiao call --press 1 --json" 2>&1 | tee /drill/call.log
call=${PIPESTATUS[0]}
[ "$call" = 0 ] || sed 's/^/  agents: /' /drill/agents.log
kill -TERM $agents 2>/dev/null; wait $agents 2>/dev/null
as_newcomer "./hujiao down" || exit 12
again=$(date +%s.%N)
as_newcomer "./hujiao up" >/drill/again.log 2>&1 || exit 13
ready=$(date +%s.%N)
as_newcomer "./hujiao down" || exit 14
files >/drill/after
diff /drill/before /drill/after >/drill/files
# This shell and the commands of this line are all that may be left.
for process in /proc/[0-9]*; do
  pid=${process#/proc/}
  [ "$pid" = 1 ] || [ "$pid" = $$ ] || [ "$pid" = "$BASHPID" ] && continue
  command=$(tr '\0' ' ' <$process/cmdline 2>/dev/null) || continue
  [ -n "$command" ] && echo "$pid $command"
done >/drill/processes
echo "$began $up $again $ready $call" >/drill/times
INNER

mkdir -p "$root/dev/shm"
set +e
unshare --mount --pid --fork --kill-child bash -c "
  mount -t proc proc '$root/proc' && mount --rbind /dev '$root/dev' && mount -t tmpfs -o mode=1777 tmpfs '$root/dev/shm' &&
  exec chroot '$root' bash /drill.sh"
code=$?
set -e
[ $code = 0 ] || fail "The drill ended with code $code; what it said is above."

read -r began up again ready call <"$root/drill/times"
first=$(awk "BEGIN { printf \"%.0f\", $up - $began }")
later=$(awk "BEGIN { printf \"%.0f\", $ready - $again }")
left_files=$(grep -c '^[<>]' "$root/drill/files" || true)
left_processes=$(wc -l <"$root/drill/processes")
echo
echo "  First up $first s, a later one $later s; call $([ "$call" = 0 ] && echo well || echo "failed, code $call")"
echo "  Processes left: $left_processes"; sed 's/^/    /' "$root/drill/processes"
echo "  Files changed outside the checkout: $left_files"; grep '^[<>]' "$root/drill/files" | head -20 | sed 's/^/    /' || true
well=$([ "$call" = 0 ] && [ "$left_files" = 0 ] && [ "$left_processes" = 0 ] && echo true || echo false)
[ $json = yes ] && echo "{\"ok\": $well, \"first_up_seconds\": $first, \"later_up_seconds\": $later, \"call_exit_code\": $call, \"processes_left\": $left_processes, \"files_left\": $left_files}"
[ $well = true ]
