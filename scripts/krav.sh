# Sourced by ./run and ./test: installs the C libraries and the Danish word list that are missing, and looks for Swift.

krav_pakker=(libsqlite3-dev libmicrohttpd-dev libgnutls28-dev wdanish)
krav_mangler=()
for pakke in "${krav_pakker[@]}"; do
    if ! dpkg-query -W -f='${Status}' "$pakke" 2>/dev/null | grep -q 'ok installed'; then
        krav_mangler+=("$pakke")
    fi
done

if ((${#krav_mangler[@]} > 0)); then
    if ! command -v apt-get >/dev/null; then
        echo "These packages are needed: ${krav_mangler[*]}" >&2
        exit 1
    fi
    krav_sudo=()
    if [ "$(id -u)" != 0 ]; then krav_sudo=(sudo); fi
    echo "Installing ${krav_mangler[*]}" >&2
    "${krav_sudo[@]}" apt-get update -qq
    "${krav_sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${krav_mangler[@]}"
fi

if ! command -v swift >/dev/null; then
    echo "Swift 6.2 or newer is needed; see https://www.swift.org/install" >&2
    exit 1
fi
