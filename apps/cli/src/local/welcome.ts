import type { OpenWorld } from '@cordon/drill';
import type { config } from '../../../../cordon.config.ts';
import type { ClockMode } from './clock.ts';

/** What a newcomer needs to know of a served organization. */
interface Served {
  readonly world: Pick<OpenWorld, 'suspects'> & {
    readonly organization: Pick<OpenWorld['organization'], 'credentialsFor' | 'timeline'>;
  };
  readonly config: Pick<typeof config, 'accounts' | 'homeRegion'>;
  readonly endpoint: string;
  readonly control: string;
  readonly clock: ClockMode;
  /** People who may decide. */
  readonly operators: readonly { readonly person: string; readonly credentials: Keys }[];
}

/** Keys of a session. */
type Keys = ReturnType<Served['world']['organization']['credentialsFor']>;

/** The endpoint, credentials of an administrator of each account as lines for a shell, and what to try. */
export const welcome = (served: Served): string => {
  const { world, config, endpoint, control, clock } = served;
  const [suspect] = world.suspects;
  const region = suspect?.region ?? config.homeRegion;
  const workloads = [...new Set(world.suspects.map(({ account }) => account))].map(
    (id) => [`workload`, id] as const,
  );
  return [
    `An AWS organization listens on ${endpoint}; Ctrl-C ends it.`,
    `It is ${new Date(world.organization.timeline.now()).toISOString()} there, and time passes ${clock === 'real' ? 'as on the wall' : 'only while a call is answered and on request'}.`,
    '',
    '# any SDK and the AWS CLI; copy these lines and those of one account',
    `export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    ...[...Object.entries(config.accounts), ...workloads].flatMap(([name, id]) =>
      credentialLines(served, name, id),
    ),
    ...operatorLines(served),
    '',
    "# three commands to try, with the workload account's lines",
    `aws ec2 describe-instances${suspect === undefined ? '' : ` --instance-ids ${suspect.instanceId}`}`,
    `curl -X POST ${control}/deliver     # the scenario's finding arrives`,
    `curl -X POST '${control}/clock?advance=60'     # a minute passes; then describe the instance again`,
    '',
  ].join('\n');
};

/** Two people who may decide; the second approves what the first asks for. */
const operatorLines = ({ operators }: Served): readonly string[] =>
  operators.flatMap(({ person, credentials }) => [
    '',
    `# ${person}, who may decide: cordon requests, cordon approve ...`,
    exportLine(credentials),
  ]);

const exportLine = ({ accessKeyId, secretAccessKey, sessionToken }: Keys): string =>
  `export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} AWS_SESSION_TOKEN=${sessionToken}`;

/** Sessions of an administrator, for twelve hours of virtual time. */
const credentialLines = ({ world }: Served, name: string, account: string): readonly string[] => {
  const keys = world.organization.credentialsFor(account, 'administrator');
  return ['', `# ${name} account ${account}`, exportLine(keys)];
};
