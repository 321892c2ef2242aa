#!/bin/sh
# Waits until a Kubernetes Job has ended, whichever way; status 0 where it is complete, 1 where it failed.
#
#   wait-for-job.sh NAME [KUBECTL-OPTION]...     such as --namespace=rendering
#
# `kubectl wait` waits for one condition and would never return where the other one comes.
set -eu

if [ $# -lt 1 ]; then
    echo "usage: wait-for-job.sh NAME [KUBECTL-OPTION]..." >&2
    exit 2
fi
name=$1
shift

unanswered=0
while :; do
    if ended=$(kubectl get job "$name" "$@" \
        --output 'jsonpath={range .status.conditions[?(@.status=="True")]}{.type}{"\n"}{end}'); then
        unanswered=0
    else
        # An API server may be away for a while; a name that does not exist never comes.
        unanswered=$((unanswered + 1))
        [ "$unanswered" -lt 30 ] || exit 1
    fi
    case "
$ended
" in
        *"
Complete
"*)
            echo "$name is complete"
            exit 0
            ;;
        *"
Failed
"*)
            failed=$(kubectl get job "$name" "$@" --output 'jsonpath={.status.failedIndexes}')
            echo "$name failed${failed:+; indexes $failed}" >&2
            exit 1
            ;;
    esac
    sleep "${WAIT_SECONDS:-10}"
done
