# Finds what the scripts that source this run: in a distribution, or in a checkout, whose jars Maven makes.
#
# Sets home (where bin is), all_jar, wheels (a pattern) and spark_jars, a directory. A caller defines fail, which prints a
# message and ends.
# shellcheck shell=bash disable=SC2034 # these are for whoever sources it

home="$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")"
made="$home/jars"
if [[ -f "$home/pom.xml" ]]; then made="$home/target"; fi
all_jar="$made/coppice-all.jar"
wheels="$made/coppice-*.whl"

if [[ -n "${SPARK_HOME:-}" ]]; then
  spark_jars="$SPARK_HOME/jars"
  compgen -G "$spark_jars/spark-core_2.12-3.5.*.jar" > /dev/null || fail "SPARK_HOME is $SPARK_HOME, which is no Spark 3.5 for" \
    "Scala 2.12: expected $spark_jars/spark-core_2.12-3.5.*.jar, found" \
    "$(compgen -G "$spark_jars/spark-core_*.jar" || echo 'no such file'); name another one"
elif [[ -f "$home/pom.xml" ]]; then
  spark_jars="$home/target/spark/jars"
else
  fail "SPARK_HOME is not set, and a distribution of Coppice has no Spark of its own; set it to a Spark 3.5 for Scala 2.12," \
    "such as the directory of spark-3.5.x-bin-hadoop3, or that of Python's package pyspark 3.5"
fi
