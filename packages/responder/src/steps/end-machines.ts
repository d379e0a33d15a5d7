import {
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  costOfMachine,
  machineCostWords,
  machineDue,
  TAGS,
  type EndMachinesOutput,
  type MachineRow,
} from '@cordon/incident';
import { faultCode, faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { EXAMINER_READS } from '../needs/examiner.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { instant, type Services } from '../services.ts';
import { changeMachine, forgetMachine, machinesOf } from '../store/machine-rows.ts';
import { about, tell } from '../store/notify.ts';
import { reachMachine } from './machine-work.ts';

/** Machines that one run deals with; the next comes within a quarter of an hour. */
const AT_ONCE = 20;

/**
 * Ends forensic machines whose time is over, and deletes the volumes that were made for them; before that, people are told. It takes no wish from its
 * caller: what is due is in the rows that were written before each machine was started, and in what people said who keep one longer. The evidence
 * itself, locked copies in another account, is never touched. A row is forgotten once machine and volumes are gone; what fails is tried again, and
 * the function's alarm calls a person.
 */
export const endMachines = async (_input: object, services: Services): Promise<EndMachinesOutput> => {
  const due = (await machinesOf(services))
    .filter((row) => machineDue(row, services.now()) !== 'rest')
    .slice(0, AT_ONCE);
  const said = await Promise.all(
    due.map(async (row) => {
      try {
        return { ledgerId: row.ledgerId, became: await dealWith(row, services) };
      } catch (error) {
        return { ledgerId: row.ledgerId, became: 'failed' as const, because: faultLine(error) };
      }
    }),
  );
  const failed = said.filter(({ became }) => became === 'failed');
  if (failed.length > 0)
    throw new Error(
      `${failed.length} forensic machine(s) could not be ended, and cost money: ${failed
        .map(({ ledgerId, because }) => `${ledgerId}: ${because ?? ''}`)
        .join('; ')
        .slice(0, 2_000)}; it is tried again; see runbook end-machines-failed`,
    );
  return { machines: said };
};

const dealWith = async (
  row: MachineRow,
  services: Services,
): Promise<'told' | 'kept' | 'ending' | 'ended'> => {
  if (machineDue(row, services.now()) === 'warn') return warn(row, services);
  const ending = { ...row, endingAt: row.endingAt ?? instant(services) };
  // Whoever keeps it at this very moment wins, or finds that its end was begun.
  if (row.endingAt === undefined && !(await changeMachine(services, row, ending))) return 'kept';
  const left = await end(ending, services);
  if (left) return 'ending';
  await tell(services, {
    kind: 'forensic-machine-ended',
    ...about(row.incident),
    reasons: [
      `the forensic machine of ${row.ledgerId} and the volumes made for it are gone; evidence and results are in custody`,
      machineCostWords(costOfMachine(row.startedAt, instant(services), services.config.forensics.hourlyUsd)),
      ...row.kept.map(({ by, until, reason }) => `kept until ${until} by ${by}: ${reason}`),
    ],
  });
  await forgetMachine(services, row);
  return 'ended';
};

const warn = async (row: MachineRow, services: Services): Promise<'told' | 'kept'> => {
  if (!(await changeMachine(services, row, { ...row, warnedAt: instant(services) }))) return 'kept';
  await tell(services, {
    kind: 'forensic-machine-ending',
    ...about(row.incident),
    reasons: [
      `the forensic machine of ${row.ledgerId} is ended at ${row.endsAt}, with what lies on it and is not carried out`,
      `whoever needs it longer: cordon keep-machine ${row.incident.incidentId} --hours N --reason TEXT`,
    ],
  });
  return 'told';
};

/** Ends what carries the ledger's tag in the forensics account, in the order that EC2 wants; whether something is left. */
const end = async ({ incident, ledgerId }: MachineRow, services: Services): Promise<boolean> => {
  const account = services.config.accounts.forensics;
  const arn = (rest: string): string => `arn:${services.partition}:ec2:${incident.region}:${account}:${rest}`;
  const connection = await reachMachine(
    incident,
    services,
    sessionPolicy({
      reads: EXAMINER_READS,
      on: [
        { actions: ['ec2:TerminateInstances'], resources: [arn('instance/*')] },
        { actions: ['ec2:DeleteVolume'], resources: [arn('volume/*')] },
      ],
    }),
  );
  const ec2 = clientFor(EC2Client, connection);
  const Filters = [
    { Name: `tag:${TAGS.incident}`, Values: [incident.incidentId] },
    { Name: `tag:${TAGS.ledger}`, Values: [ledgerId] },
  ];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  const there = Reservations.flatMap(({ Instances = [] }) => Instances).filter(
    ({ State }) => State?.Name !== 'terminated',
  );
  const running = there.filter(({ State }) => State?.Name !== 'shutting-down');
  if (running.length > 0)
    await ec2.send(
      new TerminateInstancesCommand({ InstanceIds: running.flatMap(({ InstanceId }) => InstanceId ?? []) }),
    );
  // Its volumes are free once it is gone: the next look deletes them.
  if (there.length > 0) return true;
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
  const free = Volumes.filter(({ State }) => State === 'available' || State === 'error');
  await Promise.all(
    free.map(async ({ VolumeId }) => {
      try {
        await ec2.send(new DeleteVolumeCommand({ VolumeId }));
      } catch (error) {
        if (faultCode(error) !== 'InvalidVolume.NotFound') throw error;
      }
    }),
  );
  return Volumes.length > 0;
};
