import { Option } from 'commander';
import type { Command } from 'commander';
import { collect, examples, json, withBroker, withHistory, withLook } from './options.ts';
import type { Does } from './options.ts';

export function addUp(program: Command, does: Does): void {
  const up = program
    .command('up')
    .description('everything on this machine: an agent per server of nodes.yaml, and the screen');
  withApi(withLook(withHistory(withBroker(up))))
    .option('--no-api', 'without the HTTP API')
    .argument('[dags...]', 'DAG files or folders', ['dags'])
    .option('--nodes <file>', 'the placement file (default: nodes.yaml here or beside the DAGs)')
    .option('--run <dag>', 'trigger this DAG')
    .option('-p, --param <key=value>', 'a parameter of the run', collect, [])
    .option('--plain', 'lines instead of the screen; with --run, ends with the run and its outcome')
    .option('--accept-loss', 'go on with a broker that can lose what it acknowledged')
    .addHelpText(
      'after',
      examples('dagtop up', 'dagtop up dags --run words', 'dagtop up dags --run flaky --plain'),
    )
    .action(
      does(async (dags: never, options: never) => (await import('../commands/up.ts')).up(dags, options)),
    );
}

export function addAgent(program: Command, does: Does): void {
  withBroker(
    program.command('agent').description('runs nodes on this server, and is a candidate for scheduler'),
  )
    .argument('[nodes...]', 'run just these nodes (NODE or DAG/NODE), whatever the placement says')
    .option('--server <name>', 'the name in nodes.yaml (else NODE_HOST, else host name and addresses)')
    .option('--slots <count>', 'commands at a time, where nodes.yaml does not say (default: number of cores)')
    .option('--label <key=value>', 'a label to show', collect, [])
    .option('--data <folder>', 'journal and outputs (default: .dagtop/agents/SERVER)')
    .option('--drain-grace <duration>', 'how long running commands may go on after SIGTERM', '30s')
    .option('--kill-grace <duration>', 'between TERM and KILL of a command', '10s')
    .option('--no-scheduler', 'never decide, only work')
    .option('--accept-loss', 'go on with a broker that can lose what it acknowledged')
    .option('--new-log', 'the event log was replaced on purpose: forget the one known before')
    .addOption(new Option('--with-parent').hideHelp())
    .addHelpText(
      'after',
      examples('dagtop agent --server srv-1 --broker nats://broker:4222', 'dagtop agent extract load'),
    )
    .action(
      does(async (nodes: never, options: never) =>
        (await import('../commands/agent.ts')).agent(nodes, options),
      ),
    );
}

/** Where the API is, and who gets in. */
export function withApi(command: Command): Command {
  return command
    .option('--api <host:port>', 'where the API listens (default: 127.0.0.1:8099)')
    .option('--token-file <file>', 'where the token of this start is written (default: .dagtop/api-token)')
    .option('--tls-cert <file>', 'beyond this machine: the certificate (PEM)')
    .option('--tls-key <file>', 'and its key (PEM)')
    .option('--public-url <url>', 'how it is called behind a proxy');
}

export function addServe(program: Command, does: Does): void {
  withApi(
    withHistory(withBroker(program.command('serve').description('the HTTP API, and the history beside it'))),
  )
    .addHelpText(
      'after',
      examples(
        'dagtop serve',
        'dagtop serve --api 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem',
        'curl -H "Authorization: Bearer $(cat .dagtop/api-token)" localhost:8099/api/v1/runs',
      ),
    )
    .action(does(async (options: never) => (await import('../commands/serve.ts')).serve(options)));
}

export function addToken(program: Command, does: Does): void {
  program
    .command('token')
    .description('who may use the API')
    .argument('<create|list|revoke>', 'what to do')
    .argument('[name]', 'of the token')
    .option('--name <name>', 'the same')
    .addOption(new Option('--role <role>', 'what it may do').choices(['viewer', 'operator', 'admin']))
    .option('--expires <duration>', 'after which it is refused, such as 90d (default: never)')
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'dagtop token create --name ci --role operator --expires 90d',
        'dagtop token list',
        'dagtop token revoke ci',
      ),
    )
    .action(
      does(async (verb: never, name: never, options: never) =>
        (await import('../commands/token.ts')).token(verb, name, options),
      ),
    );
}
