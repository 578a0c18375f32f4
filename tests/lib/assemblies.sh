# The test assemblies, and running those of their tests that belong to a category. From the repository's root.

readonly -a assemblies=(
    tests/Verbs.Tests/bin/Release/net10.0/RdmaSharp.Tests.dll
    tests/Transport.Tests/bin/Release/net10.0/FastSockets.Transport.Tests.dll
    tests/Sockets.Tests/bin/Release/net10.0/FastSockets.Sockets.Tests.dll
    tests/AspNetCore.Tests/bin/Release/net10.0/FastSockets.AspNetCore.Tests.dll
    tests/Packages.Tests/bin/Release/net10.0/FastSockets.Packages.Tests.dll
    tests/Compare.Tests/bin/Release/net10.0/FastSockets.Compare.Tests.dll
    tests/Integration.Tests/bin/Release/net10.0/FastSockets.Integration.Tests.dll
)

report_of() { echo "$(basename "$1" .dll).xml"; }

# select_tests CATEGORY FILTER sets selection.
select_tests() {
    case $1 in
        unit) selection=(-trait- Category=Rdma -trait- Category=TwoHosts) ;;
        # A test that is skipped where there is a device has not shown what it is there for. One at a time: they share
        # the device, and some count its resources.
        Rdma) selection=(-trait Category=Rdma -trait- Category=TwoHosts -failSkips -parallel none) ;;
        TwoHosts) selection=(-trait Category=TwoHosts -failSkips -parallel none) ;;
    esac
    [[ -z $2 ]] || selection+=(-method "*$2*")
}

# assemblies_with CATEGORY FILTER: those that have such tests. One that cannot say is named too, and fails when it runs.
assemblies_with() {
    local -a selection
    local assembly listed
    select_tests "$1" "$2"
    for assembly in "${assemblies[@]}"; do
        listed=$(dotnet "$assembly" -noColor "${selection[@]}" -list methods) || listed=unknown
        # One name to a line; what else it prints has spaces.
        if grep -qE "^[^ ]+$" <<<"$listed"; then echo "$assembly"; fi
    done
}

# run_assemblies CATEGORY FILTER REPORTS ASSEMBLY…
run_assemblies() {
    local -a selection
    local assembly reports=$3 result=0
    select_tests "$1" "$2"
    shift 3
    mkdir -p "$reports"
    for assembly in "$@"; do
        dotnet "$assembly" -noLogo -noColor -longRunning 60 "${selection[@]}" -xml "$reports/$(report_of "$assembly")" \
            </dev/null || result=1
    done
    return "$result"
}
