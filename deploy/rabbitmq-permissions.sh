#!/bin/sh
# Gives a RabbitMQ user what one role of dagtop needs, and no more.
#
#   rabbitmqctl add_user dagtop-srv-1 SECRET
#   deploy/rabbitmq-permissions.sh agent dagtop-srv-1 srv-1
#
# Give dagtop a vhost of its own. The first dagtop that starts makes what is missing, so start it once as `setup` (`dagtop doctor` is
# enough); from then on nobody needs that role, unless the log is to be made anew.
#
#   role       who                                       may
#   setup      the first start                           make and do everything below
#   scheduler  `dagtop agent`, as it is by default       append to the log, make inboxes, send to all of them, receive from all
#   agent      `dagtop agent --no-scheduler`             append to the log, receive from the inbox of its server (SERVER)
#   operator   `dagtop apply`, `run`, `cancel`, screen   append to the log
#   monitor    `dagtop --read-only`                      read the log
#
# All may read the log, and speak and listen on the bus: heartbeats and questions for output go over it, and nothing that is decided.
# Whoever may append to the log may have commands run on your servers.
#
# NAMESPACE (dag), VHOST (/) and RABBITMQCTL (rabbitmqctl) are taken from the environment.
set -eu

usage() {
  echo "usage: $0 setup|scheduler|operator|monitor USER" >&2
  echo "       $0 agent USER SERVER" >&2
  exit 2
}

[ $# -ge 2 ] || usage
role=$1
user=$2
own="^${NAMESPACE:-dag}\\."
ears='bus\..*'

case $role in
setup)
  configure="$own"
  write="$own"
  read="$own"
  ;;
scheduler)
  configure="$own($ears|inbox\\..*)\$"
  write="$own(events|bus|$ears|inbox|inbox\\..*)\$"
  read="$own(log\\.v1|trims\\.v1|bus|$ears|inbox|inbox\\..*)\$"
  ;;
agent)
  [ $# -eq 3 ] || usage
  # As the names of queues have it: every byte but letters, digits, _ and - as =XX. Names of more than 60 such characters are cut:
  # see the queue that `rabbitmqctl list_queues` shows.
  server=$(printf %s "$3" | od -An -v -tx1 | tr -d ' \n' | sed 's/../=&/g' | tr a-f A-F |
    sed 's/=2D/-/g; s/=5F/_/g' | awk '{
      for (code = 48; code < 123; code++)
        if (code < 58 || (code > 64 && code < 91) || code > 96) gsub(sprintf("=%02X", code), sprintf("%c", code))
      print }')
  inbox="inbox\\.$server\\.v1"
  configure="$own($ears|$inbox)\$"
  write="$own(events|bus|$ears|$inbox)\$"
  read="$own(log\\.v1|trims\\.v1|bus|$ears|inbox|$inbox)\$"
  ;;
operator)
  configure="$own$ears\$"
  write="$own(events|bus|$ears)\$"
  read="$own(log\\.v1|trims\\.v1|bus|$ears)\$"
  ;;
monitor)
  configure="$own$ears\$"
  write="$own(bus|$ears)\$"
  read="$own(log\\.v1|trims\\.v1|bus|$ears)\$"
  ;;
*) usage ;;
esac

exec "${RABBITMQCTL:-rabbitmqctl}" set_permissions -p "${VHOST:-/}" "$user" "$configure" "$write" "$read"
