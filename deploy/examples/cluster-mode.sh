#!/usr/bin/env bash
# Trains in cluster deploy mode: the driver runs on a worker too, which starts it again where it was killed, and it goes on.
#
#   deploy/examples/run-on-standalone deploy/examples/cluster-mode.sh
#
# By itself: cluster-mode.sh OUTPUT [OPTION ...], with the options of coppice train, where MASTER names a cluster.
set -euo pipefail

coppice="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../bin/coppice"
"$coppice" train --master "$MASTER" --deploy-mode cluster --supervise --take-over --output "$1" \
  --conf spark.standalone.submit.waitAppCompletion=true --driver-memory 1g \
  --set network.name=resnet8 --set training.epochs=2 --set finish.fineTuneEpochs=0 --set checkpoint.everySeconds=1 "${@:2}"
# Spark's own exit code tells nothing of the driver's; this ends with it.
"$coppice" outcome "$1"
"$coppice" verify "$1"
