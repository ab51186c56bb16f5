#!/usr/bin/env bash
# The native library of TorchSharp 0.107 wants GLIBCXX_3.4.32 (GCC 13), for one marker symbol that nothing calls. Where
# the system's libstdc++ is older (Debian 12, Ubuntu 22.04), this makes FOLDER/libstdc++.so.6, which defines that version
# and passes everything else on to the system's library. No package is changed. For tests; needs gcc.
#
#   build/glibcxx-shim.sh FOLDER && LD_LIBRARY_PATH=FOLDER dotnet test …
#
# Makes nothing where the system's libstdc++ is new enough or is not found, or where gcc is not there (which it says).
set -euo pipefail
out=${1:?usage: glibcxx-shim.sh FOLDER}

real=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null | awk '/libstdc\+\+\.so\.6 .*x86-64/ { print $NF; exit }' || true)
[ -n "$real" ] && real=$(readlink -f "$real")
[ -f "$real" ] || exit 0
versions=$(grep -aoE '(GLIBCXX|CXXABI)_[0-9A-Za-z_.]+' "$real" | sort -uV)
if grep -qx 'GLIBCXX_3.4.32' <<<"$versions"; then exit 0; fi
if ! command -v gcc >/dev/null; then
    echo "TorchSharp needs a newer libstdc++.so.6 than this system's, and there is no gcc to bridge it" >&2
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
    for version in $versions; do echo "$version { };"; done
    echo 'GLIBCXX_3.4.31 { };'
    echo 'GLIBCXX_3.4.32 { global: _ZSt21ios_base_library_initv; };'
} >"$work/map"
# An empty library whose name is the path of the system's, so that the loader is asked for that path.
echo 'int unused;' | gcc -shared -x c - -o "$work/stub.so" -nostdlib -Wl,-soname,"$real"
mkdir -p "$out"
echo 'void _ZSt21ios_base_library_initv(void) {}' |
    gcc -shared -fPIC -O2 -x c - -o "$out/libstdc++.so.6" -nostdlib -Wl,-soname,libstdc++.so.6 \
        -Wl,--version-script="$work/map" -Wl,--no-as-needed -x none "$work/stub.so" -lc
