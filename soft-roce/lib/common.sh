# Messages, exit statuses, cleaning up.

readonly own_failure=125   # soft-roce itself failed (the convention of timeout and docker)
readonly timed_out=124

say() { printf 'soft-roce: %s\n' "$*" >&2; }
die() { say "$*"; exit "$own_failure"; }
usage_error() { say "$*"; usage >&2; exit 2; }

positive() {
    [[ $2 =~ ^[1-9][0-9]{0,8}$ ]] || usage_error "$1 takes a positive number, not '$2'"
    printf '%s\n' "$2"
}

am_root() { ((EUID == 0)); }
can_be_root() { am_root || sudo -n true 2>/dev/null; }
as_root() { if am_root; then "$@"; else sudo -n "$@"; fi; }

# What was started or added is undone in reverse order when this script ends, whatever ends it.
declare -a undo=()
on_exit() { undo=("$1" "${undo[@]}"); }

start_cleanup() {
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/soft-roce.XXXXXXXX") || die "cannot make a temporary folder"
    # shellcheck disable=SC2016
    on_exit 'rm -rf "$scratch"'
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

clean_up() {
    local step
    trap '' HUP INT TERM
    for step in "${undo[@]}"; do eval "$step"; done
}
