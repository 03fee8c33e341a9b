import { existsSync } from 'node:fs';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findJars } from '../../scripts/servers/kafka.ts';
import { findProgram } from '../../scripts/servers/recipe.ts';

/** A program in `folder` that does what Kafka's own `kafka-acls.sh` does; undefined where that is not installed. */
export async function kafkaAclsIn(folder: string): Promise<string | undefined> {
  const jars = findJars();
  if (jars === undefined || !existsSync(jars)) return undefined;
  if (!(await readdir(jars)).some((name) => /^kafka-tools-\d/.test(name))) return undefined;
  const path = join(folder, 'kafka-acls.sh');
  const java = `${findProgram('java') ?? 'java'} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC`;
  await writeFile(path, `#!/bin/sh\nexec ${java} -cp '${jars}/*' org.apache.kafka.tools.AclCommand "$@"\n`);
  await chmod(path, 0o700);
  return path;
}
