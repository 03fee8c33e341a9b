/**
 * What Garnet 2.x answers of Redis' commands (from its own page on compatibility), without those that no adapter has a use for. One adapter serves
 * Redis, Valkey, Garnet and Dragonfly as long as it keeps to these.
 */
export const GARNET_COMMANDS: ReadonlySet<string> = new Set(
  `auth echo hello ping quit select client|id client|info client|kill client|list client|getname client|setname client|setinfo command
  del dump expire expireat expiretime exists keys persist pexpire pexpireat pttl rename renamenx restore scan ttl type unlink
  get set mget mset incr decr append getset getdel
  hdel hexists hget hgetall hincrby hkeys hlen hmget hscan hset hsetnx hstrlen hvals
  blmove blmpop blpop brpop lindex linsert llen lmove lmpop lpop lpos lpush lpushx lrange lrem lset ltrim rpop rpush rpushx
  sadd scard sdiff sinter sismember smembers smismember smove spop srandmember srem sscan sunion
  bzmpop bzpopmax bzpopmin zadd zcard zcount zincrby zmpop zmscore zpopmax zpopmin zrange zrangebyscore zrank zrem zremrangebyrank
  zremrangebyscore zrevrange zscan zscore
  publish subscribe psubscribe unsubscribe punsubscribe pubsub|channels pubsub|numpat pubsub|numsub
  multi exec discard watch unwatch
  bgsave config|get config|set dbsize flushall flushdb info lastsave monitor role save time`
    .split(/\s+/)
    .filter((name) => name !== ''),
);
