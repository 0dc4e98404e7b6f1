# shellcheck shell=bash
# lib.sh - what script/server, script/test and their helpers share. Sourced by bash, never run.
#
# A *stack* is PostgreSQL, the workers and lighttpd with their state in one directory:
#
#   pg/ tls/ keys/ log/         cluster, certificate, keys, logs
#   run/                        process ids, and the sockets where their path is short enough
#   build/ app/                 what was built, and the tree installed from it that the stack runs
#   caredesk.conf               the settings; the environment (CAREDESK_...) wins over it
#   demo-logins.json            the accounts of the demo hospital
#
# As root everything that serves runs as the account `caredesk`; as a user, as that user. Started
# processes live in sessions of their own (Ctrl-C does not reach them) and are ended by process id,
# after a look that the id still means the same process.

export LC_ALL=C.UTF-8 # everywhere the same, and there without any locale installed

PG_BIN=/usr/lib/postgresql/15/bin

SERVER_PACKAGES=(
	build-essential autoconf automake libtool autoconf-archive pkgconf
	postgresql-15 libpq-dev libfcgi-dev spawn-fcgi multiwatch
	lighttpd lighttpd-mod-openssl lighttpd-mod-deflate lighttpd-modules-lua
	libjson-c-dev libssl-dev libjwt-dev libcrypt-dev libutf8proc-dev libcmocka-dev
	openssl curl ca-certificates
)

# To whoever still listens: that nobody reads any more ends nothing.
say() { printf '%s\n' "$*" 2>/dev/null || :; }

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# The end of a log, for a start that failed.
show_log() {
	[ -s "$1" ] || return 0
	printf -- '--- the end of %s\n' "$1" >&2
	tail -n "${2:-15}" "$1" >&2
}

# --- Packages ---------------------------------------------------------------------------------------

as_root() {
	if [ "$EUID" -eq 0 ]; then "$@"; else sudo -- "$@"; fi
}

# Installs what is missing of the named packages. Their services are not started, and PostgreSQL's
# package makes no cluster: Caredesk has its own.
install_packages() {
	local missing
	missing=$(comm -13 \
		<(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
			sed -n 's/^installed //p' | sort -u) \
		<(printf '%s\n' "$@" | sort -u) | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	command -v apt-get >/dev/null ||
		die "these packages are missing, and there is no apt-get to install them: $missing"
	[ "$EUID" -eq 0 ] || command -v sudo >/dev/null ||
		die "these packages are missing; as root: apt-get install $missing"
	say "Installing $missing"
	# shellcheck disable=SC2086
	as_root bash -c "$INSTALL_QUIETLY" bash $missing || die "the packages could not be installed"
}

# shellcheck disable=SC2016
INSTALL_QUIETLY='
set -eu
export DEBIAN_FRONTEND=noninteractive
undo=()
trap "for file in \"\${undo[@]}\"; do rm -rf \"\$file\"; done" EXIT
if [ ! -e /usr/sbin/policy-rc.d ]; then
	undo+=(/usr/sbin/policy-rc.d)
	printf "#!/bin/sh\nexit 101\n" >/usr/sbin/policy-rc.d
	chmod 0755 /usr/sbin/policy-rc.d
fi
has() { [ "$(dpkg-query -W -f "\${db:Status-Status}" "$1" 2>/dev/null)" = installed ]; }
if ! has postgresql-common && [ ! -e /etc/postgresql-common/createcluster.d/caredesk.conf ]; then
	mkdir -p /etc/postgresql-common/createcluster.d
	undo+=(/etc/postgresql-common/createcluster.d/caredesk.conf)
	echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/caredesk.conf
fi
had_lighttpd=no
! has lighttpd || had_lighttpd=yes
log=$(mktemp)
undo+=("$log")
update() { apt-get update -qq; }
install() { apt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 "$@" </dev/null; }
if compgen -G "/var/lib/apt/lists/*_Packages*" >/dev/null && install "$@" >"$log" 2>&1; then
	:
elif ! update >"$log" 2>&1 || ! install "$@" >"$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi
if [ "$had_lighttpd" = no ] && has lighttpd; then # nor at the next boot
	{ update-rc.d lighttpd disable && deb-systemd-helper disable lighttpd.service; } >/dev/null 2>&1 || :
fi
'

# --- Where things are -------------------------------------------------------------------------------

# The account that serves: SERVICE, and AS_SERVICE to run a command as it.
choose_account() {
	local cluster=$1 owner
	AS_SERVICE=()
	SERVICE=$(id -un)
	owner=$(stat -c %U "$cluster" 2>/dev/null || :)
	if [ "$EUID" -ne 0 ]; then
		[ -z "$owner" ] || [ "$owner" = "$SERVICE" ] ||
			die "$cluster belongs to $owner: run this as root, or set CAREDESK_VAR to another directory"
		return 0
	fi
	SERVICE=${owner:-caredesk}
	[ "$SERVICE" != root ] || die "$cluster belongs to root: PostgreSQL does not run as root"
	[ -z "$owner" ] || [ "$(stat -c %U "$(dirname "$(realpath "$cluster")")")" != "$owner" ] ||
		die "$cluster belongs to $owner: run this as $owner, or set CAREDESK_VAR to another directory"
	id -u "$SERVICE" >/dev/null 2>&1 ||
		useradd --system --user-group --home-dir /nonexistent --no-create-home \
			--shell /usr/sbin/nologin "$SERVICE"
	AS_SERVICE=(setpriv "--reuid=$SERVICE" "--regid=$(id -g "$SERVICE")" --clear-groups
		--inh-caps=-all --no-new-privs --)
}

as_service() { "${AS_SERVICE[@]}" "$@"; }

# Whether a state directory can be there: builds and sockets want a plain path, and the account that
# serves has to reach it.
is_usable() {
	local dir=$1
	[[ $dir =~ ^[A-Za-z0-9/._+-]+$ ]] || return 1
	while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
	[ "$dir" = "$1" ] && [ -O "$dir" ] && dir=$(dirname "$dir")
	as_service test -x "$dir"
}

# Sets VAR (the state as the person named it) and STATE (where it really is: elsewhere, with a link
# to it, when VAR cannot be used), and all that follows from them.
choose_state() {
	local link=${1:-${CAREDESK_VAR:-$ROOT/var}} home
	[[ $link = /* ]] || link=$PWD/$link
	VAR=$(realpath -ms "$link")
	HASH=$(printf '%s' "$(realpath -m "$(dirname "$VAR")")/${VAR##*/}" | sha256sum | cut -c 1-12)
	choose_account "$VAR/pg"
	STATE=$(realpath -m "$VAR")
	if ! is_usable "$STATE"; then
		home=${XDG_STATE_HOME:-${HOME:-/var/tmp}/.local/state}/caredesk-dev
		[ "$EUID" -ne 0 ] || home=/var/lib/caredesk-dev
		STATE=$home/$HASH
		is_usable "$STATE" || STATE=/var/tmp/caredesk-dev-$EUID/$HASH
		is_usable "$STATE" || die "neither $VAR nor $STATE can hold the state: set CAREDESK_VAR"
		ELSEWHERE=yes
	fi
	RUN=$STATE/run LOG=$STATE/log BUILD=$STATE/build APP=$STATE/app
	CLUSTER=$STATE/pg
	SOCKETS=$RUN
	if [ ${#SOCKETS} -gt 90 ]; then # a socket's path is limited to 107 bytes
		SOCKETS=/tmp/caredesk-$HASH
		[ "$EUID" -ne 0 ] || SOCKETS=/run/caredesk-$HASH
	fi
}

# A directory of the account that serves.
make_dir() {
	local mode=$1 dir=$2
	if [ "$EUID" -eq 0 ]; then
		install -d -m "$mode" -o "$SERVICE" -g "$(id -g "$SERVICE")" "$dir"
	else
		install -d -m "$mode" "$dir"
	fi
}

# Makes the state directory as far as it is missing. It is root's where root made it, so that the
# account that serves cannot exchange what root builds and runs.
make_state() {
	mkdir -p "$STATE" "$BUILD"
	if [ "$EUID" -eq 0 ]; then
		chgrp "$(id -g "$SERVICE")" "$STATE"
		chmod 1775 "$STATE"
	fi
	if [ "${ELSEWHERE:-}" = yes ] && [ "$(realpath -m "$VAR")" != "$STATE" ]; then
		mkdir -p "$(dirname "$VAR")"
		[ ! -d "$VAR" ] || rmdir "$VAR" 2>/dev/null ||
			die "$VAR cannot hold the state (its path, or who may enter it): set CAREDESK_VAR"
		ln -sfn "$STATE" "$VAR"
		say "$VAR is kept in $STATE, where the account $SERVICE can reach it."
	fi
	make_dir 0750 "$RUN"
	make_dir 0750 "$LOG"
	make_dir 0700 "$RUN/tmp"
	make_dir 0700 "$STATE/tls"
	make_dir 0700 "$STATE/keys"
	[ "$SOCKETS" = "$RUN" ] && return
	[ ! -L "$SOCKETS" ] || die "$SOCKETS is not ours"
	make_dir 0700 "$SOCKETS"
	[ "$(stat -c %U "$SOCKETS")" = "$SERVICE" ] || die "$SOCKETS is not ours"
}

# Only one start or stop at a time; released when the script ends, or by unlock.
lock() {
	exec 9>"$STATE/lock"
	flock -n 9 && return
	say "Another script is just starting or stopping $VAR: waiting for it"
	flock -w 120 9 || die "another script is still starting or stopping $VAR"
}

unlock() { exec 9>&-; }

# --- Building ---------------------------------------------------------------------------------------

# The files of the checkout that belong to the project.
list_sources() {
	if git -c "safe.directory=$ROOT" -C "$ROOT" rev-parse --show-toplevel 2>/dev/null |
		grep -qxF "$ROOT"; then
		git -c "safe.directory=$ROOT" -C "$ROOT" ls-files -z -co --exclude-standard
	else
		(cd "$ROOT" && find . -mindepth 1 \( -path ./.git -o -path ./var -o -name node_modules -o \
			-name autom4te.cache -o -name build-aux -o -name .deps -o -name .libs \) -prune -o \
			-type f ! -name '*.o' ! -name '*.a' ! -name '*.l[ao]' ! -name '*.log' ! -name '*.trs' \
			! -name .dirstamp ! -name Makefile ! -name Makefile.in ! -path './config.*' ! -path ./configure \
			! -path ./aclocal.m4 ! -path './src/gen/*.def' ! -path ./src/gen/assets.h -printf '%P\0')
	fi
}

# Mirrors the checkout by links in build/src, so that nothing is ever written into the checkout and a
# build made there does not get in the way.
link_sources() {
	local file from to dir last=
	mkdir -p "$BUILD/src"
	find "$BUILD/src" -xtype l -delete
	while IFS= read -r -d '' file; do
		from=$ROOT/$file to=$BUILD/src/$file dir=${file%/*}
		[ -f "$from" ] || continue
		[[ $from != "$VAR"/* && $from != "$STATE"/* ]] || continue
		[ ! -d "$to" ] || rm -rf "$to"
		[ "$dir" = "$file" ] || [ "$dir" = "$last" ] || { mkdir -p "$BUILD/src/$dir" && last=$dir; }
		[ -L "$to" ] && [ "$to" -ef "$from" ] || ln -sfn "$from" "$to"
	done < <(list_sources)
}

# build NAME [CONFIGURE OPTION...]: configures and makes in build/NAME what is not up to date.
build() {
	local name=$1 dir=$BUILD/$1 log=$BUILD/$1.log
	shift
	link_sources
	mkdir -p "$dir"
	make_build "$dir" "$@" </dev/null >"$log" 2>&1 || {
		show_log "$log" 40
		die "the build failed"
	}
}

make_build() {
	local dir=$1 inputs
	shift
	inputs=$(cd "$BUILD/src" && cat configure.ac Makefile.am $(compgen -G '*/*.mk') | sha256sum)
	if [ "$(cat "$BUILD/src/bootstrapped" 2>/dev/null)" != "$inputs" ]; then
		(cd "$BUILD/src" && autoreconf -fi) || return
		printf '%s' "$inputs" >"$BUILD/src/bootstrapped"
	fi
	if [ ! -e "$dir/Makefile" ] || [ "$(cat "$dir/configured" 2>/dev/null)" != "$*" ]; then
		(cd "$dir" && ../src/configure --quiet --prefix="$APP" "$@") || return
		printf '%s' "$*" >"$dir/configured"
	fi
	# What the build itself runs may leave its memory to the system.
	ASAN_OPTIONS=detect_leaks=0 make --no-print-directory -C "$dir" -j"$(nproc)" V=0
}

# Installs build/plain into the stack's own tree. umask, so that the account that serves can read it.
install_app() {
	local log=$BUILD/install.log
	(umask 022 && make --no-print-directory -C "$BUILD/plain" install prefix="$APP") \
		</dev/null >"$log" 2>&1 || {
		show_log "$log"
		die "the installation failed"
	}
	FCGI_PROGRAM=$(compgen -G "$APP/*/caredesk-fcgi" | head -n 1)
	[ -n "$FCGI_PROGRAM" ] || die "the build installed no caredesk-fcgi"
}

# One build or installation at a time in a build directory.
with_build_lock() {
	mkdir -p "$BUILD"
	exec 8>"$BUILD/lock"
	flock 8
	"$@" 8>&-
	exec 8>&-
}

build_app() {
	with_build_lock build plain --enable-silent-rules
	with_build_lock install_app
}

# --- Settings ---------------------------------------------------------------------------------------

# A value in a libpq connection string.
conninfo_quote() { printf "'%s'" "$(printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g")"; }

# Sets SETTINGS, the environment of Caredesk's programs: what the person set, and what follows from
# where things are. What only these scripts and the tests know is not a setting.
collect_settings() {
	local name host
	host=$(conninfo_quote "$SOCKETS")
	PLACES=(
		"CAREDESK_VAR=$STATE"
		"CAREDESK_DATABASE=host=$host dbname=caredesk user=caredesk_app"
		"CAREDESK_OWNER_DATABASE=host=$host dbname=caredesk user=caredesk_owner"
		"CAREDESK_KEY_FILE=$STATE/keys/keys"
		"CAREDESK_SHARED_FILE=$RUN/shared"
		"CAREDESK_STATIC_DIR=$APP/share/caredesk/static"
	)
	SETTINGS=("CAREDESK_CONF=$STATE/caredesk.conf" "${PLACES[@]}")
	for name in $(compgen -e CAREDESK_ || :); do
		case $name in
		CAREDESK_VAR | CAREDESK_WEB_* | CAREDESK_TEST_*) ;;
		CAREDESK_LONG | CAREDESK_SOAK | CAREDESK_SCREENSHOT | CAREDESK_UPDATE_GOLDEN) ;;
		*) SETTINGS+=("$name=${!name}") ;;
		esac
	done
}

# Runs a command as the account that serves, in a clean environment and where it may be.
in_service() {
	(cd "$STATE" && exec "${AS_SERVICE[@]}" env -i PATH="$APP/bin:$PG_BIN:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" \
		HOME="$STATE" LANG=C.UTF-8 ${TZ:+TZ="$TZ"} "${SETTINGS[@]}" "$@")
}

caredesk() { in_service "$APP/bin/caredesk" "$@"; }

setting() { caredesk config get "$1"; }

# Writes standard input to a file of the account that serves, all of it or nothing.
put() { in_service sh -c 'umask 077 && cat >"$1.new" && mv -f "$1.new" "$1"' sh "$1"; }

# The settings with their comments, for the person to change.
write_conf() {
	local conf
	[ ! -e "$STATE/caredesk.conf" ] || return 0
	conf=$(as_service env -i CAREDESK_CONF=/dev/null "${PLACES[@]}" "$APP/bin/caredesk" config)
	put "$STATE/caredesk.conf" <<<"$conf"
}

check_settings() {
	caredesk config >/dev/null || die "a setting is wrong: see above, and $VAR/caredesk.conf"
}

# --- Processes --------------------------------------------------------------------------------------

# When a live process started, in clock ticks since boot: with its id it names a process for good.
start_time() {
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
	read -ra stat <<<"${stat##*) }"
	[[ ${stat[0]} != [ZX] ]] || return 1 # dead, only not noticed by its parent
	printf '%s' "${stat[19]}"
}

# The process id of a part that runs, from its file.
pid_of() {
	local pid started
	if [ "$1" = postgres ]; then
		read -r pid 2>/dev/null <"$CLUSTER/postmaster.pid" || return 1
		[ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$CLUSTER" ] || return 1
	else
		read -r pid started 2>/dev/null <"$RUN/$1.pid" || return 1
		[ -n "$started" ] && [ "$(start_time "$pid")" = "$started" ] || return 1
	fi
	printf '%s' "$pid"
}

is_running() { pid_of "$1" >/dev/null; }

# start_daemon NAME COMMAND...: in a session of its own, output to log/NAME.log. The process notes its
# own id before it becomes the command.
start_daemon() {
	local name=$1
	shift
	# shellcheck disable=SC2016
	(cd "$STATE" && exec setsid "${AS_SERVICE[@]}" env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin \
		HOME="$STATE" LANG=C.UTF-8 ${TZ:+TZ="$TZ"} "${SETTINGS[@]}" sh -c '
			umask 027
			pid_file=$1; shift
			stat=$(cat "/proc/$$/stat"); rest=${stat##*) }
			echo "$$ $(echo "$rest" | cut -d " " -f 20)" >"$pid_file"
			log=$1; shift
			exec "$@" >>"$log" 2>&1' \
		sh "$RUN/$name.pid" "$LOG/$name.log" "$@") </dev/null >/dev/null 2>&1 7>&- 8>&- 9>&- &
	local pid=$!
	disown "$pid"
	local try
	for try in {1..50}; do
		[ "$try" -eq 1 ] || sleep 0.1
		[ "$(cut -d ' ' -f 1 "$RUN/$name.pid" 2>/dev/null)" != "$pid" ] || return 0
		kill -0 "$pid" 2>/dev/null || break
	done
	return 1
}

# stop_daemon NAME SIGNAL SECONDS: asks the process to end, again in the middle of the time, and ends
# it and its children when the time is over.
stop_daemon() {
	local name=$1 signal=$2 tenths=$(($3 * 10)) pid started children child waited=0
	pid=$(pid_of "$name") || {
		rm -f "$RUN/$name.pid"
		return 0
	}
	started=$(start_time "$pid") || return 0
	children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null || :)
	kill -s "$signal" "$pid" 2>/dev/null || :
	while [ "$(start_time "$pid")" = "$started" ]; do
		sleep 0.1
		waited=$((waited + 1))
		[ "$waited" -ne $((tenths / 2)) ] || kill -s "$signal" "$pid" 2>/dev/null || :
		if [ "$waited" -ge "$tenths" ]; then
			say "$name does not stop: killed"
			children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null || :)
			for child in $pid $children; do kill -KILL "$child" 2>/dev/null || :; done
			break
		fi
	done
	rm -f "$RUN/$name.pid"
}

port_is_taken() {
	local hex
	printf -v hex '%04X' "$1"
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		awk -v port=":$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 }
			END { exit !found }'
}

# --- PostgreSQL -------------------------------------------------------------------------------------

init_cluster() {
	[ ! -s "$CLUSTER/PG_VERSION" ] || return 0
	rm -rf "$CLUSTER.new"
	make_dir 0700 "$CLUSTER.new"
	in_service "$PG_BIN/initdb" -D "$CLUSTER.new" -U postgres --auth-local=peer --auth-host=reject \
		--encoding=UTF8 --locale=C.UTF-8 --data-checksums >"$STATE/initdb.log" 2>&1 || {
		show_log "$STATE/initdb.log"
		die "the PostgreSQL cluster could not be made"
	}
	in_service sh -c 'printf "\ninclude = '\''caredesk.conf'\''\n" >>"$1"' sh \
		"$CLUSTER.new/postgresql.conf"
	mv "$CLUSTER.new" "$CLUSTER"
	rm -f "$STATE/initdb.log"
}

# Rewritten at each start, as the sockets may have moved. Change postgresql.conf below its include.
configure_cluster() {
	put "$CLUSTER/caredesk.conf" <<-CONF
		listen_addresses = ''
		unix_socket_directories = '$SOCKETS'
		unix_socket_permissions = 0700
		max_connections = 100
		shared_buffers = 256MB
		work_mem = 8MB
		maintenance_work_mem = 128MB
		max_wal_size = 2GB
		wal_compression = on
		random_page_cost = 1.1
		jit = off
		timezone = 'UTC'
		# Statements, parameters and the details of errors hold patients: none of them is logged.
		log_statement = none
		log_min_error_statement = panic
		log_parameter_max_length = 0
		log_parameter_max_length_on_error = 0
		log_error_verbosity = terse
		log_line_prefix = '%m [%p] %a '
	CONF
	put "$CLUSTER/pg_hba.conf" <<-HBA
		local all all peer map=caredesk
	HBA
	local user
	for user in $(printf '%s\n' "$SERVICE" root "$(id -un)" | sort -u); do
		printf 'caredesk %s %s\n' "$user" postgres "$user" caredesk_owner "$user" caredesk_app
	done | put "$CLUSTER/pg_ident.conf"
}

start_postgres() {
	! is_running postgres || return 0
	init_cluster
	configure_cluster
	# What a crash left stops the start where its process id means some other process by now.
	local pid try
	{ read -r pid <"$CLUSTER/postmaster.pid"; } 2>/dev/null && [ -d "/proc/$pid" ] &&
		rm -f "$CLUSTER/postmaster.pid"
	rm -f "$SOCKETS"/.s.PGSQL.5432*
	for try in 1 2 3; do # a crashed server's last process may hold its memory for a moment
		in_service "$PG_BIN/pg_ctl" -D "$CLUSTER" -l "$LOG/postgres.log" -w -t 60 start \
			</dev/null >/dev/null 2>&1 7>&- 8>&- 9>&- && return
		sleep 1
	done
	show_log "$LOG/postgres.log"
	die "PostgreSQL does not start"
}

stop_postgres() {
	is_running postgres || return 0
	in_service "$PG_BIN/pg_ctl" -D "$CLUSTER" -w -t 30 -m fast stop >/dev/null 2>&1 ||
		in_service "$PG_BIN/pg_ctl" -D "$CLUSTER" -w -t 10 -m immediate stop >/dev/null 2>&1 ||
		say "PostgreSQL does not stop"
}

prepare_database() {
	in_service "$PG_BIN/psql" -X -q -h "$SOCKETS" -U postgres -d postgres -v ON_ERROR_STOP=1 \
		-f "$APP/share/caredesk/roles.sql" >/dev/null || die "the database roles could not be made"
	caredesk keys init || die "the keys could not be made"
	caredesk migrate up || die "the database could not be migrated"
	caredesk seed --logins "$STATE/demo-logins.json" || die "the demo hospital could not be made"
}

# --- Workers and web server -------------------------------------------------------------------------

# multiwatch gives up after some deaths in a row unless told not to, and a worker whose multiwatch was
# killed gets a TERM of the kernel, so that none is left behind.
start_workers() {
	local workers
	! is_running workers || return 0
	workers=$(setting workers)
	start_daemon workers /usr/bin/spawn-fcgi -n -s "$SOCKETS/fcgi.sock" -M 0660 -b 1024 -- \
		/usr/bin/multiwatch -r 1000000 -t 100 -f "$workers" -- \
		/usr/bin/setpriv --pdeathsig TERM -- "$FCGI_PROGRAM" || {
		show_log "$LOG/workers.log"
		die "the workers do not start"
	}
}

# multiwatch passes the first signal on as USR1: each worker finishes its request.
stop_workers() {
	stop_daemon workers TERM 20
	rm -f "$SOCKETS/fcgi.sock"
}

make_certificate() {
	local cert=$STATE/tls/cert.pem key=$STATE/tls/key.pem
	in_service openssl x509 -checkend 604800 -noout -in "$cert" >/dev/null 2>&1 ||
	in_service sh -c 'umask 077
		printf "[req]\ndistinguished_name = dn\n[dn]\n" >"$1.cnf"
		openssl req -x509 -config "$1.cnf" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 \
			-keyout "$1.key" -out "$1.cert" -subj "/O=Caredesk demo/CN=localhost" \
			-addext "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1,DNS:$4" \
			-addext "basicConstraints=critical,CA:FALSE" -addext "keyUsage=digitalSignature" \
			-addext "extendedKeyUsage=serverAuth" 2>/dev/null &&
		chmod 0644 "$1.cert" && mv "$1.key" "$3" && mv "$1.cert" "$2" && rm -f "$1.cnf"' \
		sh "$STATE/tls/new" "$cert" "$key" "$(uname -n)" || die "the certificate could not be made"
	# Readable by whoever wants to trust it; the key is not.
	install -m 0644 "$cert" "$STATE/cert.pem"
}

check_ports() {
	local name port free_from
	! is_running lighttpd || return 0
	free_from=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start 2>/dev/null || echo 1024)
	for name in https_port http_port; do
		port=$(setting "$name")
		[ "$EUID" -eq 0 ] || [ "$port" -ge "$free_from" ] ||
			die "only root may serve on port $port: set CAREDESK_${name^^} to another one"
		! port_is_taken "$port" || die "port $port is in use: set CAREDESK_${name^^} to another one"
	done
}

start_web() {
	local https_port http_port listen=${CAREDESK_WEB_LISTEN:-127.0.0.1}
	! is_running lighttpd || return 0
	check_ports
	https_port=$(setting https_port)
	http_port=$(setting http_port)
	printf '%s %s %s\n' "$https_port" "$http_port" "$listen" | put "$RUN/address"
	local AS_SERVICE=("${AS_SERVICE[@]}")
	if [ "$EUID" -eq 0 ] && [[ $https_port -lt 1024 || $http_port -lt 1024 ]]; then
		AS_SERVICE=("${AS_SERVICE[@]/--inh-caps=-all/--inh-caps=-all,+net_bind_service}")
		AS_SERVICE=("${AS_SERVICE[@]:0:${#AS_SERVICE[@]}-1}" --ambient-caps=+net_bind_service --)
	fi
	start_daemon lighttpd env \
		CAREDESK_WEB_LISTEN="$listen" CAREDESK_HTTPS_PORT="$https_port" CAREDESK_HTTP_PORT="$http_port" \
		CAREDESK_STATIC_DIR="$APP/share/caredesk/static" \
		CAREDESK_WEB_ERRORS="$APP/share/caredesk/lighttpd.lua" \
		CAREDESK_WEB_SOCKET="$SOCKETS/fcgi.sock" CAREDESK_WEB_TLS="$STATE/tls" \
		CAREDESK_WEB_LOG="$LOG" CAREDESK_WEB_TMP="$RUN/tmp" \
		/usr/sbin/lighttpd -D -f "$APP/share/caredesk/lighttpd.conf" || {
		show_log "$LOG/lighttpd.log"
		die "lighttpd does not start"
	}
}

# Takes no more connections; those that are open are served on.
close_web() {
	local pid
	pid=$(pid_of lighttpd) && kill -s INT "$pid" 2>/dev/null || :
}

# What is on its way gets half a second; a browser that only keeps its connection would stay for ever.
stop_web() {
	local try
	close_web
	for try in 1 2 3 4 5; do
		is_running lighttpd || break
		sleep 0.1
	done
	stop_daemon lighttpd TERM 5
}

# --- The stack --------------------------------------------------------------------------------------

is_stack_running() { is_running postgres && is_running workers && is_running lighttpd; }

is_anything_running() { is_running postgres || is_running workers || is_running lighttpd; }

# Asks the running web server; any argument is curl's.
ask() {
	local https_port listen
	read -r https_port _ listen <"$RUN/address"
	[ "$listen" != 0.0.0.0 ] || listen=127.0.0.1
	curl -sS --max-time 5 --noproxy '*' --cacert "$STATE/cert.pem" \
		--connect-to "::$listen:$https_port" "https://localhost:$https_port$1" "${@:2}"
}

is_ready() { [ "$(ask /ready -o /dev/null -w '%{http_code}' 2>/dev/null)" = 200 ]; }

wait_until_ready() {
	local end=$((SECONDS + 60))
	until is_ready; do
		is_running workers && is_running lighttpd && [ "$SECONDS" -lt "$end" ] && sleep 0.2 && continue
		show_log "$LOG/lighttpd.log"
		show_log "$LOG/web.log"
		show_log "$LOG/workers.log"
		ask /ready >&2 || :
		die "Caredesk does not get ready"
	done
}

# Keeps one old log of each kind. Nothing that writes them may run.
rotate_logs() {
	local log
	for log in "$LOG"/*.log; do
		[ ! -f "$log" ] || [ "$(stat -c %s "$log")" -lt 20000000 ] || mv -f "$log" "$log.1"
	done
}

# Starts what does not run. The app must be installed.
start_stack() {
	is_anything_running || rotate_logs
	collect_settings
	write_conf
	check_settings
	check_ports
	start_postgres
	prepare_database
	make_certificate
	start_workers
	start_web
	wait_until_ready
}

# The other way round: nothing new comes in, what is in hand is finished, then the database.
stop_stack() {
	collect_settings
	close_web
	stop_workers
	stop_web
	stop_postgres
	rm -f "$RUN/address" "$RUN"/shared*
	[ "$SOCKETS" = "$RUN" ] || rmdir "$SOCKETS" 2>/dev/null || :
}
