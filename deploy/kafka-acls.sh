#!/bin/sh
# Gives a Kafka principal what one role of dagtop needs, and no more.
#
#   deploy/kafka-acls.sh scheduler User:dagtop
#   deploy/kafka-acls.sh agent User:dagtop-srv-1 srv-1
#
# The scheduler comes first: it makes the topics (`dagtop doctor` as its user is enough for the log and the bus).
#
#   role       who                                       may
#   scheduler  `dagtop agent`, as it is by default       make topics, append to the log, trim it, send to all inboxes and receive from all
#   agent      `dagtop agent --no-scheduler`             append to the log, receive from the inbox of its server (SERVER)
#   operator   `dagtop apply`, `run`, `cancel`, screen   append to the log
#   monitor    `dagtop --read-only`                      read the log
#
# All may read the log, and speak and listen on the bus: heartbeats and questions for output go over it, and nothing that is decided.
# Whoever may append to the log may have commands run on your servers.
#
# From the environment: NAMESPACE (dag), BOOTSTRAP (localhost:9092), COMMAND_CONFIG (a file with the login of who may change ACLs, as Kafka's own
# tools take it) and KAFKA_ACLS (kafka-acls.sh).
set -eu

usage() {
  echo "usage: $0 scheduler|operator|monitor PRINCIPAL" >&2
  echo "       $0 agent PRINCIPAL SERVER" >&2
  exit 2
}

# As the names of topics have it: `_` is `__`, every byte but letters, digits and - is _XX. Names of more than 100 such characters are cut: see the
# topic that `kafka-topics.sh --list` shows.
token() {
  printf %s "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../=&/g' | tr a-f A-F |
    sed 's/=2D/-/g; s/=5F/@/g' | awk '{
      for (code = 48; code < 123; code++)
        if (code < 58 || (code > 64 && code < 91) || code > 96) gsub(sprintf("=%02X", code), sprintf("%c", code))
      gsub("=", "_"); gsub("@", "__"); print }'
}

[ $# -ge 2 ] || usage
role=$1
principal=$2
own=$(token "${NAMESPACE:-dag}")

# allow [--resource-pattern-type prefixed] --topic|--group NAME OPERATION…
allow() {
  where="$1 $2"
  shift 2
  if [ "${where#--resource}" != "$where" ]; then
    where="$where $1 $2"
    shift 2
  fi
  operations=
  for operation; do operations="$operations --operation $operation"; done
  # Names hold no blank.
  # shellcheck disable=SC2086
  "${KAFKA_ACLS:-kafka-acls.sh}" --bootstrap-server "${BOOTSTRAP:-localhost:9092}" \
    ${COMMAND_CONFIG:+--command-config "$COMMAND_CONFIG"} \
    --add --allow-principal "$principal" $where $operations
}

case $role in
scheduler)
  allow --resource-pattern-type prefixed --topic "$own." Read Write Create Delete DescribeConfigs
  allow --resource-pattern-type prefixed --group "$own.inbox." Read
  ;;
agent)
  [ $# -eq 3 ] || usage
  inbox="$own.inbox.$(token "$3")"
  allow --topic "$own.events" Read Write DescribeConfigs
  allow --topic "$own.bus" Read Write
  # What is done is deleted from it.
  allow --topic "$inbox" Read Create Delete
  allow --group "$inbox" Read
  ;;
operator)
  allow --topic "$own.events" Read Write DescribeConfigs
  allow --topic "$own.bus" Read Write
  ;;
monitor)
  allow --topic "$own.events" Read DescribeConfigs
  allow --topic "$own.bus" Read Write
  ;;
*) usage ;;
esac
