import { keepMachineLonger, type OperatorReply, type RequestTo } from '@cordon/incident';
import { changeMachine, machinesOf } from '../store/machine-rows.ts';
import { about, tell } from '../store/notify.ts';
import type { Acting } from './acting.ts';
import { refused } from './refused.ts';

/** The row may be written by the schedule at the same moment: read again, and again. */
const TRIES = 3;

/**
 * Keeps the forensic machine of an incident longer, with who and why. One person suffices: it opens nothing, and costs what it says. A machine whose
 * end was begun cannot be kept; its evidence is in custody, and another can be made of it.
 */
export const keepMachine = async (
  { incident, hours, reason }: RequestTo<'keep-machine'>,
  { person, services }: Acting,
): Promise<OperatorReply> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const rows = await machinesOf(services, incident);
    const [first] = rows;
    if (first === undefined)
      return refused(
        'nothing-waits',
        `${incident} has no forensic machine: none was started, or it has ended`,
      );
    const there = rows.filter(({ endingAt }) => endingAt === undefined);
    if (there.length === 0)
      return refused(
        'too-late',
        `the end of the forensic machine of ${incident} was begun at ${first.endingAt}`,
      );
    const kept = await Promise.all(
      there.map(async (row) => {
        const after = keepMachineLonger(row, { by: person.name, reason, hours, now: services.now() });
        return (await changeMachine(services, row, after)) ? [after.endsAt] : [];
      }),
    );
    const until = kept.flat().toSorted().at(-1);
    if (until === undefined) continue;
    await tell(services, {
      kind: 'operator-acted',
      schemaVersion: 1,
      subject: 'keep-machine',
      by: [person.name],
      incidentId: about(first.incident).incidentId,
      reasons: [`the forensic machine is kept until ${until}: ${reason}`],
    });
    return { status: 'done', detail: `the forensic machine of ${incident} is kept until ${until}`, incident };
  }
  return refused('too-late', `the machine's row changed ${TRIES} times meanwhile; ask again`);
};
