import type { CordonConfig } from '@cordon/incident';
import { DECOY } from '@cordon/incident/live-drill';
import { addImage, askName, ec2State, iamState, type Organization } from '@cordon/local-aws';
import type { Delivery, Suspect } from '../run-record.ts';
import { decoyTemplate } from './product-templates.ts';

/** Who has Amazon Linux. */
const AMAZON = '137112412989';
const MINUTE = 60_000;
/** GuardDuty has a finding of the first query by then, or there is none. */
const LONGEST_WAIT_MS = 3_600_000;

/** The public image that the decoy's launch template names, in an account and Region: AWS has it in each. */
export const furnishDecoyImage = (
  { world, ids }: Organization,
  { account, region }: { readonly account: string; readonly region: string },
): void => {
  const state = world.of(ec2State, account, region);
  const image = addImage(state, { ownerId: AMAZON, ownerAlias: 'amazon', name: 'al2023-ami' }, ids);
  state.publicParameters.set(DECOY.imageParameter, image.imageId);
};

/** An instance as the judge is told of it, before anything happened to it. */
const suspectOf = (
  { world }: Organization,
  { account, region, instanceId }: { account: string; region: string; instanceId: string },
): Suspect => {
  const state = world.of(ec2State, account, region);
  const instance = state.instances.get(instanceId);
  if (instance === undefined) throw new Error(`the decoy ${instanceId} is not in ${account}, ${region}`);
  const association = [...state.profileAssociations.values()].find((one) => one.instanceId === instanceId);
  const iam = world.of(iamState, account, '');
  const profile = [...iam.instanceProfiles.values()].find(({ arn }) => arn === association?.profileArn);
  const role = iam.roles.get(profile?.roleNames[0] ?? '');
  return {
    account,
    region,
    instanceId,
    volumes: instance.blockDevices.flatMap(({ volumeId }) => {
      const held = state.volumes.get(volumeId);
      return held === undefined ? [] : [{ volumeId, content: held.content, sizeGiB: held.sizeGiB }];
    }),
    networkInterfaceIds: [...instance.networkInterfaceIds],
    ...(role === undefined ? {} : { roleArn: role.arn }),
    siblings: [],
    neighbours: [],
    remotes: [],
    asks: [DECOY.domain],
  };
};

/** Deploys the decoy's stack as a live drill does, and gives its instance, which runs soon. */
export const deployDecoy = (
  organization: Organization,
  at: { readonly account: string; readonly region: string },
): Suspect => {
  furnishDecoyImage(organization, at);
  const { outputs } = organization.deploy(decoyTemplate(), { ...at, stackName: DECOY.stack });
  return suspectOf(organization, { ...at, instanceId: outputs[DECOY.instanceOutput] ?? '' });
};

type Running = Pick<Suspect, 'account' | 'region' | 'instanceId'>;

/** The names that the user data of an instance asks for, and how often: read from the script, which nobody runs here. */
const scriptOf = ({ world }: Organization, { account, region, instanceId }: Running) => {
  const { userData = '' } = world.of(ec2State, account, region).instances.get(instanceId) ?? {};
  const script = Buffer.from(userData, 'base64').toString('utf8');
  const [, times = '0'] = /seq (\d+)/.exec(script) ?? [];
  return {
    names: [...script.matchAll(/getent ahosts ([\w.-]+?)\.?;/g)].map(([, name = '']) => name),
    times: Number(times),
  };
};

/**
 * Has the decoy ask what its user data says, once a minute from a minute on: its machine has started by then. Nothing in this organization runs a
 * program of a guest, so that the world does in its place what the script says. A query that is not answered is none that anybody hears of.
 */
export const runDecoy = async (organization: Organization, decoy: Running): Promise<void> => {
  const { names, times } = scriptOf(organization, decoy);
  if (names.length === 0 || times === 0) throw new Error("the decoy's user data asks for nothing");
  const ask = async (): Promise<void> => {
    for (const name of names) await askName(organization, { ...decoy, name });
  };
  // The first loads what is needed, so that the others take no time.
  await ask();
  const now = organization.timeline.now();
  for (let count = 1; count <= times; count += 1)
    organization.timeline.at(now + count * MINUTE, () => {
      ask().catch((error: unknown) => organization.timeline.fail(error));
    });
};

/** Lets time pass until GuardDuty tells the security account of the decoy; gives what it told. @throws Error where it tells nothing */
export const findingOfDecoy = async (
  organization: Organization,
  { accounts }: Pick<CordonConfig, 'accounts'>,
  { region }: Suspect,
): Promise<Delivery> => {
  const { journal, timeline } = organization;
  const bus = `arn:aws:events:${region}:${accounts.security}:event-bus/default`;
  const told = () =>
    journal.events.find(({ busArn, event }) => busArn === bus && event['source'] === 'aws.guardduty');
  await timeline.run(() => told() !== undefined, timeline.now() + LONGEST_WAIT_MS);
  const arrived = told();
  if (arrived === undefined) throw new Error('GuardDuty told nothing of the decoy');
  const { id } = Object(arrived.event['detail']) as { readonly id?: string };
  return { findingId: id, region, arrivedAt: arrived.at, event: arrived.event };
};
